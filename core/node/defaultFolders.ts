import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where downloaded symbols are kept when a symbol path names no cache: each system's folder for what can be had again. */
export function defaultSymbolCache(env: NodeJS.ProcessEnv = process.env): string {
  switch (process.platform) {
    case 'win32':
      return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Stillframe', 'symbols');
    case 'darwin':
      return join(homedir(), 'Library', 'Caches', 'Stillframe', 'symbols');
    default:
      return join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'stillframe', 'symbols');
  }
}
