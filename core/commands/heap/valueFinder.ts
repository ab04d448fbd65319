import { WindowReader } from '../../analysis/reachability/index.ts';
import type { Pacer } from '../../heap/index.ts';
import { type Memory, WINDOW_BYTES } from '../../target/index.ts';

/** Blocks up to this are looked through at once: nearly all. */
const SMALL = 0x4000;
/** Bytes of a large one between two looks at the clock. */
const SLICE = 0x40000;

/** Looks for a value in blocks, at multiples of its size from where they begin. */
export class ValueFinder {
  private readonly reader: WindowReader;
  private readonly low: number;
  private readonly high: number;
  private scratch: Uint8Array | undefined;

  constructor(
    private readonly memory: Memory,
    value: bigint,
    private readonly size: 1 | 2 | 4 | 8,
  ) {
    this.reader = new WindowReader(memory);
    this.low = Number(value & 0xffff_ffffn);
    this.high = Number(value >> 32n);
  }

  /** Where in a block it first stands, in bytes; -1 if nowhere. Undefined for blocks that are large or not whole. */
  inSmall(user: number, length: number): number | undefined {
    if (length > SMALL) return undefined;
    const view = length > 0 ? this.reader.bytes(user, length) : EMPTY;
    return view && this.inView(view, 0, view.byteLength);
  }

  /**
   * The same for any block: what of it the dump holds is looked through. Its length comes from the dump and may be any,
   * so only memory that is there costs time.
   */
  async inAny(user: number, length: number, pace: Pacer): Promise<number> {
    this.scratch ??= new Uint8Array(WINDOW_BYTES);
    const range = { start: BigInt(user), end: BigInt(user + length) };
    for (const { base, bytes } of this.memory.windows(range, this.scratch)) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const before = Number(base) - user;
      const first = (this.size - (before % this.size)) % this.size;
      for (let from = first; from < bytes.length; from += SLICE) {
        const found = this.inView(view, from, Math.min(bytes.length, from + SLICE));
        if (found >= 0) return before + found;
        if (pace.due()) await pace.rest({ done: before + from, total: length, what: 'bytes of a block' });
      }
    }
    return -1;
  }

  private inView(view: DataView, from: number, to: number): number {
    const { size, low, high } = this;
    for (let at = from; at + size <= to; at += size) {
      if (readLow(view, at, size) === low && (size < 8 || view.getUint32(at + 4, true) === high)) return at;
    }
    return -1;
  }
}

const EMPTY = new DataView(new ArrayBuffer(0));

function readLow(view: DataView, at: number, size: 1 | 2 | 4 | 8): number {
  return size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
}
