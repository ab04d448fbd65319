import { readPointer, type Address, type Machine, type Memory, type Thread } from '../target/index.ts';
import type { StackBounds } from './walkSpace.ts';

/** Where a thread's stack lies: TEB.NtTib.StackBase and StackLimit (the second and third pointer), else the thread list. */
export function stackBounds(
  thread: Thread,
  machine: Machine,
  memory: Memory,
  sp: number,
): StackBounds | undefined {
  const teb = thread.tebFor(machine);
  const fromTeb = teb ? tebBounds(teb, machine.pointerSize, memory) : undefined;
  if (fromTeb) return fromTeb;
  const stack = thread.stack;
  if (!stack || Number(stack.start) > sp || Number(stack.end) < sp) return undefined;
  return { low: Number(stack.start), high: Number(stack.end) };
}

/** Small dumps leave TEBs out: that is asked, not tried, because an error for each walk is dear. */
function tebBounds(teb: Address, size: 4 | 8, memory: Memory): StackBounds | undefined {
  if (memory.available(teb, 3 * size) < 3 * size) return undefined;
  const high = readPointer(memory, teb + BigInt(size), size);
  const low = readPointer(memory, teb + BigInt(2 * size), size);
  return low < high ? { low: Number(low), high: Number(high) } : undefined;
}
