import { MEM_FREE } from '../process/index.ts';
import type { Target } from '../target/index.ts';
import { addressOf } from './addressReader.ts';
import type { HeapContext } from './model.ts';

/** Regions of one allocation that are looked at: each commit and decommit may make one. */
const MAX_REGIONS = 0x10000;

/**
 * Where a heap's memory that begins at an address ends at the latest, whatever the heap's own words say: with what was
 * reserved there, by the dump's list of regions, else where the next heap begins. Infinity where neither is known.
 */
export function furthestEnd({ view, heaps }: HeapContext, start: number): number {
  const reserved = allocationEnd(view.target, start);
  if (reserved !== undefined) return reserved;
  return heaps.reduce((next, { address }) => {
    const at = Number(address);
    return at > start && at < next ? at : next;
  }, Infinity);
}

/** The end of the allocation that begins at an address; undefined where the dump names none there. */
function allocationEnd({ dump }: Target, start: number): number | undefined {
  const base = addressOf(start);
  let end = base;
  for (let i = 0; i < MAX_REGIONS; i++) {
    const region = dump?.memoryInfos.find(end);
    if (!region || region.state === MEM_FREE || region.allocationBase !== base) break;
    end = region.baseAddress + region.regionSize;
  }
  return end > base ? Number(end) : undefined;
}
