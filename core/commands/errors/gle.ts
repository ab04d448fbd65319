import { NotAvailable, UsageError } from '../../errors/index.ts';
import { type Output, span } from '../../output/index.ts';
import { type ErrorText, type Field, loadErrorTexts, type ProcessView, tebOf } from '../../process/index.ts';
import type { Thread } from '../../target/index.ts';
import { type Call, command } from '../command.ts';
import { allViews, hexField } from '../process/index.ts';
import { errorData, formatError } from './errorLine.ts';

/** What one TEB says; undefined where the dump does not hold it. */
interface LastErrors {
  readonly error?: ErrorText;
  readonly status?: ErrorText;
}

interface ThreadErrors {
  readonly thread: Thread;
  readonly native: LastErrors;
  /** of the 32-bit TEB in a WOW64 dump */
  readonly wow64?: LastErrors;
}

interface Model {
  readonly all: boolean;
  readonly threads: readonly ThreadErrors[];
}

export const gle = command<Model>({
  name: '!gle',
  tier: 'A',
  syntax: ['!gle [-all]'],
  summary: 'Shows the last error and the last status of the current thread, or of all.',
  options: [{ flag: '-all', meaning: 'of every thread' }],
  run,
  print: ({ all, threads }, out) => {
    for (const { thread, native, wow64 } of threads) {
      if (all) out.line(`Last error for thread ${thread.index}:`);
      printErrors(native, out);
      if (wow64) {
        out.line('Wow64 TEB status:');
        printErrors(wow64, out);
      }
      if (all) out.line('');
    }
  },
  data: ({ threads }) => ({
    threads: threads.map(({ thread, native, wow64 }) => ({
      index: thread.index,
      id: hexField(thread.id),
      ...errorsData(native),
      wow64: wow64 && errorsData(wow64),
    })),
  }),
});

async function run({ session, args }: Call): Promise<Model> {
  const all = /^[-/]all$/i.test(args);
  if (args !== '' && !all) throw new UsageError('!gle [-all]: the only option is -all');
  const threads = all ? session.target.threads : session.thread ? [session.thread] : [];
  const texts = await loadErrorTexts();
  const [native, narrow] = allViews(session);
  const read = (view: ProcessView, thread: Thread): LastErrors => {
    const teb = tebOf(view, thread);
    const text = (value: Field<number>, of: (code: number) => ErrorText): ErrorText | undefined =>
      typeof value === 'number' ? of(value) : undefined;
    return {
      error: text(teb?.LastErrorValue, (code) => texts.win32(code)),
      status: text(teb?.LastStatusValue, (code) => texts.ntstatus(code)),
    };
  };
  const models = threads.map((thread): ThreadErrors => {
    if (!native) return { thread, native: {} };
    return { thread, native: read(native, thread), wow64: narrow && read(narrow, thread) };
  });
  const [only] = models;
  if (!all && !only?.native.error && !only?.wow64?.error) {
    throw new NotAvailable('The dump does not hold the TEB of this thread, where its last error stands');
  }
  return { all, threads: models };
}

function printErrors({ error, status }: LastErrors, out: Output): void {
  const missing = span('<unreadable>', 'missing');
  out.line('LastErrorValue: ', error ? formatError(error, false) : missing);
  out.line('LastStatusValue: ', status ? formatError(status, false) : missing);
}

function errorsData({ error, status }: LastErrors) {
  return {
    LastErrorValue: error && errorData(error),
    LastStatusValue: status && errorData(status),
  };
}
