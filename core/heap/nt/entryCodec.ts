import type { AddressReader } from '../addressReader.ts';
import type { NtHeap } from './ntHeap.ts';

/** HEAP_ENTRY.Flags (HEAPS.md 4.2, HEAPS-CHECKED.md 4.2) */
export const EntryFlag = {
  busy: 0x01,
  extra: 0x02,
  fill: 0x04,
  /** the heap's own, on a busy block since Vista; its inner pages are given back, on a free one; a virtual block on XP */
  internal: 0x08,
  /** XP: the last block before an uncommitted range or the end */
  last: 0x10,
} as const;

/** A block's header in the clear. */
export interface EntryHeader {
  /** in units, as `previous` is */
  size: number;
  flags: number;
  previous: number;
  /** UnusedBytes: byte 7 since Vista, byte 6 before */
  unused: number;
  /** byte 6: SegmentOffset since Vista; byte 7: SegmentIndex before */
  segment: number;
  /**
   * Whether it looks like those of others, which a place in the middle of nowhere must: memory that is filled with one
   * value has a right checksum as well, if nothing says that it is coded.
   */
  likely: boolean;
}

export function emptyHeader(): EntryHeader {
  return { size: 0, flags: 0, previous: 0, unused: 0, segment: 0, likely: true };
}

/** Reads headers of one heap. */
export interface EntryCodec {
  /**
   * Reads the header at an entry that is readable. False where its checksum is wrong (since Vista) or no size stands
   * in it: then what was read means nothing.
   */
  read(reader: AddressReader, entry: number, into: EntryHeader): boolean;
}

/** The way headers are kept in this heap. */
export function entryCodec(heap: NtHeap): EntryCodec {
  return heap.coded ? new CodedEntries(heap) : new PlainEntries(heap.pointerSize);
}

/**
 * Vista and later, as RtlSizeHeap reads them (HEAPS.md 4.1): Size, Flags, SmallTagIndex, PreviousSize, SegmentOffset,
 * UnusedBytes; combined with the heap's Encoding where the mask's bit is set in what is stored. On x64 the first eight
 * bytes belong to the block before.
 */
class CodedEntries implements EntryCodec {
  private readonly mask: number;
  private readonly low: number;
  private readonly high: number;
  private readonly skip: number;

  constructor(heap: NtHeap) {
    this.mask = heap.encoding.mask;
    [this.low, this.high] = heap.encoding.key;
    this.skip = heap.unit - 8;
  }

  read(reader: AddressReader, entry: number, into: EntryHeader): boolean {
    let low = reader.u32(entry + this.skip);
    let high = reader.u32(entry + this.skip + 4);
    into.likely = this.mask === 0 || (low & this.mask) !== 0;
    if ((low & this.mask) !== 0) {
      low ^= this.low;
      high ^= this.high;
    }
    into.size = low & 0xffff;
    into.flags = (low >>> 16) & 0xff;
    into.previous = high & 0xffff;
    into.segment = (high >>> 16) & 0xff;
    into.unused = high >>> 24;
    const checksum = (low ^ (low >>> 8) ^ (low >>> 16)) & 0xff;
    return (checksum === low >>> 24 || this.mask === 0) && into.size !== 0;
  }
}

/** XP and 2003: Size, PreviousSize, SmallTagIndex, Flags, UnusedBytes, SegmentIndex (HEAPS.md 3). */
class PlainEntries implements EntryCodec {
  private readonly skip: number;

  constructor(pointerSize: 4 | 8) {
    this.skip = pointerSize === 4 ? 0 : 8;
  }

  read(reader: AddressReader, entry: number, into: EntryHeader): boolean {
    const low = reader.u32(entry + this.skip);
    const high = reader.u32(entry + this.skip + 4);
    into.size = low & 0xffff;
    into.previous = low >>> 16;
    into.flags = (high >>> 8) & 0xff;
    into.unused = (high >>> 16) & 0xff;
    into.segment = high >>> 24;
    // blocks with a region of their own are in no segment
    into.likely = (into.flags & EntryFlag.internal) === 0;
    return into.size !== 0;
  }
}
