import { readRing } from '../../linkedList.ts';
import type { NtHeap } from '../ntHeap.ts';
import type { LfhPlaces } from './subsegment.ts';

const MAX_ZONES = 65_536;
/** Zones are pages of a few kilobytes. */
const MAX_IN_ZONE = 4096;

/**
 * The subsegments that LFH_HEAP.SubSegmentZones hold, by the address of their user blocks (HEAPS.md 6.1): for user
 * blocks whose own header is damaged. Empty where the version has no layout of them.
 */
export function subsegmentsInZones(heap: NtHeap, places: LfhPlaces): ReadonlyMap<number, number> {
  const { layouts, reader, pointerSize, frontEndHeap } = heap;
  const found = new Map<number, number>();
  if (!layouts.has('_LFH_HEAP', 'SubSegmentZones') || !layouts.record('_LFH_BLOCK_ZONE')) return found;
  const head = frontEndHeap + layouts.offset('_LFH_HEAP', 'SubSegmentZones');
  const size = layouts.size('_LFH_BLOCK_ZONE');
  const counted = layouts.has('_LFH_BLOCK_ZONE', 'NextIndex');
  const first = Math.ceil(size / (2 * pointerSize)) * 2 * pointerSize;
  const step = places.subsegmentSize;
  for (const zone of readRing(reader, head, pointerSize, MAX_ZONES).links) {
    if (!reader.has(zone, size)) continue;
    const place = zone + layouts.offset('_LFH_BLOCK_ZONE', counted ? 'NextIndex' : 'FreePointer');
    // 8 and later count the subsegments, Vista and 7 keep where the next one goes
    const count = counted ? reader.u32(place) : (reader.pointer(place, pointerSize) - (zone + first)) / step;
    for (let i = 0; i < Math.min(count, MAX_IN_ZONE); i++) {
      const subsegment = zone + first + i * step;
      const userBlocks = reader.tryPointer(subsegment + places.userBlocks, pointerSize);
      if (userBlocks) found.set(userBlocks, subsegment);
    }
  }
  return found;
}
