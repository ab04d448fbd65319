import type { Pacer } from '../../heap/index.ts';
import type { Address, AddressRange, Memory } from '../../target/index.ts';

/** Bytes between two looks at the clock. */
const SLICE = 0x40000;

/** A word in memory that points into the range that was asked for. */
export interface FoundPointer {
  readonly address: Address;
  readonly value: Address;
}

export interface PointerSearch {
  readonly memory: Memory;
  readonly pointerSize: 4 | 8;
  /** what the pointers shall point into */
  readonly into: AddressRange;
  /** what is looked through */
  readonly within: AddressRange;
  /** how many are given at most */
  readonly limit: number;
  readonly pace: Pacer;
}

/** All aligned words that point into a range: one pass over what the dump holds of `within`. */
export async function findPointers(search: PointerSearch): Promise<FoundPointer[]> {
  const { memory, pointerSize, into, within, limit, pace } = search;
  const found: FoundPointer[] = [];
  const [low, high] = [Number(into.start), Number(into.end)];
  const [lowHalf, highHalf] = [Math.floor(low / 2 ** 32), Math.floor((high - 1) / 2 ** 32)];
  let done = 0;
  for (const { base, bytes } of memory.windows(within)) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = Number(BigInt(-base) & BigInt(pointerSize - 1));
    for (let slice = at + SLICE; at + pointerSize <= bytes.length; slice += SLICE) {
      const to = Math.min(slice, bytes.length) - pointerSize;
      for (; at <= to; at += pointerSize) {
        const upper = pointerSize === 8 ? view.getUint32(at + 4, true) : 0;
        if (upper < lowHalf || upper > highHalf) continue;
        const value = upper * 2 ** 32 + view.getUint32(at, true);
        if (value < low || value >= high) continue;
        found.push({ address: base + BigInt(at), value: BigInt(value) });
        if (found.length >= limit) return found;
      }
      if (pace.due()) await pace.rest({ done: done + at, what: 'bytes' });
    }
    done += bytes.length;
  }
  return found;
}
