import { hexAddress } from '../../bytes/index.ts';
import { NotAvailable, UsageError } from '../../errors/index.ts';
import type { Line } from '../../output/index.ts';
import { readStruct, type Thread } from '../../target/index.ts';
import { whereLines } from '../basics/index.ts';
import { command, type Call } from '../command.ts';
import { pointedData, printPointed, readPointed, type PointedException } from './exptr.ts';

/** JIT_DEBUG_INFO (-jdinfo--use-jit-debug-info-.md): 32-bit fields, then three 64-bit addresses on any processor. */
const SIZE = 0x28;
const OFFSETS = { size: 0, thread: 8, exceptionAddress: 0x10, exceptionRecord: 0x18, context: 0x20 } as const;

interface JitInfo {
  readonly threadId: number;
  /** undefined where the dump has no thread of that id */
  readonly thread: Thread | undefined;
  /** where that thread is now */
  readonly now: readonly Line[];
  readonly exception: PointedException;
}

export const jdinfo = command<JitInfo>({
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

async function run({ session, args }: Call): Promise<JitInfo> {
  if (args === '') throw new UsageError('.jdinfo takes the address of a JIT_DEBUG_INFO structure');
  const { target, machine, evaluator } = session;
  const info = readStruct(target.memory, evaluator.address(args), SIZE);
  const size = info.u32(OFFSETS.size);
  if (size !== SIZE)
    throw new NotAvailable(
      `.jdinfo: no JIT_DEBUG_INFO begins at '${args}': its dwSize is ${size}, not ${SIZE}`,
    );
  const address = (offset: number): bigint => BigInt.asUintN(machine.pointerSize * 8, info.u64(offset));
  const exception = await readPointed(session, {
    record: address(OFFSETS.exceptionRecord),
    context: address(OFFSETS.context),
  });
  const threadId = info.u32(OFFSETS.thread);
  const thread = target.threads.find(({ id }) => id === threadId);
  const own = thread?.context(machine);
  const now = own ? await whereLines(session, own) : [];
  // first what may have to wait for symbols, then the change
  if (thread) session.selectThread(thread);
  session.setContext(exception.registers);
  return { threadId, thread, now, exception };
}
