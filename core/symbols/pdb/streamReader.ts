import type { ByteSource } from '../../bytes/index.ts';
import { OutOfBounds } from '../../errors/index.ts';

/** Small reads of a stream come from windows of this size: a few records, a few levels of a binary search. */
const WINDOW = 16 * 1024;
/** Windows kept a stream (direct-mapped): enough for the hot levels of a binary search beside a sequential walk. */
const SLOTS = 16;

/** A record is a length and a kind at least; nearly all are shorter than the other. */
const MIN_RECORD = 4;
const USUAL_RECORD = 256;
/** Windows kept over all streams of a PDB: 4 MiB. */
const POOL = 256;

interface Window {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Bounds the windows that the streams of one PDB keep between them: the oldest goes when one too many comes. */
export class WindowPool {
  private readonly owners: (StreamReader | undefined)[] = [];
  private readonly slots: number[] = [];
  private next = 0;

  /** A stream filled one of its slots. */
  filled(owner: StreamReader, slot: number): void {
    const oldest = this.owners[this.next];
    const itsSlot = this.slots[this.next];
    if (oldest && itsSlot !== undefined) oldest.drop(itsSlot);
    this.owners[this.next] = owner;
    this.slots[this.next] = slot;
    this.next = (this.next + 1) % POOL;
  }
}

/**
 * Little-endian reads at an offset within a stream of a PDB, by windows, so that looking at four bytes does not cost a
 * read of the file. Reads past the end throw `OutOfBounds`.
 */
export class StreamReader implements ByteSource {
  private readonly windows: (Window | undefined)[] = [];

  constructor(
    private readonly source: ByteSource,
    private readonly pool?: WindowPool,
  ) {}

  get name(): string {
    return this.source.name;
  }

  /** Bytes in the stream. */
  get size(): number {
    return this.source.size;
  }

  read(offset: number, length: number, scratch?: Uint8Array): Uint8Array {
    return this.source.read(offset, length, scratch);
  }

  /** Exactly `length` bytes, a copy that the caller may keep; throws `OutOfBounds` where the stream ends before. */
  bytes(offset: number, length: number): Uint8Array {
    const bytes = this.source.read(offset, length);
    if (bytes.length < length) throw new OutOfBounds(offset, length, this.size);
    return bytes;
  }

  /** `length` bytes for reading at once: a view of a window where they fit into one. */
  peek(offset: number, length: number): Uint8Array {
    const within = offset % WINDOW;
    if (within + length > WINDOW) return this.bytes(offset, length);
    const { bytes } = this.window(offset);
    if (within + length > bytes.length) throw new OutOfBounds(offset, length, this.size);
    return bytes.subarray(within, within + length);
  }

  /**
   * A record { u16 length of what follows, ... }, in one small read: for records here and there, where a window would
   * read more than is looked at. Undefined where it is shorter than its kind or does not end before `end`.
   */
  record(offset: number, end: number): Uint8Array | undefined {
    const room = Math.min(end, this.size) - offset;
    if (!(offset >= 0) || room < MIN_RECORD) return undefined;
    const head = this.source.read(offset, Math.min(USUAL_RECORD, room));
    const length = ((head[0] ?? 0) | ((head[1] ?? 0) << 8)) + 2;
    if (head.length < MIN_RECORD || length < MIN_RECORD || length > room) return undefined;
    return length <= head.length ? head.subarray(0, length) : this.bytes(offset, length);
  }

  u8(offset: number): number {
    return this.at(offset, 1).getUint8(offset % WINDOW);
  }

  u16(offset: number): number {
    const within = offset % WINDOW;
    if (within + 2 > WINDOW) return this.crossing(offset, 2).getUint16(0, true);
    return this.at(offset, 2).getUint16(within, true);
  }

  u32(offset: number): number {
    const within = offset % WINDOW;
    if (within + 4 > WINDOW) return this.crossing(offset, 4).getUint32(0, true);
    return this.at(offset, 4).getUint32(within, true);
  }

  i32(offset: number): number {
    return this.u32(offset) | 0;
  }

  /** Forgets a window. */
  drop(slot: number): void {
    this.windows[slot] = undefined;
  }

  private at(offset: number, length: number): DataView {
    const { view } = this.window(offset);
    if ((offset % WINDOW) + length > view.byteLength) throw new OutOfBounds(offset, length, this.size);
    return view;
  }

  private crossing(offset: number, length: number): DataView {
    const bytes = this.bytes(offset, length);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private window(offset: number): Window {
    if (!(offset >= 0)) throw new OutOfBounds(offset, 1, this.size);
    const index = Math.floor(offset / WINDOW);
    const slot = index % SLOTS;
    const kept = this.windows[slot];
    if (kept?.index === index) return kept;
    const bytes = this.source.read(index * WINDOW, WINDOW);
    const window = { index, bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
    // a slot that is filled already is in the pool already
    if (!kept) this.pool?.filled(this, slot);
    this.windows[slot] = window;
    return window;
  }
}
