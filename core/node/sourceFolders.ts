import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { storeName, type SourceCandidate, type SourceFiles } from '../symbols/index.ts';
import { ServedSources } from './servedSources.ts';
import { kindOf, SymbolFolders } from './symbolFolders.ts';

/** Bytes of a file that is read whole: no source file comes near this. */
const SIZE_LIMIT = 64 * 1024 * 1024;
/** Folders of a recorded path that are tried below those of the source path. */
const DEPTH = 32;

/**
 * Source files in folders. Below each folder of the source path the end of the recorded path is looked for, the longest
 * first, as the debugger does: `D:\src` and `c:\build\app\main.cpp` give `D:\src\build\app\main.cpp`,
 * `D:\src\app\main.cpp`, `D:\src\main.cpp`.
 */
export class SourceFolders implements SourceFiles {
  private readonly folders = new SymbolFolders();

  constructor(private readonly servers = new ServedSources()) {}

  served(url: string): SourceCandidate {
    return this.servers.candidate(url);
  }

  *candidates(file: string, folders: readonly string[]): Generator<SourceCandidate> {
    if (isRecordedHere(file)) yield candidate(file, true);
    const names = endOf(file);
    // the folders may have been filled since somebody looked
    this.folders.forget();
    if (names.length === 0) return;
    for (const folder of folders.filter((f) => !isServer(f))) {
      const paths = names.map((_, i) => this.folders.file(folder, ...names.slice(i)));
      const found = paths.filter((path) => path !== undefined);
      for (const path of found) yield candidate(path, false);
      if (found.length === 0) yield candidate(join(folder, names.at(-1) ?? ''), false);
    }
  }

  named(name: string, folders: readonly string[]): SourceCandidate | undefined {
    const paths = [resolve(name), ...folders.filter((f) => !isServer(f)).map((f) => join(f, name))];
    const path = paths.find((p) => kindOf(p) === 'file');
    return path === undefined ? undefined : candidate(path, false);
  }
}

function candidate(place: string, recorded: boolean): SourceCandidate {
  return {
    place,
    recorded,
    read() {
      try {
        if (kindOf(place) !== 'file' || statSync(place).size > SIZE_LIMIT) return undefined;
        return readFileSync(place);
      } catch {
        // gone since, or closed to us: as good as absent
        return undefined;
      }
    },
  };
}

function isServer(folder: string): boolean {
  return /^srv\*/i.test(folder);
}

/**
 * Whether a recorded path may be opened as it is: absolute here, and on a drive. A share would make this machine log
 * on to a server of somebody else's choice.
 */
function isRecordedHere(file: string): boolean {
  if (/(^|[\\/])\.\.([\\/]|$)/.test(file)) return false;
  if (process.platform === 'win32') return /^[a-z]:[\\/]/i.test(file);
  return isAbsolute(file) && !file.startsWith('//') && !/^\/(dev|proc|sys)\//.test(file);
}

/** The last parts of a recorded path that can be names of folders and files anywhere. */
function endOf(file: string): string[] {
  const names: string[] = [];
  for (const part of file.split(/[\\/]+/).reverse()) {
    const name = storeName(part);
    if ('refused' in name || names.length >= DEPTH) break;
    names.unshift(name.name);
  }
  return names;
}
