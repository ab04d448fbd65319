import type { DirectoryEntry, DumpFile } from '../dumpFile.ts';
import { readSizedList, type RecordList } from './recordList.ts';

/** MINIDUMP_MEMORY_INFO: what VirtualQuery said of a region when the dump was written. */
export interface MemoryInfo {
  readonly baseAddress: bigint;
  readonly allocationBase: bigint;
  /** PAGE_* */
  readonly allocationProtect: number;
  /** bytes */
  readonly regionSize: bigint;
  /** MEM_COMMIT 0x1000, MEM_RESERVE 0x2000, MEM_FREE 0x10000 */
  readonly state: number;
  /** PAGE_*; 0 where not committed */
  readonly protect: number;
  /** MEM_PRIVATE 0x20000, MEM_MAPPED 0x40000, MEM_IMAGE 0x1000000; 0 where free */
  readonly type: number;
}

const FORM = { headerSize: 16, minimumRecord: 48, countOffset: 8, countSize: 8 } as const;

/**
 * MemoryInfoListStream. The records stay as bytes and become objects one at a time: a process with a large heap has
 * hundreds of thousands of regions.
 */
export class MemoryInfoList implements Iterable<MemoryInfo> {
  /** record numbers by rising base address; undefined where the file has them so */
  private order: Uint32Array | undefined;

  private constructor(
    private readonly file: DumpFile | undefined,
    private readonly list: RecordList | undefined,
    readonly length: number,
  ) {
    for (let i = 1; i < length; i++) {
      if (this.compareBases(i - 1, i) <= 0) continue;
      this.order = Uint32Array.from({ length }, (_, k) => k).sort((x, y) => this.compareBases(x, y) || x - y);
      break;
    }
  }

  /** What a dump without the stream has. */
  static readonly empty = new MemoryInfoList(undefined, undefined, 0);

  static read(file: DumpFile, entry: DirectoryEntry): MemoryInfoList {
    const list = readSizedList(file, entry, FORM);
    return new MemoryInfoList(file, list, Math.min(list.count, Math.floor(list.reader.length / list.stride)));
  }

  /** The region of a number, in the file's order; undefined past the end. */
  at(index: number): MemoryInfo | undefined {
    const { file, list } = this;
    if (!file || !list || !(index >= 0 && index < this.length)) return undefined;
    const r = list.reader;
    const at = index * list.stride;
    return {
      baseAddress: file.address(r.u64(at)),
      allocationBase: file.address(r.u64(at + 8)),
      allocationProtect: r.u32(at + 16),
      regionSize: r.u64(at + 24),
      state: r.u32(at + 32),
      protect: r.u32(at + 36),
      type: r.u32(at + 40),
    };
  }

  /** The region that holds an address (binary search). */
  find(address: bigint): MemoryInfo | undefined {
    let from = 0;
    let to = this.length;
    while (from < to) {
      const mid = (from + to) >>> 1;
      if (this.base(this.order?.[mid] ?? mid) <= address) from = mid + 1;
      else to = mid;
    }
    const region = from > 0 ? this.at(this.order?.[from - 1] ?? from - 1) : undefined;
    return region && address < region.baseAddress + region.regionSize ? region : undefined;
  }

  *[Symbol.iterator](): Iterator<MemoryInfo> {
    for (let i = 0; i < this.length; i++) {
      const region = this.at(i);
      if (region) yield region;
    }
  }

  /** Compares two base addresses as the file has them, by halves. */
  private compareBases(a: number, b: number): number {
    if (!this.list) return 0;
    const { reader, stride } = this.list;
    const high = reader.u32(a * stride + 4) - reader.u32(b * stride + 4);
    return high || reader.u32(a * stride) - reader.u32(b * stride);
  }

  private base(index: number): bigint {
    const { file, list } = this;
    return file && list ? file.address(list.reader.u64(index * list.stride)) : 0n;
  }
}
