import type { MemoryContent, MemoryInfo } from '../../core/minidump/index.ts';

const PAGE = 0x1000;
const MEM_COMMIT = 0x1000;
const MEM_RESERVE = 0x2000;
const MEM_FREE = 0x10000;
export const MEM_PRIVATE = 0x20000;
export const MEM_IMAGE = 0x1000000;
export const PAGE_NOACCESS = 1;
export const PAGE_READONLY = 2;
export const PAGE_READWRITE = 4;
export const PAGE_EXECUTE_READ = 0x20;
export const PAGE_EXECUTE_WRITECOPY = 0x80;

interface Region {
  readonly base: number;
  readonly size: number;
  readonly allocationBase: number;
  readonly protect: number;
  readonly type: number;
  readonly state: number;
  /** absent where the dump does not hold the region */
  readonly bytes?: Uint8Array;
}

/** The memory of a made-up 32-bit process: regions as VirtualQuery would list them, and the bytes in them. */
export class AddressSpace {
  private readonly regions: Region[] = [];

  /** Commits memory, zeroed. `allocationBase` ties it to an earlier region of the same allocation. */
  commit(
    base: number,
    size: number,
    options: { protect?: number; type?: number; allocationBase?: number } = {},
  ): void {
    const { protect = PAGE_READWRITE, type = MEM_PRIVATE, allocationBase = base } = options;
    this.regions.push({
      base,
      size,
      allocationBase,
      protect,
      type,
      state: MEM_COMMIT,
      bytes: new Uint8Array(size),
    });
  }

  /** Reserves memory without committing it. */
  reserve(base: number, size: number, allocationBase: number): void {
    this.regions.push({ base, size, allocationBase, protect: 0, type: MEM_PRIVATE, state: MEM_RESERVE });
  }

  /** A part of an image that the process has mapped and the dump leaves out. */
  leaveOut(base: number, size: number, allocationBase: number): void {
    this.regions.push({
      base,
      size,
      allocationBase,
      protect: PAGE_EXECUTE_READ,
      type: MEM_IMAGE,
      state: MEM_COMMIT,
    });
  }

  bytes(address: number, content: Uint8Array): void {
    const region = this.regionOf(address, content.length);
    region.set(content, address - this.baseOf(address));
  }

  u8(address: number, value: number): void {
    this.bytes(address, Uint8Array.of(value));
  }

  u16(address: number, value: number): void {
    this.bytes(address, littleEndian(value, 2));
  }

  u32(address: number, value: number): void {
    this.bytes(address, littleEndian(value, 4));
  }

  /** UTF-16LE with a NUL behind it; returns the address behind the NUL. */
  text16(address: number, text: string): number {
    const content = new Uint8Array(text.length * 2 + 2);
    for (let i = 0; i < text.length; i++) content.set(littleEndian(text.charCodeAt(i), 2), i * 2);
    this.bytes(address, content);
    return address + content.length;
  }

  /** Latin-1 with a NUL behind it. */
  text8(address: number, text: string): void {
    this.bytes(address, Uint8Array.from([...text].map((c) => c.charCodeAt(0)).concat(0)));
  }

  /** What a dump with full memory holds. */
  contents(): MemoryContent[] {
    return this.sorted().flatMap(({ base, size, bytes }) =>
      bytes ? [{ start: BigInt(base), size, bytes }] : [],
    );
  }

  /** What MemoryInfoListStream says: every region up to 2 GiB, the free ones between them. */
  infos(): MemoryInfo[] {
    const infos: MemoryInfo[] = [];
    let at = 0;
    for (const r of this.sorted()) {
      if (r.base > at) infos.push(free(at, r.base - at));
      infos.push({
        baseAddress: BigInt(r.base),
        allocationBase: BigInt(r.allocationBase),
        allocationProtect: r.type === MEM_IMAGE ? PAGE_EXECUTE_WRITECOPY : PAGE_READWRITE,
        regionSize: BigInt(r.size),
        state: r.state,
        protect: r.protect,
        type: r.type,
      });
      at = r.base + r.size;
    }
    if (at < 0x7fff0000) infos.push(free(at, 0x7fff0000 - at));
    return infos;
  }

  private sorted(): Region[] {
    return [...this.regions].sort((a, b) => a.base - b.base);
  }

  private find(address: number): Region {
    const region = this.regions.find((r) => r.bytes && address >= r.base && address < r.base + r.size);
    if (!region) throw new Error(`nothing is committed at 0x${address.toString(16)}`);
    return region;
  }

  private baseOf(address: number): number {
    return this.find(address).base;
  }

  private regionOf(address: number, length: number): Uint8Array {
    const { base, size, bytes } = this.find(address);
    if (!bytes || address + length > base + size)
      throw new Error(`write past the region at 0x${base.toString(16)}`);
    return bytes;
  }
}

function free(base: number, size: number): MemoryInfo {
  return {
    baseAddress: BigInt(base),
    allocationBase: 0n,
    allocationProtect: 0,
    regionSize: BigInt(size),
    state: MEM_FREE,
    protect: PAGE_NOACCESS,
    type: 0,
  };
}

function littleEndian(value: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (value >>> (8 * i)) & 0xff);
}

/** `value` rounded up to whole pages. */
export function pages(value: number): number {
  return Math.ceil(value / PAGE) * PAGE;
}
