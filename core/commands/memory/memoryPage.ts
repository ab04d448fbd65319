import type { Address, Memory } from '../../target/index.ts';
import { readBlock } from './block.ts';

/** What a pane asks for at once is at most this: a request must not hold up the ones behind it. */
const MAX_BYTES = 0x10_0000;

/** Bytes of a range and which of them are there: what a memory pane draws from. */
export interface MemoryPage {
  readonly start: Address;
  /** 0 where a byte is not there: `present` tells */
  readonly bytes: Uint8Array;
  /** a bit for each byte, the lowest first; absent where all are there */
  readonly present?: Uint8Array;
}

/** Reads up to 1 MiB; what lies behind the end of the address space counts as not there. */
export function memoryPage(memory: Memory, start: Address, length: number): MemoryPage {
  const block = readBlock(memory, start, Math.max(0, Math.min(length, MAX_BYTES)));
  if (block.present.every((b) => b === 1)) return { start, bytes: block.bytes };
  const present = new Uint8Array(Math.ceil(block.present.length / 8));
  block.present.forEach((there, i) => {
    if (there) present[i >> 3] = (present[i >> 3] ?? 0) | (1 << (i & 7));
  });
  return { start, bytes: block.bytes, present };
}
