import { NotAvailable } from '../../errors/index.ts';
import type { HeapOutline, HeapSet } from '../../heap/index.ts';
import {
  allocationAt,
  type BaseRegions,
  field,
  type ProcessView,
  type UsageClaim,
  UsageRank,
} from '../../process/index.ts';
import { formatFlat } from '../../output/index.ts';
import type { Address, AddressRange } from '../../target/index.ts';

/**
 * The memory of all heaps of one side of the process that can be read: segments, blocks with regions of their own, and
 * what the front end keeps outside the segments. `suffix` is `32` or `64` in a WOW64 process.
 */
export function heapClaims(
  heaps: HeapSet,
  view: ProcessView,
  suffix: string,
  base: BaseRegions | undefined,
): UsageClaim[] {
  const claims: UsageClaim[] = [];
  for (const [i, reference] of heaps.listed.entries()) {
    const outline = reference.machine === view.machine ? readable(heaps, i) : undefined;
    if (!outline) continue;
    const handle = formatFlat(reference.address, view.machine.pointerSize);
    const claim = ({ start, end }: AddressRange, type: string): void => {
      const detail = `ID: ${reference.index - 1}; Handle: ${handle}; Type: ${type}`;
      claims.push({ start, end, usage: `Heap${suffix}`, detail, rank: UsageRank.heap });
    };
    const frontEnd = base && frontEndRegion(outline, view, base);
    if (frontEnd) claim(frontEnd, 'Front End');
    for (const segment of outline.segments) claim(segment, 'Segment');
    for (const region of outline.largeRegions) claim(region, 'Large block');
  }
  return claims;
}

function readable(heaps: HeapSet, i: number): HeapOutline | undefined {
  try {
    return heaps.outline(i);
  } catch (e) {
    if (e instanceof NotAvailable) return undefined;
    throw e;
  }
}

/** The allocation that an NT heap's front end has to itself. */
function frontEndRegion(
  { reference, segments }: HeapOutline,
  { layouts, target }: ProcessView,
  base: BaseRegions,
): AddressRange | undefined {
  if (reference.kind !== 'nt') return undefined;
  const frontEnd = field(layouts.at('_HEAP', target.memory, reference.address), 'FrontEndHeap');
  const allocation = frontEnd ? allocationAt(base, frontEnd) : undefined;
  const inSegment = segments.some((s) => allocation && s.start < allocation.end && s.end > allocation.start);
  return inSegment ? undefined : allocation;
}

/** Which heap an address belongs to, and which part of it: what `!address` says of one address. */
export interface HeapPlace {
  readonly handle: Address;
  /** the segment or region that holds it */
  readonly segment: Address;
  /** `Segment`, `Large block`, or the kind of a segment heap's page range: `LFH`, `VS` */
  readonly part: string;
}

/** Undefined where the address is in no heap that can be read. No block is looked at. */
export function heapPlaceAt(heaps: HeapSet, address: Address): HeapPlace | undefined {
  const i = heaps.heapAt(address);
  const outline = i < 0 ? undefined : readable(heaps, i);
  if (!outline) return undefined;
  const holds = (r: AddressRange): boolean => address >= r.start && address < r.end;
  const handle = outline.reference.address;
  const large = outline.largeRegions.find(holds);
  if (large) return { handle, segment: large.start, part: 'Large block' };
  const segment = outline.segments.find(holds)?.address ?? handle;
  return { handle, segment, part: outline.subsegmentAt?.(address)?.toUpperCase() ?? 'Segment' };
}
