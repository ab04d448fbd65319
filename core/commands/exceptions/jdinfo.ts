import { hexAddress } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import type { Line } from '../../output/index.ts';
import type { Thread } from '../../target/index.ts';
import { whereLines } from '../registers/index.ts';
import { command, type Call } from '../command.ts';
import { readJitInfo } from './jitInfo.ts';
import { pointedData, printPointed, readPointed, type PointedException } from './exptr.ts';

interface JitModel {
  readonly threadId: number;
  /** undefined where the dump has no thread of that id */
  readonly thread: Thread | undefined;
  /** where that thread is now */
  readonly now: readonly Line[];
  readonly exception: PointedException;
}

export const jdinfo = command<JitModel>({
  name: '.jdinfo',
  tier: 'C',
  syntax: ['.jdinfo Address'],
  summary: 'Takes the context from a JIT_DEBUG_INFO, which the system makes for a post-mortem debugger.',
  run,
  print({ threadId, now, exception }, out) {
    out.line(`----- Exception occurred on thread 0:${threadId.toString(16)}`);
    for (const line of now) out.line(...line);
    out.line();
    printPointed(exception, out);
  },
  data: ({ threadId, exception }) => ({ threadId: hexAddress(threadId), ...pointedData(exception) }),
});

async function run({ session, args }: Call): Promise<JitModel> {
  if (args === '') throw new UsageError('.jdinfo takes the address of a JIT_DEBUG_INFO structure');
  const { target, machine } = session;
  const info = readJitInfo(session, args);
  const { threadId } = info;
  const exception = await readPointed(session, info);
  const thread = target.threads.find(({ id }) => id === threadId);
  const own = thread?.context(machine);
  const now = own ? await whereLines(session, own) : [];
  // first what may have to wait for symbols, then the change
  if (thread) session.selectThread(thread);
  session.setContext(exception.registers);
  return { threadId, thread, now, exception };
}
