import { hexAddress } from '../../bytes/index.ts';
import { readRing } from '../linkedList.ts';
import { OutlineProblems } from '../outlineProblems.ts';
import type { NtHeap } from './ntHeap.ts';

/** Segments double in size; a heap of 2^47 bytes has few. XP has room for 64. */
const MAX_SEGMENTS = 65_536;
const MAX_RANGES = 1_000_000;
const SEGMENT_SIGNATURE = 0xffeeffee;
const PAGE = 0x1000;
/** XP's HEAP and HEAP_SEGMENT fit in a page. */
const MAX_HEADER = 0x1000;
const RANGE_LIST = "the list of the segment's uncommitted ranges";
/** No segment reserves more: what says so is damaged. */
const MAX_SEGMENT_BYTES = 2 ** 40;
/** A first segment reserves at most a few megabytes by itself. */
const MAX_GUESSED_BYTES = 2 ** 24;

/** Numbers as addresses, half open. */
export interface NumberRange {
  readonly start: number;
  readonly end: number;
}

/** A segment as the walk takes it. */
export interface NtSegment {
  readonly index: number;
  /** XP: its place in HEAP.Segments, which headers repeat */
  readonly slot: number;
  /** where its HEAP_SEGMENT lies */
  readonly address: number;
  /** the first block: that which holds the HEAP_SEGMENT; in XP's first segment that of the HEAP before it */
  readonly start: number;
  readonly firstEntry: number;
  /** LastValidEntry: the walk ends here */
  readonly end: number;
  /** bytes as the header counts them */
  readonly reserved: number;
  readonly uncommittedBytes: number;
  readonly flags: number;
  /** rising, disjoint, within the segment */
  readonly uncommitted: readonly NumberRange[];
  /** addresses within the heap where descriptors of uncommitted ranges lie: their block is the heap's own */
  readonly descriptors: readonly number[];
}

/** The segments of a heap, and what is wrong with the lists that name them. */
export interface NtSegments {
  readonly segments: readonly NtSegment[];
  readonly problems: OutlineProblems;
}

/** All segments with their uncommitted ranges, in the order of the heap's list. */
export function readSegments(heap: NtHeap): NtSegments {
  const problems = new OutlineProblems(heap.reader, heap.whole);
  const places = heap.coded ? linkedSegments(heap, problems) : listedSegments(heap);
  const segments: NtSegment[] = [];
  for (const place of places) {
    const segment = readSegment(heap, place, segments.length, problems);
    if (segment) segments.push(segment);
  }
  return { segments, problems };
}

interface SegmentPlace {
  readonly address: number;
  readonly slot: number;
}

/** Vista and later: a ring through HEAP_SEGMENT.SegmentListEntry; the heap is its own first segment. */
function linkedSegments(heap: NtHeap, problems: OutlineProblems): SegmentPlace[] {
  const { layouts, pointerSize, reader } = heap;
  const head = heap.address + layouts.offset('_HEAP', 'SegmentList');
  const offset = layouts.offset('_HEAP_SEGMENT', 'SegmentListEntry');
  const ring = readRing(reader, head, pointerSize, MAX_SEGMENTS);
  problems.ring(ring, 'the list of segments');
  const addresses = ring.links.map((link) => link - offset);
  // whatever became of the list, the heap's own address is known
  const all = addresses.includes(heap.address) ? addresses : [heap.address, ...addresses];
  return all.map((address, slot) => ({ address, slot }));
}

/** XP and 2003: an array of 64 pointers. */
function listedSegments(heap: NtHeap): SegmentPlace[] {
  const { layouts, pointerSize, reader } = heap;
  const array = heap.address + layouts.offset('_HEAP', 'Segments');
  const places: SegmentPlace[] = [];
  for (let slot = 0; slot < 64; slot++) {
    const address = reader.tryPointer(array + slot * pointerSize, pointerSize);
    if (address && !places.some((p) => p.address === address)) places.push({ address, slot });
  }
  return places;
}

function readSegment(
  heap: NtHeap,
  { address, slot }: SegmentPlace,
  index: number,
  problems: OutlineProblems,
): NtSegment | undefined {
  const { layouts, pointerSize, reader, coded } = heap;
  const at = (field: string): number => address + layouts.offset('_HEAP_SEGMENT', field);
  const pointer = (field: string): number => reader.pointer(at(field), pointerSize);
  const expect = (what: string, expected: number, found: number): void => {
    if (found !== expected) problems.add(address, 'segment', what, expected, found);
  };
  if (!reader.has(address, layouts.size('_HEAP_SEGMENT'))) {
    problems.absent(address, 'the segment');
    return undefined;
  }
  const signature = reader.u32(at(coded ? 'SegmentSignature' : 'Signature'));
  const owner = pointer('Heap');
  expect("the segment's signature is wrong", SEGMENT_SIGNATURE, signature);
  expect('the segment belongs to another heap', heap.address, owner);
  // one of the two may be damaged; a segment without either is none, but for the heap itself
  const own = address === heap.address || (!coded && isWithin(address, heap.address, MAX_HEADER));
  if (signature !== SEGMENT_SIGNATURE && owner !== heap.address && !own) return undefined;

  // XP's first segment begins with the HEAP, whose block lies before that of the HEAP_SEGMENT
  const start = own ? heap.address : address;
  expect("the segment's base address is wrong", start, pointer('BaseAddress'));
  const ranges = coded ? linkedRanges(heap, address, problems) : chainedRanges(heap, address, problems);
  const reserved = reader.u32(at('NumberOfPages')) * PAGE;
  let end = endOf(
    heap,
    start,
    { byPages: start + reserved, last: pointer('LastValidEntry'), ranges },
    expect,
  );
  if (!(end > address) || end - address > MAX_SEGMENT_BYTES) {
    if (!own) return undefined;
    // of the heap's own segment the memory tells, up to the first hole
    end = Math.min(start + reader.memory.available(BigInt(start), MAX_GUESSED_BYTES), heap.furthest(start));
  }
  const firstEntry = pointer('FirstEntry');
  const isFirst = firstEntry > address && firstEntry < end;
  if (!isFirst)
    problems.add(address, 'segment', "the segment's first entry lies outside it", address, firstEntry);
  return {
    index,
    slot,
    address,
    start,
    firstEntry: isFirst ? firstEntry : address + 1,
    end,
    reserved,
    uncommittedBytes: reader.u32(at('NumberOfUnCommittedPages')) * PAGE,
    flags: reader.u32(at(coded ? 'SegmentFlags' : 'Flags')),
    uncommitted: ordered(ranges, address, end, problems),
    descriptors: ranges.map((r) => r.descriptor),
  };
}

/**
 * Where a segment ends. LastValidEntry says so, and NumberOfPages, but for a guard page that growing segments have at
 * their end since 8.1. Where they differ, that which an uncommitted range agrees with, else the nearer; never behind
 * what was reserved for it.
 */
function endOf(
  heap: NtHeap,
  start: number,
  said: { readonly byPages: number; readonly last: number; readonly ranges: readonly NumberRange[] },
  expect: (what: string, expected: number, found: number) => void,
): number {
  const { byPages, last, ranges } = said;
  if (last === byPages || last === byPages - PAGE) return last;
  expect("the segment's end does not agree with its number of pages", byPages, last);
  const furthest = heap.furthest(start);
  const candidates = [last, byPages - PAGE, byPages].filter((end) => end > start && end <= furthest);
  const agreed = candidates.find((end) => ranges.some((r) => r.end === end));
  return agreed ?? Math.min(...candidates, furthest);
}

interface ListedRange extends NumberRange {
  readonly descriptor: number;
}

/** Vista and later: a ring of HEAP_UCR_DESCRIPTOR through SegmentEntry. */
function linkedRanges(heap: NtHeap, segment: number, problems: OutlineProblems): ListedRange[] {
  const { layouts, pointerSize, reader } = heap;
  const head = segment + layouts.offset('_HEAP_SEGMENT', 'UCRSegmentList');
  const link = layouts.offset('_HEAP_UCR_DESCRIPTOR', 'SegmentEntry');
  const address = layouts.offset('_HEAP_UCR_DESCRIPTOR', 'Address') - link;
  const size = layouts.offset('_HEAP_UCR_DESCRIPTOR', 'Size') - link;
  const ring = readRing(reader, head, pointerSize, MAX_RANGES);
  problems.ring(ring, RANGE_LIST);
  const ranges: ListedRange[] = [];
  for (const at of ring.links) {
    const start = reader.tryPointer(at + address, pointerSize);
    const bytes = reader.tryPointer(at + size, pointerSize);
    if (start !== undefined && bytes !== undefined) {
      ranges.push({ start, end: start + bytes, descriptor: at - link });
    }
  }
  return ranges;
}

/** XP and 2003: HEAP_UNCOMMMTTED_RANGE chained by Next, ended by null. */
function chainedRanges(heap: NtHeap, segment: number, problems: OutlineProblems): ListedRange[] {
  const { layouts, pointerSize, reader } = heap;
  const place = (field: string): number => layouts.offset('_HEAP_UNCOMMMTTED_RANGE', field);
  const size = layouts.size('_HEAP_UNCOMMMTTED_RANGE');
  const [addressAt, sizeAt] = [place('Address'), place('Size')];
  const ranges: ListedRange[] = [];
  const seen = new Set<number>();
  let from = segment;
  let at = reader.pointer(segment + layouts.offset('_HEAP_SEGMENT', 'UnCommittedRanges'), pointerSize);
  while (at !== 0) {
    if (seen.has(at) || seen.size > MAX_RANGES || !reader.has(at, size)) {
      problems.ring({ links: [], broken: { at: from, next: at } }, RANGE_LIST);
      break;
    }
    seen.add(at);
    const start = reader.pointer(at + addressAt, pointerSize);
    ranges.push({ start, end: start + reader.pointer(at + sizeAt, pointerSize), descriptor: at });
    from = at;
    at = reader.pointer(at, pointerSize);
  }
  return ranges;
}

/** Sorted, empty ones dropped; what does not lie within the segment or overlaps another is reported and left out. */
function ordered(
  ranges: readonly ListedRange[],
  from: number,
  end: number,
  problems: OutlineProblems,
): NumberRange[] {
  const result: NumberRange[] = [];
  let reached = from;
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    // a segment that is committed as a whole has a range of no size at its end
    if (range.start === range.end) continue;
    const within = range.start >= reached && range.end > range.start && range.end <= end;
    if (!within || range.start % PAGE !== 0 || range.end % PAGE !== 0) {
      problems.add(
        range.descriptor,
        'uncommitted range',
        'the uncommitted range overlaps another or does not lie in its segment',
        `pages from ${hexAddress(reached)} to ${hexAddress(end)}`,
        `${hexAddress(range.start)} to ${hexAddress(range.end)}`,
      );
      continue;
    }
    result.push({ start: range.start, end: range.end });
    reached = range.end;
  }
  return result;
}

function isWithin(address: number, start: number, bytes: number): boolean {
  return address > start && address < start + bytes;
}
