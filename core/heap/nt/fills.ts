import { hexAddress } from '../../bytes/index.ts';
import { addressOf, type AddressReader } from '../addressReader.ts';
import type { BlockSink } from '../blockSink.ts';
import type { NtHeap } from './ntHeap.ts';

/** Behind the user's data of a heap with tail checking (HEAPS.md 10) */
const TAIL = 0xab;
/** In the free blocks of a heap with free checking */
const FREED = 0xfeeefeee;

/** Looks whether the patterns that debug heaps write are still whole. */
export class Fills {
  constructor(
    private readonly heap: NtHeap,
    private readonly sink: BlockSink,
  ) {}

  /** The guard behind the user's data: 8 bytes, on x64 16. */
  checkTail(near: AddressReader, entry: number, end: number): void {
    const length = this.heap.unit;
    for (let i = 0; i < length; i++) {
      if (!near.has(end + i, 1)) return;
      const found = near.u8(end + i);
      if (found === TAIL) continue;
      this.sink.finding({
        address: addressOf(entry),
        kind: 'tail fill',
        problem: `the program wrote behind the end of the block, at ${hexAddress(end + i)}`,
        expected: hexAddress(TAIL),
        found: hexAddress(found),
      });
      return;
    }
  }

  /** The body of a free block, behind its links. */
  checkFree(near: AddressReader, entry: number, end: number): void {
    const from = entry + this.heap.unit + 2 * this.heap.pointerSize;
    for (let at = from; at + 4 <= end; at += 4) {
      // pages in the middle may have been given back
      if (!near.has(at, 4)) return;
      const found = near.u32(at);
      if (found === FREED) continue;
      this.sink.finding({
        address: addressOf(entry),
        kind: 'free fill',
        problem: `the program wrote into the block after it was freed, at ${hexAddress(at)}`,
        expected: hexAddress(FREED),
        found: hexAddress(found),
      });
      return;
    }
  }
}
