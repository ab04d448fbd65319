import { settingsOf } from '../settings.ts';
import { expandedSymbolPath } from './expandedPath.ts';
import type { Session } from '../session.ts';
import { type PathKind, pathsOf } from './pathCommand.ts';
import { checkFolders, checkSymbolPath } from './validation.ts';

export const SYMBOL_PATH: PathKind = {
  name: '.sympath',
  aliases: [],
  tier: 'A',
  summary: 'Shows or sets where symbols are looked for: folders, stores, servers.',
  title: 'Symbol search path',
  get: (session) => pathsOf(session).symbolPath,
  set: (session, path) => {
    pathsOf(session).symbolPath = path;
  },
  expanded: expandedSymbolPath,
  check: checkSymbolPath,
  notes: (session) => pathsOf(session).problems,
};

export const IMAGE_PATH: PathKind = {
  name: '.exepath',
  aliases: [],
  tier: 'B',
  summary: 'Shows or sets where image files are looked for, for pages that the dump left out.',
  title: 'Executable image search path',
  get: (session) => pathsOf(session).imagePath,
  set: (session, path) => {
    pathsOf(session).imagePath = path;
  },
  expanded: (path) => path,
  check: checkFolders,
};

/** One path for both names: there is no debugging server here that could have another. */
export const SOURCE_PATH: PathKind = {
  name: '.srcpath',
  aliases: ['.lsrcpath'],
  tier: 'B',
  summary: 'Shows or sets where source files are looked for.',
  title: 'Source search path',
  get: (session) => settingsOf(session).sourcePath,
  set: (session, path) => {
    settingsOf(session).sourcePath = path;
  },
  check: checkFolders,
  remarks: sourceServerRemarks,
};

/** What `srv*` does here, and which of the loaded modules have an index of their sources. */
function sourceServerRemarks(session: Session): string[] {
  const asked = /(^|;)\s*srv\*/i.test(settingsOf(session).sourcePath);
  const indexed = [...session.target.modules].flatMap((module) => {
    const indexes = session.symbols.loaded(module)?.sourceIndexes ?? [];
    return indexes.map(({ kind, detail }) => `${module.name} names sources by ${kind} (${detail})`);
  });
  if (asked)
    return [
      'SRV*: https addresses that PDBs name are asked, commands that they name are never run',
      ...indexed,
    ];
  return indexed;
}
