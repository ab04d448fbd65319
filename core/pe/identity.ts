/** The CodeView record that ties an image to its PDB. */
export type CodeView =
  | {
      readonly kind: 'rsds';
      /** as in a symbol store: 32 upper-case hex digits */ readonly guid: string;
      readonly age: number;
      readonly pdb: string;
    }
  | { readonly kind: 'nb10'; readonly signature: number; readonly age: number; readonly pdb: string };

/** VS_FIXEDFILEINFO, the parts that lm shows. */
export interface FixedFileInfo {
  readonly fileVersion: readonly [number, number, number, number];
  readonly productVersion: readonly [number, number, number, number];
  readonly flagsMask: number;
  readonly flags: number;
  readonly os: number;
  readonly type: number;
  readonly subtype: number;
  /** FILETIME */
  readonly date: bigint;
}
