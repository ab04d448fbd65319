import { UsageError } from '../../errors/index.ts';
import { command, type Call, type Command } from '../command.ts';
import { outputFilesOf, readFileName } from '../outputFiles.ts';
import type { Session } from '../session.ts';
import { commandHistory, openLogOf, startLog, stopLog } from '../sessionLog.ts';

/** The debugger's own name for a log that was given none (-logopen--open-log-file-.md). */
const DEFAULT_NAME = 'dbgeng.log';

const FLAG = /^\/([a-z])(?:\s+|$)/;

interface Opened {
  readonly path: string;
  readonly closed?: string;
}

function openLog({ session, args, name }: Call, append: boolean): Opened {
  let rest = args.trim();
  const flags = new Set<string>();
  // a path may begin with a slash too
  for (let flag = FLAG.exec(rest); flag?.[1] !== undefined; flag = FLAG.exec(rest)) {
    if (!(append ? 'u' : 'tud').includes(flag[1])) throw new UsageError(`${name} has no option /${flag[1]}`);
    flags.add(flag[1]);
    rest = rest.slice(flag[0].length);
  }
  const { fileName, rest: more } = readFileName(rest);
  if (more !== '') throw new UsageError(`Extra character error in '${more}'`, 'syntax');
  const chosen = flags.has('d') ? `${processName(session)}.log` : fileName || DEFAULT_NAME;
  const path = flags.has('t') ? uniqueName(session, chosen) : chosen;
  const file = outputFilesOf(session).open(path, { append });
  const closed = openLogOf(session)?.path;
  startLog(session, file, flags.has('u'), !append);
  return { path: file.path, closed };
}

/** `mylogfile_02BC_2005-02-28_09-05-50-935.txt` of `mylogfile.txt`: process id, date and time. */
export function uniqueName(session: Session, path: string): string {
  const pid = (session.target.system.processId ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const now = new Date();
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const milliseconds = String(now.getMilliseconds()).padStart(3, '0');
  const time = `${two(now.getHours())}-${two(now.getMinutes())}-${two(now.getSeconds())}-${milliseconds}`;
  const [, stem = path, extension = ''] = /^(.*?)(\.[^./\\]*)?$/s.exec(path) ?? [];
  return `${stem}_${pid}_${date}_${time}${extension}`;
}

/** A dump may call its program anything: only what every file system takes is kept. */
function processName({ target }: Session): string {
  const name = (target.modules.at(0)?.fileName ?? 'dump').replace(/\.[^.]*$/, '');
  return name.replace(/[^\w-]/g, '_').slice(0, 64) || 'dump';
}

function openCommand(name: '.logopen' | '.logappend'): Command {
  const append = name === '.logappend';
  return command<Opened>({
    name,
    beyond: 'writes files',
    tier: 'B',
    syntax: append ? ['.logappend [/u] [FileName]'] : ['.logopen [/t] [/u] [FileName]', '.logopen /d'],
    summary: append
      ? 'Adds a copy of commands and output to the end of a log file.'
      : 'Sends a copy of commands and output to a new log file.',
    options: [
      { flag: '/u', meaning: 'in UTF-16' },
      ...(append
        ? []
        : [
            { flag: '/t', meaning: 'process id, date and time behind the name' },
            { flag: '/d', meaning: 'a name made of the process’' },
          ]),
    ],
    run: (call) => openLog(call, append),
    print: ({ path, closed }, out) => {
      if (closed !== undefined) out.line(`Closing open log file ${closed}`);
      out.line(`Opened log file '${path}'`);
    },
    data: ({ path, closed }) => ({ path, closed }),
  });
}

const logclose = command({
  name: '.logclose',
  tier: 'B',
  syntax: ['.logclose'],
  summary: 'Closes the log file.',
  run: ({ session }) => openLogOf(session)?.path,
  print: (path, out, { session }) => {
    out.line(path === undefined ? 'No log file open' : `Closing open log file ${path}`);
    stopLog(session);
  },
  data: (path) => ({ path }),
});

const logfile = command({
  name: '.logfile',
  tier: 'C',
  syntax: ['.logfile'],
  summary: 'Says whether a log file is open.',
  run: ({ session }) => openLogOf(session)?.path,
  print: (path, out) => out.line(path === undefined ? 'No log file open' : `Log '${path}' open`),
  data: (path) => ({ path }),
});

const writeHistory = command({
  name: '.write_cmd_hist',
  beyond: 'writes files',
  tier: 'C',
  syntax: ['.write_cmd_hist [/o] FileName'],
  summary: 'Writes the commands of this session to a file.',
  options: [{ flag: '/o', meaning: 'overwrite an existing file' }],
  run({ session, args }) {
    const overwrite = /^\/o\s+/.exec(args);
    const { fileName } = readFileName(args.slice(overwrite?.[0].length ?? 0));
    if (fileName === '') throw new UsageError('.write_cmd_hist needs a file name');
    const file = outputFilesOf(session).create(fileName, { overwrite: overwrite !== null });
    const lines = commandHistory(session);
    file.write(new TextEncoder().encode(lines.map((line) => `${line}\n`).join('')));
    file.close();
    return { path: file.path, commands: lines.length };
  },
  print: ({ path, commands }, out) => out.line(`Wrote ${commands} commands to '${path}'`),
  data: (model) => ({ ...model }),
});

/** .logopen, .logappend, .logclose, .logfile, .write_cmd_hist. */
export const logs: readonly Command[] = [
  openCommand('.logopen'),
  openCommand('.logappend'),
  logclose,
  logfile,
  writeHistory,
];
