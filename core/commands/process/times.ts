import { NotAvailable, UsageError } from '../../errors/index.ts';
import { filetimeToSeconds, formatDuration, formatSessionTime } from '../../output/index.ts';
import type { Thread } from '../../target/index.ts';
import { systemModel, timeLines, type SystemModel } from '../basics/index.ts';
import { type Call, command } from '../command.ts';
import { hexField } from './views.ts';

/** FILETIME units a millisecond */
const UNITS = 10_000n;
const NO_TIMES =
  'The dump has no times of threads: it was written without MiniDumpWithThreadInfo (.dump /mt)';

export const time = command<SystemModel>({
  name: '.time',
  tier: 'A',
  syntax: ['.time [-h Hours]'],
  summary: 'Shows when the dump was written, and how long system and process had run.',
  options: [{ flag: '-h Hours', meaning: 'prints the time of a zone so many hours from UTC' }],
  run: ({ session, args }) => {
    const model = systemModel(session);
    if (args === '') return model;
    const hours = /^[-/]h\s*([+-]?\d+(?:\.\d+)?)$/.exec(args)?.[1];
    if (hours === undefined) throw new UsageError('.time [-h Hours]: Hours is a decimal number such as -8');
    return { ...model, system: { ...model.system, timeZoneBias: -Number(hours) * 60 } };
  },
  print: (model, out) => {
    for (const line of timeLines(model)) out.line(line);
  },
  data: ({ system, processUptimeSeconds }) => ({
    dumpTime: system.dumpTime,
    systemUptimeSeconds: system.systemUptimeSeconds,
    processUptimeSeconds,
    processKernelSeconds: system.processKernelTime,
    processUserSeconds: system.processUserTime,
  }),
});

interface ThreadTime {
  readonly thread: Thread;
  readonly bias?: number;
}

export const ttime = command<ThreadTime>({
  name: '.ttime',
  tier: 'B',
  syntax: ['.ttime'],
  summary: 'Shows when the current thread was created and how much processor time it took.',
  run: ({ session: { thread, target } }) => {
    if (!thread?.times) throw new NotAvailable(NO_TIMES);
    return { thread, bias: target.system.timeZoneBias };
  },
  print: ({ thread: { times }, bias }, out) => {
    const span = (value: bigint | undefined): string =>
      value === undefined ? 'not available' : formatDuration(milliseconds(value));
    const created =
      times?.created === undefined
        ? 'not available'
        : formatSessionTime(filetimeToSeconds(times.created), bias);
    out.line(`Created: ${created}`);
    out.line(`Kernel:  ${span(times?.kernel)}`);
    out.line(`User:    ${span(times?.user)}`);
  },
  data: ({ thread }) => ({ thread: { index: thread.index, id: hexField(thread.id) }, ...timesData(thread) }),
});

/** One of the tables of !runaway. */
interface RunawayTable {
  readonly kind: 'user' | 'kernel' | 'elapsed';
  readonly rows: readonly { readonly thread: Thread; readonly milliseconds: number }[];
}

const TABLES = [
  { flag: 1, kind: 'user', title: ' User Mode Time' },
  { flag: 2, kind: 'kernel', title: ' Kernel Mode Time' },
  { flag: 4, kind: 'elapsed', title: ' Elapsed Time' },
] as const;

export const runaway = command<readonly RunawayTable[]>({
  name: '!runaway',
  tier: 'A',
  syntax: ['!runaway [Flags]'],
  summary: 'Shows the time that each thread took, the longest first.',
  options: [
    { flag: 'Flags', meaning: '1 user time (default), 2 kernel time, 4 time since creation; added up' },
  ],
  run: runRunaway,
  print: (tables, out) => {
    for (const { kind, rows } of tables) {
      out.line(TABLES.find((t) => t.kind === kind)?.title ?? '');
      out.line('  Thread       Time');
      for (const { thread, milliseconds: ms } of rows) {
        const id = thread.id.toString(16).padEnd(4);
        // the days are right-aligned in six columns
        out.line(`${String(thread.index).padStart(5)}:${id}${`     ${formatDuration(ms)}`}`);
      }
    }
  },
  data: (tables) =>
    Object.fromEntries(
      tables.map(({ kind, rows }) => [
        kind,
        rows.map(({ thread, milliseconds: ms }) => ({
          index: thread.index,
          id: hexField(thread.id),
          milliseconds: ms,
        })),
      ]),
    ),
});

function runRunaway({ session, args }: Call): RunawayTable[] {
  const { threads, system } = session.target;
  if (!threads.some((t) => t.times)) throw new NotAvailable(NO_TIMES);
  const flags = args === '' ? 1 : Number(BigInt.asUintN(32, session.evaluator.evaluate(args)));
  const wanted = TABLES.filter(({ flag }) => (flags & flag) !== 0);
  if (wanted.length === 0)
    throw new UsageError('!runaway Flags: 1 user time, 2 kernel time, 4 time since creation');
  return wanted.map(({ kind }) => {
    const rows = threads.flatMap((thread) => {
      const ms = timeOf(thread, kind, system.dumpTime);
      return ms === undefined ? [] : [{ thread, milliseconds: ms }];
    });
    return { kind, rows: rows.sort((a, b) => b.milliseconds - a.milliseconds) };
  });
}

function timeOf(
  { times }: Thread,
  kind: RunawayTable['kind'],
  dumpTime: number | undefined,
): number | undefined {
  if (kind === 'user') return times?.user === undefined ? undefined : milliseconds(times.user);
  if (kind === 'kernel') return times?.kernel === undefined ? undefined : milliseconds(times.kernel);
  if (times?.created === undefined) return undefined;
  const end = times.exited ? filetimeToSeconds(times.exited) : dumpTime;
  return end === undefined ? undefined : Math.max(0, (end - filetimeToSeconds(times.created)) * 1000);
}

function milliseconds(filetime: bigint): number {
  return Number(filetime / UNITS);
}

function timesData({ times }: Thread) {
  return {
    created: hexField(times?.created),
    exited: hexField(times?.exited),
    kernelMilliseconds: times?.kernel === undefined ? undefined : milliseconds(times.kernel),
    userMilliseconds: times?.user === undefined ? undefined : milliseconds(times.user),
  };
}
