import type { Address, AddressRange, Module, Target, Thread } from '../target/index.ts';
import { MEM_COMMIT, MEM_FREE, MEM_IMAGE, MEM_PRIVATE } from './memoryConstants.ts';
import { type ClaimedRange, resolveClaims, type UsageClaim } from './usageClaims.ts';

/** Windows' page size on x86, x64 and ARM64. */
const PAGE = 0x1000n;

/** A run of pages with the same attributes, as far as they are known; absent is unknown. */
export interface BaseRegion extends AddressRange {
  /** MEM_COMMIT, MEM_RESERVE or MEM_FREE */
  readonly state?: number;
  /** PAGE_*; 0 where not committed */
  readonly protect?: number;
  /** MEM_PRIVATE, MEM_MAPPED, MEM_IMAGE; 0 where free */
  readonly type?: number;
  readonly allocationBase?: Address;
  readonly allocationProtect?: number;
}

/** A region of the address space with what it is used for. */
export interface MemoryRegion extends BaseRegion {
  /** `Free`, `<unknown>` or what a claim says */
  readonly usage: string;
  readonly detail?: string;
  readonly module?: Module;
  readonly thread?: Thread;
  /** how much of it the dump holds: bytes of images on disk do not count */
  readonly inDump: 'all' | 'part' | 'none';
  /** it is the first region of an allocation */
  readonly first: boolean;
}

/** The pages of the process before anyone says what they are used for. */
export interface BaseRegions {
  /** rising and disjoint */
  readonly regions: readonly BaseRegion[];
  /** from the dump's MemoryInfoList, which covers all; else made of what else is known */
  readonly source: 'memory info list' | 'derived';
}

/** The dump's MemoryInfoList, sorted, overlaps cut; undefined where it has none. */
export function listedRegions(target: Target): BaseRegions | undefined {
  const infos = target.dump?.memoryInfos;
  if (!infos || infos.length === 0) return undefined;
  const listed: BaseRegion[] = [];
  for (const info of infos) {
    if (info.regionSize === 0n) continue;
    listed.push({
      start: info.baseAddress,
      end: info.baseAddress + info.regionSize,
      state: info.state,
      protect: info.protect,
      type: info.type,
      // VirtualQuery leaves these undefined for free memory
      allocationBase: info.state === MEM_FREE ? undefined : info.allocationBase,
      allocationProtect: info.state === MEM_FREE ? undefined : info.allocationProtect,
    });
  }
  listed.sort((a, b) => compare(a.start, b.start));
  const regions: BaseRegion[] = [];
  let end = 0n;
  for (const region of listed) {
    if (region.end <= end) continue;
    regions.push(region.start < end ? { ...region, start: end } : region);
    end = region.end;
  }
  return { regions, source: 'memory info list' };
}

/**
 * The pages that are known of without a MemoryInfoList: those that the dump has bytes of, which were committed, and
 * those that claims cover. Nothing is known of protection.
 */
export function derivedRegions(target: Target, claims: readonly UsageClaim[]): BaseRegions {
  const claimed = resolveClaims(claims.map((c) => ({ ...c, start: pageDown(c.start), end: pageUp(c.end) })));
  const present = presentPages(target);
  const borders = [...new Set([...claimed, ...present].flatMap((r) => [r.start, r.end]))].sort(compare);
  const regions: BaseRegion[] = [];
  let c = 0;
  let p = 0;
  for (let i = 0; i + 1 < borders.length; i++) {
    const [start, end] = [borders[i] ?? 0n, borders[i + 1] ?? 0n];
    while ((claimed[c]?.end ?? start + 1n) <= start) c++;
    while ((present[p]?.end ?? start + 1n) <= start) p++;
    const range = claimed[c];
    const claim = range && range.start <= start ? range.claim : undefined;
    const here = present[p];
    const committed = here !== undefined && here.start <= start;
    if (!claim && !committed) continue;
    const region: BaseRegion = {
      start,
      end,
      state: committed ? MEM_COMMIT : undefined,
      type: claim?.module ? MEM_IMAGE : claim ? MEM_PRIVATE : undefined,
      allocationBase: claim?.module?.base,
    };
    const last = regions.at(-1);
    const same = last?.end === start && last.state === region.state && last.type === region.type;
    if (last && same && last.allocationBase === region.allocationBase) {
      regions[regions.length - 1] = { ...last, end };
    } else {
      regions.push(region);
    }
  }
  return { regions, source: 'derived' };
}

/** The pages of which the dump holds at least one byte: rising, disjoint, joined where they meet. */
function presentPages(target: Target): AddressRange[] {
  const ranges = target.dump?.memory;
  const pages: AddressRange[] = [];
  for (let i = 0; ranges && i < ranges.count; i++) {
    const start = pageDown(ranges.start(i));
    const end = pageUp(ranges.end(i));
    const last = pages.at(-1);
    if (last && start <= last.end) {
      if (end > last.end) pages[pages.length - 1] = { start: last.start, end };
    } else {
      pages.push({ start, end });
    }
  }
  return pages;
}

/** Base regions under claims: cut where a claim begins or ends, each piece with its usage. */
export function claimedRegions(
  target: Target,
  base: BaseRegions,
  claims: readonly UsageClaim[],
): MemoryRegion[] {
  const claimed = resolveClaims(claims);
  const result: MemoryRegion[] = [];
  let k = 0;
  let allocation: Address | undefined;
  for (const region of base.regions) {
    let at = region.start;
    while (at < region.end) {
      while ((claimed[k]?.end ?? at + 1n) <= at) k++;
      const next = claimed[k];
      const inside = next !== undefined && next.start <= at;
      const border = next === undefined ? region.end : inside ? next.end : next.start;
      const end = border < region.end ? border : region.end;
      // each free region counts as an allocation of its own
      const first = at === region.start && (region.allocationBase ?? at) !== allocation;
      result.push(describe(target, region, { start: at, end }, inside ? next : undefined, first));
      at = end;
    }
    allocation = region.allocationBase;
  }
  return result;
}

function describe(
  target: Target,
  region: BaseRegion,
  range: AddressRange,
  claimed: ClaimedRange | undefined,
  first: boolean,
): MemoryRegion {
  const free = region.state === MEM_FREE;
  const claim = free ? undefined : claimed?.claim;
  return {
    ...region,
    ...range,
    usage: claim?.usage ?? (free ? 'Free' : '<unknown>'),
    detail: claim?.detail,
    module: claim?.module,
    thread: claim?.thread,
    inDump: presence(target, range),
    first,
  };
}

/** How much of a range the dump holds. */
function presence(target: Target, { start, end }: AddressRange): 'all' | 'part' | 'none' {
  const ranges = target.dump?.memory;
  if (!ranges) return 'none';
  let missing = end - start;
  let any = false;
  for (let i = ranges.findNext(start); i < ranges.count && ranges.start(i) < end; i++) {
    const from = ranges.start(i) > start ? ranges.start(i) : start;
    const to = ranges.end(i) < end ? ranges.end(i) : end;
    if (to <= from) continue;
    any = true;
    missing -= to - from;
  }
  return missing === 0n ? 'all' : any ? 'part' : 'none';
}

/** The region that holds an address (binary search over rising regions). */
export function findRegion<T extends AddressRange>(regions: readonly T[], address: Address): T | undefined {
  let from = 0;
  let to = regions.length;
  while (from < to) {
    const mid = (from + to) >>> 1;
    if ((regions[mid]?.start ?? 0n) <= address) from = mid + 1;
    else to = mid;
  }
  const region = regions[from - 1];
  return region && address < region.end ? region : undefined;
}

export function pageDown(address: Address): Address {
  return address & ~(PAGE - 1n);
}

export function pageUp(address: Address): Address {
  return (address + PAGE - 1n) & ~(PAGE - 1n);
}

function compare(a: Address, b: Address): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
