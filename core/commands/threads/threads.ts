import { hexAddress } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import {
  formatAddress,
  formatFlat,
  span,
  type Line,
  type Output,
  pointer,
  type Part,
} from '../../output/index.ts';
import type { Thread } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import type { Session } from '../session.ts';
import {
  parseStackOptions,
  printStackModel,
  stackData,
  stackModel,
  type StackModel,
} from '../stack/index.ts';
import { registerLines, type RegisterLine } from '../registers/index.ts';
import { whereLines } from '../registers/index.ts';

/** Commands that change or run a thread: a dump cannot. */
const NEEDS_LIVE_TARGET = /^[fungGptb]/;

type Model =
  | { readonly kind: 'list'; readonly threads: readonly Thread[]; readonly details: boolean }
  | {
      readonly kind: 'selected';
      readonly thread: Thread;
      readonly lines: readonly RegisterLine[];
      readonly where: readonly Line[];
    }
  | { readonly kind: 'stacks'; readonly stacks: readonly StackModel[]; readonly headings: boolean }
  | { readonly kind: 'each'; readonly threads: readonly Thread[]; readonly line: string };

/** `~`, `~.`, `~#`, `~*`, `~N`, `~~[id]`, and behind them `s`, a stack command, `r`, or `e COMMAND`. */
export const threadsCommand = command<Model>({
  name: '~',
  pattern: /^~/,
  tier: 'A',
  syntax: ['~', '~Thread', '~Thread s', '~Thread k…', '~Thread e Command', '~Thread r …'],
  summary: 'Lists threads, selects one, or runs a command on some of them.',
  options: [{ flag: 'Thread', meaning: ". current, # the event's, * all, a decimal number, or ~[id]" }],
  run,
  print,
  data,
});

/** The form that takes the rest of the line: `~*e !gle; k`. */
export const threadsExecute = command<Model>({
  name: '~e',
  aliases: ['~*e'],
  pattern: /^~(?:\*|\.|#|\d+|~\[[^\]]*\])?\s*e(?=\s)/,
  tier: 'B',
  takesRestOfLine: true,
  syntax: ['~Thread e CommandString'],
  summary: 'Runs commands once for each of the threads, to the end of the line.',
  run: ({ session, name, args }) => {
    const { threads } = select(session, name.slice(1));
    return { kind: 'each', threads, line: args };
  },
  print,
});

async function run({ session, args, name }: Call): Promise<Model> {
  const text = (name + args).slice(1);
  const { threads, rest, all } = select(session, text);
  if (rest === '') return { kind: 'list', threads, details: text !== '' };
  if (rest === 's') return choose(session, threads);
  if (rest.startsWith('k')) {
    const word = /^k\w*/.exec(rest)?.[0] ?? 'k';
    const options = parseStackOptions(word, rest.slice(word.length), session);
    const stacks = threads.map((thread) => stackModel(session, thread, options));
    return { kind: 'stacks', stacks, headings: all };
  }
  if (rest.startsWith('r')) return { kind: 'each', threads, line: rest };
  if (NEEDS_LIVE_TARGET.test(rest))
    throw new UsageError(`~…${rest} needs a live target: the threads of a dump do not run`, 'not-applicable');
  throw new UsageError(`Syntax error at '${rest}': after a thread stands s, k…, r or e COMMAND`, 'syntax');
}

/** The threads that a specifier names, and what follows it. */
function select(session: Session, text: string): { threads: readonly Thread[]; rest: string; all: boolean } {
  const { threads } = session.target;
  const match = /^\s*(\*|\.|#|\d+|~\[([^\]]*)\])?\s*(.*)$/s.exec(text);
  const specifier = match?.[1];
  const rest = (match?.[3] ?? '').trim();
  if (specifier === undefined && rest === '') return { threads, rest, all: false };
  if (specifier === '*') return { threads, rest, all: true };
  const thread =
    specifier === undefined || specifier === '.'
      ? session.thread
      : specifier === '#'
        ? eventThread(session)
        : match?.[2] === undefined
          ? threads[Number(specifier)]
          : threads.find((t) => BigInt(t.id) === session.evaluator.evaluate(match[2] ?? ''));
  if (!thread) throw new UsageError(`Illegal thread error at '${specifier ?? '.'}${rest}'`, 'unresolved');
  return { threads: [thread], rest, all: false };
}

function eventThread(session: Session): Thread | undefined {
  const id = session.target.exception?.threadId;
  return session.target.threads.find((t) => t.id === id) ?? session.target.threads[0];
}

async function choose(session: Session, threads: readonly Thread[]): Promise<Model> {
  const [thread] = threads;
  if (!thread || threads.length > 1) throw new UsageError('~s takes one thread', 'syntax');
  const registers = thread.context(session.machine);
  // first what may have to wait for symbols, then the change
  const where = registers ? await whereLines(session, registers) : [];
  session.selectThread(thread);
  return {
    kind: 'selected',
    thread,
    lines: registers ? registerLines(registers) : [['<no registers in the dump>']],
    where,
  };
}

async function print(model: Model, out: Output, { session, execute }: Call): Promise<void> {
  if (session.target.threads.length === 0) {
    out.line(span('The dump has no threads', 'missing'));
    return;
  }
  switch (model.kind) {
    case 'list':
      for (const thread of model.threads) {
        out.line(...heading(session, thread));
        if (model.details) for (const line of details(session, thread)) out.line(...line);
      }
      break;
    case 'selected':
      for (const line of model.lines) out.line(...line);
      for (const line of model.where) out.line(...line);
      break;
    case 'stacks':
      for (const stack of model.stacks) {
        if (model.headings && stack.thread) {
          out.line('');
          out.line(...heading(session, stack.thread));
        }
        printStackModel(stack, out);
      }
      break;
    case 'each': {
      // what runs sees each thread as the current one; afterwards everything is as before
      const { thread: before, contextOverride, frame } = session;
      try {
        for (const thread of model.threads) {
          session.selectThread(thread);
          await execute(model.line, out);
        }
      } finally {
        if (before) session.selectThread(before);
        session.setContext(contextOverride);
        session.frame = frame;
      }
    }
  }
}

/** `.  0  Id: 954.1c74 Suspend: 1 Teb: 00fdb000 Unfrozen "name"` */
function heading(session: Session, thread: Thread): Line {
  const { system, exception } = session.target;
  const mark = thread === session.thread ? '.' : thread.id === exception?.threadId ? '#' : ' ';
  const teb = thread.tebFor(session.machine) ?? thread.teb;
  const name = thread.name === undefined ? '' : ` "${thread.name}"`;
  const id = `${(system.processId ?? 0).toString(16)}.${thread.id.toString(16)}`;
  return [
    span(`${mark}${String(thread.index).padStart(3)}  Id: `),
    span(id, undefined, `~${thread.index}s`),
    span(` Suspend: ${thread.suspendCount ?? 0} Teb: `),
    span(
      formatAddress(teb, session.machine.pointerSize),
      'address',
      `!teb ${formatFlat(teb, session.machine.pointerSize)}`,
    ),
    span(` Unfrozen${name}`),
  ];
}

function details(session: Session, thread: Thread): Part[][] {
  const lines: Part[][] = [];
  if (thread.startAddress !== undefined) {
    const start = pointer(
      thread.startAddress,
      formatAddress(thread.startAddress, session.machine.pointerSize),
    );
    const name = session.symbols.describe(thread.startAddress);
    lines.push(name ? [`      Start: `, span(name, 'symbol'), ' (', start, ')'] : ['      Start: ', start]);
  }
  lines.push([span(`      Priority: ${thread.priority ?? 0}  Priority class: ${thread.priorityClass ?? 0}`)]);
  return lines;
}

function data(model: Model, { session }: Call) {
  if (model.kind === 'stacks') {
    const stacks = model.stacks.map((stack) => stackData(stack));
    const [only] = stacks;
    return only && stacks.length === 1 && !model.headings ? only : { stacks };
  }
  const threads = model.kind === 'selected' ? [model.thread] : model.threads;
  return { threads: threads.map((thread) => threadRow(session, thread)) };
}

function threadRow(session: Session, thread: Thread) {
  return {
    index: thread.index,
    id: hexAddress(thread.id),
    teb: hexAddress(thread.teb),
    name: thread.name,
    suspendCount: thread.suspendCount,
    priority: thread.priority,
    current: thread === session.thread,
    event: thread.id === session.target.exception?.threadId,
  };
}
