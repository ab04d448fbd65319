/** Where symbols and images are looked for: what `.sympath` and `.exepath` show and set. A change forgets what was absent. */
export interface SearchPaths {
  symbolPath: string;
  imagePath: string;
  /** what of the symbol path could not be read */
  readonly problems: readonly string[];
  /** Whether a path is a folder that can be looked into: for the summary under `.sympath`. */
  hasFolder(path: string): boolean;
}
