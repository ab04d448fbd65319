import type { SymbolLoader } from '../symbols/index.ts';
import type { ImageFiles } from '../target/index.ts';

/** Where symbols and images are looked for: what `.sympath` and `.exepath` show and set. */
export interface SearchPaths {
  symbolPath: string;
  imagePath: string;
  /** what of the symbol path could not be read */
  readonly problems: readonly string[];
}

/** What the host lends the engine: where images and symbols come from. */
export interface EngineHost {
  readonly images?: ImageFiles;
  readonly symbols?: SymbolLoader;
  readonly paths?: SearchPaths;
}
