import type { Memory } from '../target/index.ts';

/** Bytes taken from memory at once: a stack is read upwards, code here and there. */
export const STACK_WINDOW = 0x2000;
const CODE_WINDOW = 0x200;
/** How far below the wanted address a window begins: code is looked at backwards from a return address. */
const LEAD_BYTES = 0x40;
/** No user-mode address is larger; beyond it a number could not hold an address exactly. */
export const MAX_ADDRESS = 2 ** 52;

/**
 * Little-endian words at addresses that are plain numbers: what a walk reads its stack and code through. The last
 * window is kept, so reads near each other cost an addition and a comparison. Undefined where memory is not there.
 */
export class WordReader {
  private start = 0;
  private end = 0;
  private bytesHere = new Uint8Array(0) as Uint8Array;
  private view = new DataView(this.bytesHere.buffer);

  constructor(
    private readonly memory: Memory,
    private readonly windowBytes = CODE_WINDOW,
  ) {}

  u8(at: number): number | undefined {
    return this.have(at, 1) ? this.view.getUint8(at - this.start) : undefined;
  }

  u16(at: number): number | undefined {
    return this.have(at, 2) ? this.view.getUint16(at - this.start, true) : undefined;
  }

  u32(at: number): number | undefined {
    return this.have(at, 4) ? this.view.getUint32(at - this.start, true) : undefined;
  }

  u64(at: number): bigint | undefined {
    return this.have(at, 8) ? this.view.getBigUint64(at - this.start, true) : undefined;
  }

  /** A 64-bit pointer as a number; NaN where it is no user-mode address, undefined where it cannot be read. */
  pointer(at: number): number | undefined {
    if (!this.have(at, 8)) return undefined;
    const high = this.view.getUint32(at - this.start + 4, true);
    return high < 0x100000 ? high * 0x100000000 + this.view.getUint32(at - this.start, true) : NaN;
  }

  /** Exactly `length` bytes (at most a window), or undefined. Not to be kept: the window moves on. */
  bytes(at: number, length: number): Uint8Array | undefined {
    return this.have(at, length)
      ? this.bytesHere.subarray(at - this.start, at - this.start + length)
      : undefined;
  }

  /** As many of `length` bytes (at most a window) as are there. Not to be kept. */
  upTo(at: number, length: number): Uint8Array {
    if (!this.have(at, length) && !this.have(at, 1)) return new Uint8Array(0);
    return this.bytesHere.subarray(
      at - this.start,
      Math.min(this.bytesHere.length, at - this.start + length),
    );
  }

  private have(at: number, length: number): boolean {
    if (at >= this.start && at + length <= this.end) return true;
    return this.load(at, length);
  }

  private load(at: number, length: number): boolean {
    if (!(at >= 0) || at + length > MAX_ADDRESS) return false;
    const lead = Math.min(LEAD_BYTES, at);
    if (this.loadFrom(at - lead, lead + length)) return true;
    return this.loadFrom(at, length);
  }

  private loadFrom(from: number, wanted: number): boolean {
    const address = BigInt(from);
    const n = this.memory.available(address, Math.max(this.windowBytes, wanted));
    if (n < wanted) return false;
    this.bytesHere = this.memory.read(address, n);
    this.view = new DataView(this.bytesHere.buffer, this.bytesHere.byteOffset, this.bytesHere.byteLength);
    this.start = from;
    this.end = from + n;
    return true;
  }
}
