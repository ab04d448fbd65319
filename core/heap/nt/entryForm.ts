import { type HeaderForm, isFill } from '../linkedHeaders.ts';
import { fold } from './encoding.ts';
import { EntryFlag } from './entryCodec.ts';
import type { NtHeap } from './ntHeap.ts';

/** XP and 2003: a user's bytes behind the end are counted in a byte, this value says that they are counted elsewhere */
const MANY_UNUSED = 0xff;

/**
 * Headers of a heap's blocks for looking through memory, as `EntryCodec` reads them one by one. Stricter where nothing
 * says that a header is one: what was never coded is none in a heap that codes, and plain ones must be of the segment.
 */
export class EntryForm implements HeaderForm {
  readonly unit: number;
  readonly headerBytes: number;
  size = 0;
  previous = 0;
  private readonly skip: number;

  /** `slot`: the segment's number, which plain headers carry. */
  constructor(
    private readonly heap: NtHeap,
    private readonly slot: number,
  ) {
    this.unit = heap.unit;
    this.headerBytes = heap.unit;
    this.skip = heap.unit - 8;
  }

  read(view: DataView, offset: number): boolean {
    const at = offset + this.skip;
    if (isFill(view, at, this.unit)) return false;
    return this.heap.coded ? this.readCoded(view, at) : this.readPlain(view, at);
  }

  find(view: DataView, offset: number, end: number): number {
    const { heap, skip } = this;
    return heap.coded
      ? this.findCoded(view, offset + skip, end + skip) - skip
      : this.findPlain(view, offset, end);
  }

  private findCoded(view: DataView, from: number, end: number): number {
    const { mask, key } = this.heap.encoding;
    const { unit } = this;
    if (mask === 0) return from;
    // the bytes of a header with its key taken off make 0: the checksum is one of them
    const folded = fold(key[0]);
    let at = from;
    for (; at < end; at += unit) {
      const low = view.getInt32(at, true);
      if ((low & mask) === 0) continue;
      const half = low ^ (low >>> 16);
      if (((half ^ (half >>> 8)) & 0xff) === folded) break;
    }
    return at;
  }

  private findPlain(view: DataView, from: number, end: number): number {
    const { unit, slot, skip } = this;
    const last = skip + 7;
    let at = from;
    while (at < end && view.getUint8(at + last) !== slot) at += unit;
    return at;
  }

  private readCoded(view: DataView, at: number): boolean {
    const { mask, key } = this.heap.encoding;
    let low = view.getInt32(at, true);
    if (mask !== 0) {
      if ((low & mask) === 0) return false;
      low ^= key[0];
      if (fold(low) !== 0) return false;
    }
    const size = low & 0xffff;
    if (size === 0) return false;
    const coded = mask !== 0 ? key[1] : 0;
    this.size = size * this.unit;
    this.previous = ((view.getInt32(at + 4, true) ^ coded) & 0xffff) * this.unit;
    return true;
  }

  private readPlain(view: DataView, at: number): boolean {
    const high = view.getInt32(at + 4, true);
    const flags = (high >>> 8) & 0xff;
    if (high >>> 24 !== this.slot || (flags & EntryFlag.internal) !== 0) return false;
    const low = view.getInt32(at, true);
    const size = (low & 0xffff) * this.unit;
    // a free block keeps the count of whoever had it
    const unused = (flags & EntryFlag.busy) !== 0 ? (high >>> 16) & 0xff : 0;
    if (size === 0 || (unused > size && unused !== MANY_UNUSED)) return false;
    this.size = size;
    this.previous = (low >>> 16) * this.unit;
    return true;
  }
}
