/** A line of dx and the lines below it. */
export interface DxNode {
  /** `[+0x040]` of a member, `[0x3]` of an element, the name of a property; at the top the expression */
  readonly label: string;
  /** of a member of a structure */
  readonly name?: string;
  /** bytes from the start of the structure */
  readonly offset?: number;
  readonly value?: string;
  readonly type?: string;
  /** the value says why there is none */
  readonly missing?: boolean;
  /** in brackets behind a method's name, and with -h behind all names */
  readonly help?: string;
  /** `[Switch To]`, and the command that it runs */
  readonly action?: { readonly text: string; readonly command: string };
  /** the expression that this is the value of */
  readonly path?: string;
  /** there is more below it, whether shown or not */
  readonly expands: boolean;
  readonly children: readonly DxNode[];
  /** more children than are shown */
  readonly more?: boolean;
}
