/** Something that a menu, a key or the palette does. */
export interface Action {
  readonly id: string;
  readonly title: string;
  readonly menu: 'File' | 'View' | 'Go' | 'Window' | 'Help';
  /** `Ctrl+Shift+K`, as shown and as matched */
  readonly keys?: readonly string[];
  /** it makes no sense without a dump */
  readonly needsDump?: boolean;
  /** a line above it in its menu */
  readonly separated?: boolean;
  run(): void;
}
