/**
 * The hash table of globals or publics: from a name to offsets in the symbol-record stream, without reading them all.
 *
 *   header { -1, version, bytes of records, bytes of buckets }
 *   records { offset + 1, reference count }[]            sorted by bucket
 *   bitmap of the buckets in use, then for each the place of its first record, in units of 12 bytes
 *
 * (12 was the size of a record in Microsoft's memory.) Before Visual C++ 7 there was no header: records, then a place
 * for every bucket. Source: gsi.h and gsi.cpp of microsoft-pdb.
 */
import { nameHash } from './nameHash.ts';
import type { StreamReader } from './streamReader.ts';

const BUCKETS = 4096;
const HEADER_BYTES = 16;
const SIGNATURE = 0xffffffff;
const VERSION = 0xeffe0000 + 19990810;
const RECORD_BYTES = 8;
const PLACE_UNIT = 12;
/** Records of one bucket that are looked at: the hash spreads a million names over 4096 buckets, 250 each. */
const MAX_CANDIDATES = 16384;

export class SymbolHash {
  /** records in the table */
  readonly count: number;

  private readonly records: number;
  /** first record of each bucket; of bucket i up to that of bucket i + 1 */
  private starts: Uint32Array | undefined;

  /** The table lies in `stream` from `offset` on, `length` bytes. A damaged one is empty. */
  constructor(
    private readonly stream: StreamReader,
    private readonly offset: number,
    private readonly length: number,
  ) {
    const within = Math.max(0, Math.min(length, stream.size - offset));
    if (this.headed(within)) {
      this.records = offset + HEADER_BYTES;
      const bytes = Math.min(stream.u32(offset + 8), within - HEADER_BYTES);
      this.count = Math.floor(bytes / RECORD_BYTES);
    } else {
      const buckets = (BUCKETS + 1) * 4;
      this.records = offset;
      this.count = within >= buckets ? Math.floor((within - buckets) / RECORD_BYTES) : 0;
    }
  }

  /** Offsets of records whose names may be `name`: those in its bucket. Case does not matter to the hash. */
  candidates(name: string): number[] {
    const bucket = nameHash(name) % BUCKETS;
    const starts = this.bucketStarts();
    const found: number[] = [];
    const start = starts[bucket] ?? 0;
    const end = Math.min(starts[bucket + 1] ?? 0, start + MAX_CANDIDATES);
    for (let i = start; i < end; i++) {
      const offset = this.recordOffset(i);
      if (offset >= 0) found.push(offset);
    }
    return found;
  }

  /** Offsets of all records, in the table's order. */
  offsets(): Uint32Array {
    const bytes = this.stream.read(this.records, this.count * RECORD_BYTES);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const all = new Uint32Array(bytes.length >> 3);
    let used = 0;
    for (let i = 0; i < all.length; i++) {
      const biased = view.getUint32(i * RECORD_BYTES, true);
      if (biased !== 0) all[used++] = biased - 1;
    }
    return all.subarray(0, used);
  }

  /** Offset of a record in the symbol-record stream; -1 for a free entry. */
  private recordOffset(index: number): number {
    return this.stream.u32(this.records + index * RECORD_BYTES) - 1;
  }

  private headed(within: number): boolean {
    if (within < HEADER_BYTES) return false;
    return this.stream.u32(this.offset) === SIGNATURE && this.stream.u32(this.offset + 4) === VERSION;
  }

  private bucketStarts(): Uint32Array {
    if (this.starts) return this.starts;
    const starts = new Uint32Array(BUCKETS + 1).fill(this.count);
    const headed = this.records !== this.offset;
    const from = this.records + this.count * RECORD_BYTES;
    const end = Math.min(this.offset + this.length, this.stream.size);
    const bytes = this.stream.read(from, end - from);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // one more bucket than is hashed to, and a bitmap of whole words
    const bitmapBytes = headed ? Math.ceil((BUCKETS + 1) / 32) * 4 : 0;
    let at = bitmapBytes;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const used = headed ? (bytes[bucket >> 3] ?? 0) & (1 << (bucket & 7)) : 1;
      if (!used || at + 4 > bytes.length) continue;
      const place = view.getUint32(at, true);
      at += 4;
      if (place !== 0xffffffff) starts[bucket] = Math.min(this.count, Math.floor(place / PLACE_UNIT));
    }
    // an empty bucket ends where the next one in use starts
    for (let bucket = BUCKETS - 1; bucket >= 0; bucket--) {
      const next = starts[bucket + 1] ?? this.count;
      const own = starts[bucket] ?? this.count;
      starts[bucket] = Math.min(own, next);
    }
    this.starts = starts;
    return starts;
  }
}
