/**
 * Streams 2 (types, TPI) and 4 (ids, IPI): records numbered from 1000h on, with a second stream that finds a record by
 * its number or by the hash of its name. Facts: LLVM docs PDB/TpiStream; tpi.h, tpi.cpp of microsoft-pdb.
 *
 * A type's number is its place in the order of records, so a record is found from the nearest one whose offset is
 * known: the hash stream lists one every 8 KiB.
 */
import { LeafCursor } from './leafCursor.ts';
import { nameHash } from './nameHash.ts';
import { orAbsent } from './orAbsent.ts';
import type { StreamReader } from './streamReader.ts';

const HEADER_BYTES = 56;
/** Versions whose records have 32-bit type numbers: Visual C++ 5, 7, 8 and everything since. */
const VERSIONS = [19961031, 19990903, 20040203];
const NO_STREAM = 0xffff;
/** The most buckets that Microsoft's code accepts. */
const MAX_BUCKETS = 0x40000;
/** Types of one bucket that are looked at: linkers take so many buckets that each has a few dozen at most. */
const MAX_CANDIDATES = 16384;
/** Without a list of offsets one is made with an entry for so many bytes of records. */
const STEP_BYTES = 8192;
/** A record of a type is at most this long: its length is 16 bits wide. */
const MIN_RECORD = 4;

/** Types by bucket of their names' hashes. */
interface Buckets {
  /** first entry of each bucket in `types`, and the end of the last */
  readonly starts: Uint32Array;
  readonly types: Uint32Array;
}

/** Records between two known offsets, cut into single ones when one of them is asked for. */
interface Stretch {
  readonly firstType: number;
  readonly offset: number;
}

export class TypeStream {
  /** first type number, and one past the last */
  readonly begin: number;
  readonly end: number;

  private readonly recordsAt: number;
  private readonly recordBytes: number;
  private readonly hashStream: StreamReader | undefined;
  private readonly hashKeyBytes: number;
  private readonly bucketCount: number;
  private stretches: readonly Stretch[] | undefined;
  private readonly offsets: (Uint32Array | undefined)[] = [];
  private buckets: Buckets | undefined;

  /** `streamOf` gives the hash stream by number. Throws `OutOfBounds` where the stream is shorter than its header. */
  constructor(
    private readonly stream: StreamReader,
    streamOf: (number: number) => StreamReader | undefined,
  ) {
    const known = VERSIONS.includes(stream.u32(0));
    const headerBytes = stream.u32(4);
    this.recordsAt = Math.max(HEADER_BYTES, headerBytes);
    this.recordBytes = known ? Math.max(0, Math.min(stream.u32(16), stream.size - this.recordsAt)) : 0;
    this.begin = stream.u32(8);
    // a record takes four bytes at least
    const most = Math.floor(this.recordBytes / MIN_RECORD);
    this.end = this.begin + Math.max(0, Math.min(stream.u32(12) - this.begin, most));
    const hashNumber = stream.u16(20);
    this.hashStream = hashNumber === NO_STREAM ? undefined : streamOf(hashNumber);
    this.hashKeyBytes = stream.u32(24);
    this.bucketCount = stream.u32(28);
  }

  get count(): number {
    return this.end - this.begin;
  }

  has(type: number): boolean {
    return type >= this.begin && type < this.end;
  }

  /** The record of a type: its fields from the kind on. Undefined where there is none. */
  record(type: number): LeafCursor | undefined {
    if (!this.has(type)) return undefined;
    return orAbsent(() => {
      const offset = this.offsetOf(type);
      if (offset === undefined) return undefined;
      const length = this.stream.u16(offset);
      return new LeafCursor(this.stream.peek(offset + 2, length));
    });
  }

  /** All records with their numbers, read in large pieces. The bytes are a record from its kind on. */
  *records(): Generator<{ type: number; bytes: Uint8Array }> {
    const stretches = this.list();
    for (let i = 0; i < stretches.length; i++) {
      const { firstType, offset, bytes } = this.stretch(i);
      let type = firstType;
      for (const at of this.cut(i)) {
        const length = (bytes[at - offset] ?? 0) | ((bytes[at - offset + 1] ?? 0) << 8);
        yield { type: type++, bytes: bytes.subarray(at - offset + 2, at - offset + 2 + length) };
      }
    }
  }

  /** Whether types can be found by the hash of their names. */
  get hashed(): boolean {
    const { hashStream, hashKeyBytes, bucketCount } = this;
    if (!hashStream || (hashKeyBytes !== 2 && hashKeyBytes !== 4)) return false;
    return bucketCount > 0 && bucketCount <= MAX_BUCKETS && this.stream.u32(36) === this.count * hashKeyBytes;
  }

  /** Types whose names may be `name`: those in its bucket, the latest first, as the linker searches them. */
  candidates(name: string): number[] {
    if (!this.hashed) return [];
    const { starts, types } = this.index();
    const bucket = nameHash(name) % this.bucketCount;
    const end = starts[bucket + 1] ?? 0;
    return Array.from(types.subarray(Math.max(starts[bucket] ?? 0, end - MAX_CANDIDATES), end)).reverse();
  }

  /**
   * Types that come first among those of their name although another is later: incremental links leave a list of
   * {offset of the name, type}, in a hash table of the same form as that of named streams.
   */
  adjusted(): ReadonlySet<number> {
    const found = new Set<number>();
    const { hashStream, stream } = this;
    const offset = stream.u32(48);
    const length = stream.u32(52);
    if (!hashStream || length === 0 || length > hashStream.size) return found;
    const cursor = new LeafCursor(hashStream.read(offset, length));
    orAbsent(() => {
      const count = cursor.u32();
      cursor.skip(4); // capacity
      for (let vector = 0; vector < 2; vector++) cursor.skip(cursor.u32() * 4);
      for (let i = 0; i < count; i++) {
        cursor.skip(4);
        found.add(cursor.u32());
      }
      return undefined;
    });
    return found;
  }

  private index(): Buckets {
    if (this.buckets) return this.buckets;
    const { hashKeyBytes, bucketCount, count } = this;
    const bytes = this.hashStream?.read(this.stream.u32(32), count * hashKeyBytes) ?? new Uint8Array(0);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const listed = Math.floor(bytes.length / hashKeyBytes);
    const bucketOf = (i: number): number =>
      (hashKeyBytes === 4 ? view.getUint32(i * 4, true) : view.getUint16(i * 2, true)) % bucketCount;
    const starts = new Uint32Array(bucketCount + 1);
    for (let i = 0; i < listed; i++) {
      const next = bucketOf(i) + 1;
      starts[next] = (starts[next] ?? 0) + 1;
    }
    for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
    const types = new Uint32Array(listed);
    const used = starts.slice();
    for (let i = 0; i < listed; i++) {
      const bucket = bucketOf(i);
      const place = used[bucket] ?? 0;
      types[place] = this.begin + i;
      used[bucket] = place + 1;
    }
    this.buckets = { starts, types };
    return this.buckets;
  }

  private offsetOf(type: number): number | undefined {
    const stretches = this.list();
    let low = 0;
    let high = stretches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((stretches[middle]?.firstType ?? 0) <= type) low = middle + 1;
      else high = middle;
    }
    const found = stretches[low - 1];
    return found && this.cut(low - 1)[type - found.firstType];
  }

  /** Offsets of the records of a stretch in the stream. */
  private cut(index: number): Uint32Array {
    const known = this.offsets[index];
    if (known) return known;
    const { firstType, offset, bytes } = this.stretch(index);
    const most = (this.list()[index + 1]?.firstType ?? this.end) - firstType;
    const found: number[] = [];
    for (let at = 0; at + MIN_RECORD <= bytes.length && found.length < most;) {
      const length = ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)) + 2;
      if (length < MIN_RECORD || at + length > bytes.length) break;
      found.push(offset + at);
      at += length;
    }
    const cut = Uint32Array.from(found);
    this.offsets[index] = cut;
    return cut;
  }

  private stretch(index: number): Stretch & { readonly bytes: Uint8Array } {
    const stretches = this.list();
    const { firstType, offset } = stretches[index] ?? { firstType: this.end, offset: 0 };
    const end = stretches[index + 1]?.offset ?? this.recordsAt + this.recordBytes;
    return { firstType, offset, bytes: this.stream.read(offset, end - offset) };
  }

  private list(): readonly Stretch[] {
    this.stretches ??= this.storedList() ?? this.madeList();
    return this.stretches;
  }

  /** The list of known offsets from the hash stream; undefined where it is absent or not in order. */
  private storedList(): Stretch[] | undefined {
    const { hashStream, stream } = this;
    const length = stream.u32(44);
    if (!hashStream || length < 8 || length > hashStream.size) return undefined;
    const bytes = hashStream.read(stream.u32(40), length);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const list: Stretch[] = [];
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      const firstType = view.getUint32(at, true);
      const offset = view.getUint32(at + 4, true);
      const last = list.at(-1);
      const inOrder = last
        ? firstType > last.firstType && this.recordsAt + offset > last.offset
        : firstType === this.begin && offset === 0;
      if (!inOrder || firstType >= this.end || offset >= this.recordBytes) return undefined;
      list.push({ firstType, offset: this.recordsAt + offset });
    }
    return list;
  }

  private madeList(): Stretch[] {
    const list: Stretch[] = [];
    const { stream } = this;
    const end = this.recordsAt + this.recordBytes;
    let at = this.recordsAt;
    for (let type = this.begin; type < this.end && at + MIN_RECORD <= end; type++) {
      const last = list.at(-1);
      if (!last || at - last.offset >= STEP_BYTES) list.push({ firstType: type, offset: at });
      const length = orAbsent(() => stream.u16(at)) ?? 0;
      if (length < MIN_RECORD - 2) break;
      at += length + 2;
    }
    return list;
  }
}
