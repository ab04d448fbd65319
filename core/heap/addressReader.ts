import { MemoryUnreadable } from '../errors/index.ts';
import type { Memory } from '../target/index.ts';

interface Window {
  base: number;
  end: number;
  view: DataView;
  /** for windows that are as large: used again and again */
  scratch?: Uint8Array;
}

/** A run of bytes in a window, around which `view` may hold more. */
export interface Span {
  readonly view: DataView;
  readonly offset: number;
  readonly length: number;
}

const PAGE = 0x1000;
const NOTHING = new DataView(new ArrayBuffer(0));

/**
 * Little-endian reads at addresses that are numbers, through a few windows: hot loops walk lists and headers without a
 * bigint or a search for each read. Addresses that are no whole numbers below 2^53 are as unreadable as memory that the
 * dump does not hold.
 */
export class AddressReader {
  private readonly windows: Window[];
  private current: Window;
  private oldest = 0;

  /** `windowBytes`, a power of two: how much is taken at a time; `slots`: how many windows are kept. */
  constructor(
    readonly memory: Memory,
    private readonly windowBytes = 0x1000,
    slots = 16,
  ) {
    this.windows = Array.from({ length: slots }, () => ({ base: 0, end: 0, view: NOTHING }));
    this.current = { base: 0, end: 0, view: NOTHING };
  }

  /** For a walk through memory in rising order. */
  static forWalk(memory: Memory): AddressReader {
    return new AddressReader(memory, 0x40000, 8);
  }

  /** Whether `length` bytes (few: not more than a window) are there. */
  has(address: number, length: number): boolean {
    const { base, end } = this.current;
    return (address >= base && address + length <= end) || this.load(address, length);
  }

  /**
   * Up to `length` bytes from `address` on, as far as they are at hand, for looking through memory: good until the next
   * call. Undefined where nothing can be read.
   */
  span(address: number, length: number): Span | undefined {
    if (!this.has(address, 1)) return undefined;
    const { base, view, end } = this.current;
    return { view, offset: address - base, length: Math.min(length, end - address) };
  }

  u8(address: number): number {
    const at = this.at(address, 1);
    return this.current.view.getUint8(at);
  }

  u16(address: number): number {
    const at = this.at(address, 2);
    return this.current.view.getUint16(at, true);
  }

  u32(address: number): number {
    const at = this.at(address, 4);
    return this.current.view.getUint32(at, true);
  }

  /** 64 bits as a number: exact below 2^53, above it no address. */
  u64(address: number): number {
    const at = this.at(address, 8);
    return this.current.view.getUint32(at + 4, true) * 0x1_0000_0000 + this.current.view.getUint32(at, true);
  }

  pointer(address: number, pointerSize: 4 | 8): number {
    return pointerSize === 4 ? this.u32(address) : this.u64(address);
  }

  /** As `pointer`, undefined where it is not there. */
  tryPointer(address: number, pointerSize: 4 | 8): number | undefined {
    return this.has(address, pointerSize) ? this.pointer(address, pointerSize) : undefined;
  }

  /** The first address at or above `address` that is there; undefined if none. */
  nextReadable(address: number): number | undefined {
    if (!Number.isSafeInteger(address) || address < 0) return undefined;
    const next = this.memory.nextReadable(BigInt(address));
    return next === undefined ? undefined : Number(next);
  }

  private at(address: number, length: number): number {
    const { base, end } = this.current;
    if (address >= base && address + length <= end) return address - base;
    if (!this.load(address, length)) throw new MemoryUnreadable(addressOf(address));
    return address - this.current.base;
  }

  /** Makes the window that holds the bytes the current one. */
  private load(address: number, length: number): boolean {
    if (!Number.isSafeInteger(address) || address < 0) return false;
    const aligned = Math.floor(address / this.windowBytes) * this.windowBytes;
    const window = this.windowFor(aligned, address, length);
    if (address < window.base || address + length > window.end) {
      if (!this.fill(window, aligned, address + length) && !this.fill(window, address, address + length))
        return false;
    }
    this.current = window;
    return true;
  }

  /** The window that holds the bytes, or one to hold them. */
  private windowFor(aligned: number, address: number, length: number): Window {
    const { windows } = this;
    if (this.windowBytes <= PAGE)
      return windows[(aligned / this.windowBytes) % windows.length] ?? this.current;
    // memory comes in runs that are shorter: several windows lie in what one could hold
    for (const window of windows) if (address >= window.base && address + length <= window.end) return window;
    this.oldest = (this.oldest + 1) % windows.length;
    return windows[this.oldest] ?? this.current;
  }

  /** Takes what is there from `base` on, if it reaches `needed`. */
  private fill(window: Window, base: number, needed: number): boolean {
    const start = BigInt(base);
    const length = this.memory.available(start, Math.max(this.windowBytes, needed - base));
    if (base + length < needed) return false;
    // a page's bytes come from a cache
    if (this.windowBytes > PAGE && (window.scratch?.length ?? 0) < length)
      window.scratch = new Uint8Array(Math.max(length, this.windowBytes / 16));
    const bytes = this.memory.read(start, length, window.scratch);
    window.base = base;
    window.end = base + length;
    window.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return true;
  }
}

/** Addresses out of damaged memory may be no addresses. */
export function addressOf(value: number): bigint {
  return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : 0n;
}
