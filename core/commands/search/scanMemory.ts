import type { Address, AddressRange, Memory, MemoryWindow } from '../../target/index.ts';
import type { Pace } from '../pace.ts';

/**
 * Walks the memory of a range in windows whose matches no border cuts: a window that goes on where the last one ended
 * begins with the last `overlap` bytes of it. Rests between windows.
 */
export async function* scanMemory(
  memory: Memory,
  range: AddressRange,
  overlap: number,
  pace: Pace,
): AsyncGenerator<MemoryWindow> {
  let tail: Uint8Array = new Uint8Array(0);
  let tailEnd: Address | undefined;
  let done = 0;
  for (const { base, bytes } of memory.windows(range)) {
    if (tailEnd !== base) tail = new Uint8Array(0);
    // the border alone: copying whole windows would halve the speed
    const border = tail.length > 0 ? joined(tail, bytes.subarray(0, overlap)) : undefined;
    if (border) yield { base: base - BigInt(tail.length), bytes: border };
    yield { base, bytes };
    tailEnd = base + BigInt(bytes.length);
    // short windows in a row: what counts is the end of all of them
    const before = bytes.length >= overlap ? bytes : joined(tail, bytes);
    tail = overlap > 0 ? before.slice(Math.max(0, before.length - overlap)) : tail;
    done += bytes.length;
    if (pace.due()) await pace.rest({ done, what: 'bytes' });
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
