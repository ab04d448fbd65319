import type { ByteSource } from '../bytes/index.ts';
import { MemoryUnreadable } from '../errors/index.ts';
import type { MemoryRanges } from '../minidump/index.ts';
import {
  type Address,
  type AddressRange,
  type ByteOrigin,
  type Memory,
  type MemoryWindow,
  WINDOW_BYTES,
} from './memory.ts';

/** Bytes that stand in where the dump has none: the read-only parts of image files. */
export interface MemoryOverlay {
  /** The bytes from `address` that the overlay has in one run, at most `length`; empty where it has none. */
  read(address: Address, length: number): Uint8Array;
  /** Number of bytes `read` would give, without reading them. */
  available(address: Address, length: number): number;
  /** The first address at or above `address` that the overlay covers; what lies at or behind `end` need not be found. */
  next(address: Address, end?: Address): Address | undefined;
}

/**
 * The memory that a dump holds, with image files laid under it. A look-up is a binary search over the dump's ranges;
 * bytes come through the source's page cache. The dump always wins over an image.
 */
export class DumpMemory implements Memory {
  private overlay: MemoryOverlay | undefined;

  constructor(
    private readonly source: ByteSource,
    private readonly ranges: MemoryRanges,
  ) {}

  /** Lays image files under the dump. Set once the modules are known. */
  setOverlay(overlay: MemoryOverlay): void {
    this.overlay = overlay;
  }

  read(address: Address, length: number, scratch?: Uint8Array): Uint8Array {
    if (length <= 0) return new Uint8Array(0);
    const run = this.run(address, length, scratch);
    if (run.length === length) return run;
    if (run.length === 0) throw new MemoryUnreadable(address);
    const out = new Uint8Array(length);
    out.set(run);
    for (let done = run.length; done < length;) {
      const next = this.run(address + BigInt(done), length - done);
      if (next.length === 0) throw new MemoryUnreadable(address + BigInt(done));
      out.set(next, done);
      done += next.length;
    }
    return out;
  }

  available(address: Address, length: number): number {
    let done = 0;
    while (done < length) {
      const n = this.runLength(address + BigInt(done), length - done);
      if (n === 0) break;
      done += n;
    }
    return done;
  }

  *windows(range: AddressRange, scratch?: Uint8Array): Iterable<MemoryWindow> {
    let at = this.nextReadable(range.start, range.end);
    while (at !== undefined && at < range.end) {
      const bytes = this.run(at, Number(minimum(range.end - at, BigInt(WINDOW_BYTES))), scratch);
      if (bytes.length === 0) return;
      yield { base: at, bytes };
      at = this.nextReadable(at + BigInt(bytes.length), range.end);
    }
  }

  origin(address: Address): ByteOrigin {
    if (this.ranges.find(address) >= 0) return 'dump';
    return this.overlay && this.overlay.available(address, 1) > 0 ? 'image' : undefined;
  }

  /** The first readable address from `address` on; what lies at or behind `end` need not be found. */
  nextReadable(address: Address, end?: Address): Address | undefined {
    if (this.ranges.find(address) >= 0) return address;
    const i = this.ranges.findNext(address);
    const inDump = i < this.ranges.count ? this.ranges.start(i) : undefined;
    const inImage = this.overlay?.next(address, inDump ?? end);
    if (inDump === undefined || inImage === undefined) return inDump ?? inImage;
    return inDump < inImage ? inDump : inImage;
  }

  /** The bytes from `address` that lie in one piece: up to the end of a range of the dump, or up to its next range. */
  private run(address: Address, length: number, scratch?: Uint8Array): Uint8Array {
    const i = this.ranges.find(address);
    if (i >= 0) {
      const skip = Number(address - this.ranges.start(i));
      const there = Math.min(length, this.ranges.size(i) - skip);
      return this.source.read(this.ranges.fileOffset(i) + skip, there, scratch);
    }
    return this.overlay ? this.overlay.read(address, this.untilDump(address, length)) : new Uint8Array(0);
  }

  private runLength(address: Address, length: number): number {
    const i = this.ranges.find(address);
    if (i >= 0) return Math.min(length, this.ranges.size(i) - Number(address - this.ranges.start(i)));
    return this.overlay ? this.overlay.available(address, this.untilDump(address, length)) : 0;
  }

  private untilDump(address: Address, length: number): number {
    const next = this.ranges.findNext(address);
    if (next >= this.ranges.count) return length;
    return Number(minimum(BigInt(length), this.ranges.start(next) - address));
  }
}

function minimum(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
