import type { Memory } from '../../target/index.ts';

/** How much is taken at a time unless told: what follows is wanted next. */
const WINDOW_BYTES = 0x100000;
const NOTHING: DataView = new DataView(new ArrayBuffer(0));

/** Gives bytes at rising addresses, which are numbers, through one window that moves along. */
export class WindowReader {
  private base = 0;
  private end = 0;
  private view: DataView = NOTHING;

  constructor(
    private readonly memory: Memory,
    private readonly windowBytes = WINDOW_BYTES,
  ) {}

  /** A view on exactly `length` bytes (few); undefined where they are not all there. */
  bytes(address: number, length: number): DataView | undefined {
    if ((address < this.base || address + length > this.end) && !this.load(address)) return undefined;
    if (address + length > this.end) return undefined;
    return new DataView(this.view.buffer, this.view.byteOffset + address - this.base, length);
  }

  /** The pointer at an address, as a number; undefined where it is not there. */
  pointer(address: number, size: 4 | 8): number | undefined {
    const view = this.bytes(address, size);
    if (!view) return undefined;
    const low = view.getUint32(0, true);
    return size === 4 ? low : view.getUint32(4, true) * 2 ** 32 + low;
  }

  private load(address: number): boolean {
    if (!Number.isSafeInteger(address) || address < 0) return false;
    const start = BigInt(address);
    const length = this.memory.available(start, this.windowBytes);
    if (length === 0) return false;
    const bytes = this.memory.read(start, length);
    this.base = address;
    this.end = address + length;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return true;
  }
}
