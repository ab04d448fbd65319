/** Where source files come from: folders of the source path, files dropped on a page. */
export interface SourceFiles {
  /**
   * Files that may be the one that symbols call `file`, the likeliest first. `folders` are those of the source path.
   * May throw `AwaitFirst` where one takes time to get.
   */
  candidates(file: string, folders: readonly string[]): Iterable<SourceCandidate>;
  /** A file that the person names: a path, or a name in one of the folders. */
  named(name: string, folders: readonly string[]): SourceCandidate | undefined;
  /**
   * A file at a web address that a PDB gives, asked for when it is read; absent where the host asks no servers. Reading it
   * throws `AwaitFirst` while it is on its way.
   */
  served?(url: string): SourceCandidate;
}

export interface SourceCandidate {
  /** for people: where it is */
  readonly place: string;
  /**
   * It lies where the symbols say, which are somebody else's choice: it is taken only where its checksum agrees, so that
   * they cannot make any file of this machine be shown.
   */
  readonly recorded: boolean;
  /** All of it, or undefined where it is not there or cannot be read. */
  read(): Uint8Array | undefined;
  /** why the last read gave nothing, where more is known than that it is not there */
  readonly failure?: string;
}
