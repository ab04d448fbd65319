import type { Session } from '../commands/index.ts';
import type { Machine } from '../target/index.ts';

/** Names of archives: a dump in one goes by the archive's path. */
const ARCHIVE = /\.(?:cab|zip|7z|gz)$/i;

/**
 * The aliases that the debugger sets ("Automatic Aliases" of the manual), as far as the dump has them. Their values
 * follow what is in effect: `$ntsym` is the ntdll of the machine in effect.
 */
export function automaticAlias(session: Session, name: string): string | undefined {
  const { machines, name: path } = session.target;
  const [native] = machines;
  switch (name) {
    case '$ntsym':
      return ntdllOf(session, session.machine);
    case '$ntnsym':
      return ntdllOf(session, native ?? session.machine);
    case '$ntwsym':
      return ntdllOf(session, machines.find((m) => m.kind === 'x86') ?? session.machine);
    case '$CurrentDumpFile':
      return fileOf(path);
    case '$CurrentDumpPath':
      return folderOf(path);
    case '$CurrentDumpArchiveFile':
      return ARCHIVE.test(path) ? fileOf(path) : undefined;
    case '$CurrentDumpArchivePath':
      return ARCHIVE.test(path) ? folderOf(path) : undefined;
    default:
      return undefined;
  }
}

/** WinDbg's name for the ntdll of a machine: a WOW64 process has two, and one is called ntdll_77bd0000 or so. */
function ntdllOf({ target }: Session, machine: Machine): string {
  const all = [...target.modules].filter((m) => /^ntdll(?:$|_|32)/i.test(m.name));
  return (all.find((m) => m.image?.machine === machine.imageMachine) ?? all[0])?.name ?? 'ntdll';
}

function fileOf(path: string): string {
  return path.slice(lastSeparator(path) + 1);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, lastSeparator(path)));
}

function lastSeparator(path: string): number {
  return Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
}
