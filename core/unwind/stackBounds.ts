import { readPointer, tryRead, type Machine, type Memory, type Thread } from '../target/index.ts';
import type { StackBounds } from './walkSpace.ts';

/** Where a thread's stack lies: TEB.NtTib.StackBase and StackLimit (the second and third pointer), else the thread list. */
export function stackBounds(
  thread: Thread,
  machine: Machine,
  memory: Memory,
  sp: number,
): StackBounds | undefined {
  const size = machine.pointerSize;
  const teb = thread.tebFor(machine);
  if (teb) {
    const high = tryRead(() => readPointer(memory, teb + BigInt(size), size));
    const low = tryRead(() => readPointer(memory, teb + BigInt(2 * size), size));
    if (high !== undefined && low !== undefined && low < high)
      return { low: Number(low), high: Number(high) };
  }
  const stack = thread.stack;
  if (!stack || Number(stack.start) > sp || Number(stack.end) < sp) return undefined;
  return { low: Number(stack.start), high: Number(stack.end) };
}
