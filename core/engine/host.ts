import type { SearchPaths, SymbolLoader } from '../symbols/index.ts';
import type { ImageFiles } from '../target/index.ts';

/** What the host lends the engine: where images and symbols come from. */
export interface EngineHost {
  readonly images?: ImageFiles;
  readonly symbols?: SymbolLoader;
  readonly paths?: SearchPaths;
}
