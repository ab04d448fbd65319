import { UsageError } from '../../errors/index.ts';
import type { Line } from '../../output/index.ts';
import type { Thread } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import { printStackModel } from './printStack.ts';
import { stackData, stackModel, type StackModel } from './stackModel.ts';
import { parseStackOptions } from './stackOptions.ts';
import { threadHeading } from './threadHeading.ts';

interface UniqueStack {
  readonly thread: Thread;
  readonly heading: Line;
  readonly stack: StackModel;
  /** other threads with the same return addresses */
  readonly duplicates: Thread[];
}

interface UniqueModel {
  readonly total: number;
  readonly stacks: readonly UniqueStack[];
  readonly duplicates: readonly Thread[];
}

/** Letters of k for each switch. */
const SWITCHES: Readonly<Record<string, string>> = { b: 'b', v: 'v', p: 'p', n: 'n' };

export const uniqstack = command<UniqueModel>({
  name: '!uniqstack',
  tier: 'A',
  syntax: ['!uniqstack [-b | -v | -p] [-n]'],
  summary: 'Shows the stacks of all threads, each distinct one once, and which threads share it.',
  options: [
    { flag: '-b', meaning: 'with the first words of the arguments' },
    { flag: '-v', meaning: 'the same, with FPO data' },
    { flag: '-p', meaning: 'with parameters' },
    { flag: '-n', meaning: 'with frame numbers' },
  ],
  run,
  print(model, out) {
    out.line(`Processing ${model.total} threads, please wait`);
    for (const { heading, thread, stack } of model.stacks) {
      out.line('');
      out.line(...heading);
      out.line(`      Priority: ${thread.priority ?? 0}`);
      printStackModel(stack, out);
    }
    out.line('');
    out.line(`Total threads: ${model.total}`);
    out.line(`Duplicate callstacks: ${model.duplicates.length} (windbg thread #s follow):`);
    if (model.duplicates.length > 0) out.line(model.duplicates.map((t) => t.index).join(', '));
  },
  data,
});

async function run({ session, args, pace }: Call): Promise<UniqueModel> {
  const options = parseStackOptions(`k${lettersOf(args)}`, '', session);
  const unique = new Map<string, UniqueStack>();
  const duplicates: Thread[] = [];
  const { threads } = session.target;
  for (const [done, thread] of threads.entries()) {
    const stack = stackModel(session, thread, options);
    const key = stack.trace.frames.map((f) => f.instruction.toString(36)).join();
    const known = unique.get(key);
    if (known) {
      known.duplicates.push(thread);
      duplicates.push(thread);
    } else unique.set(key, { thread, heading: threadHeading(session, thread), stack, duplicates: [] });
    if (pace.due()) await pace.rest({ done, total: threads.length, what: 'threads' });
  }
  return { total: threads.length, stacks: [...unique.values()], duplicates };
}

function lettersOf(args: string): string {
  let letters = '';
  for (const word of args.split(/\s+/).filter((w) => w !== '')) {
    const chosen = /^[-/]([bvpn]+)$/i.exec(word)?.[1];
    if (chosen === undefined) throw new UsageError(`!uniqstack does not know '${word}'`, 'syntax');
    for (const c of chosen.toLowerCase()) letters += SWITCHES[c] ?? '';
  }
  return letters;
}

function data({ total, stacks }: UniqueModel) {
  return {
    threads: total,
    stacks: stacks.map(({ stack, duplicates }) => ({
      ...stackData(stack),
      duplicates: duplicates.map(({ index, id }) => ({ index, id: `0x${id.toString(16)}` })),
    })),
  };
}
