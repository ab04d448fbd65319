import { NotAvailable } from '../../errors/index.ts';
import { readStruct, type Address } from '../../target/index.ts';
import type { Session } from '../session.ts';

/** JIT_DEBUG_INFO (-jdinfo--use-jit-debug-info-.md): 32-bit fields, then three 64-bit addresses on any processor. */
const SIZE = 0x28;
const OFFSETS = { size: 0, thread: 8, exceptionAddress: 0x10, exceptionRecord: 0x18, context: 0x20 } as const;

/** What the system leaves in a process for a post-mortem debugger: which thread, and where record and context are. */
export interface JitInfo {
  readonly threadId: number;
  readonly record: Address;
  readonly context: Address;
}

/** Reads the structure at an expression's address; throws `NotAvailable` where none begins there. */
export function readJitInfo({ target, machine, evaluator }: Session, expression: string): JitInfo {
  const info = readStruct(target.memory, evaluator.address(expression), SIZE);
  const size = info.u32(OFFSETS.size);
  if (size !== SIZE)
    throw new NotAvailable(`no JIT_DEBUG_INFO begins at '${expression}': its dwSize is ${size}, not ${SIZE}`);
  const address = (offset: number): Address => BigInt.asUintN(machine.pointerSize * 8, info.u64(offset));
  return {
    threadId: info.u32(OFFSETS.thread),
    record: address(OFFSETS.exceptionRecord),
    context: address(OFFSETS.context),
  };
}
