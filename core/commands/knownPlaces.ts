import type { Target } from '../target/index.ts';
import { perModuleList } from './perModuleList.ts';

/** State of a region in the MemoryInfoList that holds nothing (winnt.h). */
const MEM_FREE = 0x10000;
/** Windows maps nothing in the first 64 KiB: small numbers are no addresses. */
const LOWEST = 0x10000;
/** Windows' page size on every processor whose dumps we read. */
const PAGE = 0x1000;
/** Above it doubles are not exact; user mode ends far below. */
const HIGHEST = Number.MAX_SAFE_INTEGER - PAGE;
/** Pages that are looked up one by one: whoever asks for more prints a long listing, for which a table is made. */
const MAX_LOOKS = 256;

/**
 * Whether there is anything at an address of the process: bytes of the dump, a module, a region that is not free. Nothing
 * is read and no image is opened for it, so that a listing of a million values may ask for each.
 */
export class KnownPlaces {
  private readonly pages = new Map<number, boolean>();
  private table: PageTable | undefined;

  constructor(private readonly target: Pick<Target, 'dump' | 'modules'>) {}

  /** `address` as a number: what is no exact one is no address of user mode. */
  has(address: number): boolean {
    if (!(address >= LOWEST && address < HIGHEST)) return false;
    if (this.table) return this.table.has(address);
    const page = Math.floor(address / PAGE);
    const known = this.pages.get(page);
    if (known !== undefined) return known;
    if (this.pages.size >= MAX_LOOKS) {
      this.table = new PageTable(this.ranges());
      this.pages.clear();
      return this.table.has(address);
    }
    const answer = this.look(BigInt(page) * BigInt(PAGE));
    this.pages.set(page, answer);
    return answer;
  }

  private look(page: bigint): boolean {
    const end = page + BigInt(PAGE);
    const { dump, modules } = this.target;
    if (modules.find(page) ?? modules.find(end - 1n)) return true;
    if (!dump) return false;
    const { memory } = dump;
    const next = memory.findNext(page);
    if (next < memory.count && memory.start(next) < end) return true;
    const region = dump.memoryInfos.find(page);
    return region !== undefined && region.state !== MEM_FREE;
  }

  private *ranges(): Generator<readonly [start: number, end: number]> {
    const { dump, modules } = this.target;
    for (const { base, end } of modules) yield [Number(base), Number(end)];
    if (!dump) return;
    const { memory, memoryInfos } = dump;
    for (let i = 0; i < memory.count; i++) yield [Number(memory.start(i)), Number(memory.end(i))];
    for (const { state, baseAddress, regionSize } of memoryInfos)
      if (state !== MEM_FREE) yield [Number(baseAddress), Number(baseAddress + regionSize)];
  }
}

/** Pages of ranges, joined: a question is a binary search, or less where it is of the last answer's range. */
class PageTable {
  private readonly starts: Float64Array;
  private readonly ends: Float64Array;
  private from = 0;
  private to = 0;

  constructor(ranges: Iterable<readonly [start: number, end: number]>) {
    const starts: number[] = [];
    const ends: number[] = [];
    for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
      const first = Math.floor(start / PAGE) * PAGE;
      const behind = Math.ceil(end / PAGE) * PAGE;
      const before = ends.at(-1);
      if (before !== undefined && first <= before) ends[ends.length - 1] = Math.max(before, behind);
      else if (first < behind) {
        starts.push(first);
        ends.push(behind);
      }
    }
    this.starts = Float64Array.from(starts);
    this.ends = Float64Array.from(ends);
  }

  has(address: number): boolean {
    if (address >= this.from && address < this.to) return true;
    const { starts, ends } = this;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    const end = ends[low - 1] ?? 0;
    if (address >= end) return false;
    this.from = starts[low - 1] ?? 0;
    this.to = end;
    return true;
  }
}

/** The places of a session's process, as long as its modules are these. */
export const knownPlaces = perModuleList((session) => new KnownPlaces(session.target));
