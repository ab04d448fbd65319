/**
 * Where bytes come from: a file, a browser's Blob, a buffer in a test. The whole storage contract is here.
 * Reads are synchronous: in the browser they run in a worker (FileReaderSync), in Node on a file descriptor.
 */
export interface ByteSource {
  /** What a person would call it: a path or a file name. Shown in errors, never opened. */
  readonly name: string;
  /** Bytes in all. A number holds sizes up to 2^53 exactly. */
  readonly size: number;
  /**
   * The bytes from `offset`, fewer than `length` where the source ends, none past its end. Never throws for a range.
   * The result may share memory with a cache: callers do not write to it. A source may put the bytes in `scratch`, and
   * give a view on it, where the caller lends it one: who goes through gigabytes then needs one buffer, not thousands.
   */
  read(offset: number, length: number, scratch?: Uint8Array): Uint8Array;
  close?(): void;
}

const NOTHING = new Uint8Array(0);

/** A source over bytes in memory. */
export class BufferSource implements ByteSource {
  constructor(
    private readonly bytes: Uint8Array,
    readonly name = 'buffer',
  ) {}

  get size(): number {
    return this.bytes.length;
  }

  read(offset: number, length: number): Uint8Array {
    if (!(offset >= 0) || !(length > 0) || offset >= this.bytes.length) return NOTHING;
    return this.bytes.subarray(offset, Math.min(this.bytes.length, offset + length));
  }
}

/** A part of another source, as a source of its own: offset 0 is `start` in the whole. */
export class SliceSource implements ByteSource {
  readonly size: number;

  constructor(
    private readonly whole: ByteSource,
    private readonly start: number,
    size: number,
    readonly name = whole.name,
  ) {
    this.size = Math.max(0, Math.min(size, whole.size - start));
  }

  read(offset: number, length: number, scratch?: Uint8Array): Uint8Array {
    if (!(offset >= 0) || offset >= this.size) return NOTHING;
    return this.whole.read(this.start + offset, Math.min(length, this.size - offset), scratch);
  }
}
