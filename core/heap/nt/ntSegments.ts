import { hexAddress } from '../../bytes/index.ts';
import type { HeapFinding } from '../model.ts';
import { addressOf } from '../addressReader.ts';
import { readRing } from '../linkedList.ts';
import type { NtHeap } from './ntHeap.ts';

/** Segments double in size; a heap of 2^47 bytes has few. XP has room for 64. */
const MAX_SEGMENTS = 65_536;
const MAX_RANGES = 1_000_000;
const SEGMENT_SIGNATURE = 0xffeeffee;
const PAGE = 0x1000;
/** No segment reserves more: what says so is damaged. */
const MAX_SEGMENT_BYTES = 2 ** 40;

/** Numbers as addresses, half open. */
export interface NumberRange {
  readonly start: number;
  readonly end: number;
}

/** A segment as the walk takes it. */
export interface NtSegment {
  readonly index: number;
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
  readonly findings: readonly HeapFinding[];
}

/** All segments with their uncommitted ranges, in the order of the heap's list. */
export function readSegments(heap: NtHeap): NtSegments {
  const findings: HeapFinding[] = [];
  const addresses = heap.coded ? linkedSegments(heap, findings) : listedSegments(heap);
  const segments: NtSegment[] = [];
  for (const address of addresses) {
    const segment = readSegment(heap, address, segments.length, findings);
    if (segment) segments.push(segment);
  }
  return { segments, findings };
}

/** Vista and later: a ring through HEAP_SEGMENT.SegmentListEntry; the heap is its own first segment. */
function linkedSegments(heap: NtHeap, findings: HeapFinding[]): number[] {
  const { layouts, pointerSize, reader } = heap;
  const head = heap.address + layouts.offset('_HEAP', 'SegmentList');
  const offset = layouts.offset('_HEAP_SEGMENT', 'SegmentListEntry');
  const { links, broken } = readRing(reader, head, pointerSize, MAX_SEGMENTS);
  if (broken) findings.push(brokenList(broken, 'the list of segments is broken'));
  const addresses = links.map((link) => link - offset);
  // whatever became of the list, the heap's own address is known
  return addresses.includes(heap.address) ? addresses : [heap.address, ...addresses];
}

/** XP and 2003: an array of 64 pointers. */
function listedSegments(heap: NtHeap): number[] {
  const { layouts, pointerSize, reader } = heap;
  const array = heap.address + layouts.offset('_HEAP', 'Segments');
  const addresses: number[] = [];
  for (let i = 0; i < 64; i++) {
    const address = reader.tryPointer(array + i * pointerSize, pointerSize);
    if (address && !addresses.includes(address)) addresses.push(address);
  }
  return addresses;
}

function readSegment(
  heap: NtHeap,
  address: number,
  index: number,
  findings: HeapFinding[],
): NtSegment | undefined {
  const { layouts, pointerSize, reader, coded } = heap;
  const at = (field: string): number => address + layouts.offset('_HEAP_SEGMENT', field);
  const pointer = (field: string): number => reader.pointer(at(field), pointerSize);
  if (!reader.has(address, layouts.size('_HEAP_SEGMENT'))) {
    findings.push({
      address: addressOf(address),
      kind: 'segment',
      problem: 'the segment is not in the dump',
    });
    return undefined;
  }
  const signature = reader.u32(at(coded ? 'SegmentSignature' : 'Signature'));
  const owner = pointer('Heap');
  const problem = (what: string, expected: number, found: number): void => {
    findings.push({
      address: addressOf(address),
      kind: 'segment',
      problem: what,
      expected: hexAddress(expected),
      found: hexAddress(found),
    });
  };
  if (signature !== SEGMENT_SIGNATURE)
    problem("the segment's signature is wrong", SEGMENT_SIGNATURE, signature);
  if (owner !== heap.address) problem('the segment belongs to another heap', heap.address, owner);
  // one of the two may be damaged; a segment without either is none
  if (signature !== SEGMENT_SIGNATURE && owner !== heap.address) return undefined;

  const base = pointer('BaseAddress');
  const reserved = reader.u32(at('NumberOfPages')) * PAGE;
  const firstEntry = pointer('FirstEntry');
  let end = pointer('LastValidEntry');
  // since 8.1 the last page of a segment that can grow is a guard, and the end lies before it
  const byPages = base + reserved;
  if (end !== byPages && end !== byPages - PAGE) {
    problem("the segment's end does not agree with its number of pages", byPages, end);
    if (!(end > address) || end > byPages) end = byPages;
  }
  if (!(end > address) || end - address > MAX_SEGMENT_BYTES) return undefined;
  const first = firstEntry > address && firstEntry < end ? firstEntry : undefined;
  if (first === undefined) problem("the segment's first entry lies outside it", address, firstEntry);
  const ranges = coded ? linkedRanges(heap, address, findings) : chainedRanges(heap, address, findings);
  return {
    index,
    address,
    start: base === heap.address && base < address ? base : address,
    firstEntry: first ?? address,
    end,
    reserved,
    uncommittedBytes: reader.u32(at('NumberOfUnCommittedPages')) * PAGE,
    flags: reader.u32(at(coded ? 'SegmentFlags' : 'Flags')),
    uncommitted: ordered(ranges, address, end, findings),
    descriptors: ranges.map((r) => r.descriptor),
  };
}

interface ListedRange extends NumberRange {
  readonly descriptor: number;
}

/** Vista and later: a ring of HEAP_UCR_DESCRIPTOR through SegmentEntry. */
function linkedRanges(heap: NtHeap, segment: number, findings: HeapFinding[]): ListedRange[] {
  const { layouts, pointerSize, reader } = heap;
  const head = segment + layouts.offset('_HEAP_SEGMENT', 'UCRSegmentList');
  const link = layouts.offset('_HEAP_UCR_DESCRIPTOR', 'SegmentEntry');
  const address = layouts.offset('_HEAP_UCR_DESCRIPTOR', 'Address') - link;
  const size = layouts.offset('_HEAP_UCR_DESCRIPTOR', 'Size') - link;
  const { links, broken } = readRing(reader, head, pointerSize, MAX_RANGES);
  if (broken) findings.push(brokenList(broken, "the list of the segment's uncommitted ranges is broken"));
  const ranges: ListedRange[] = [];
  for (const at of links) {
    const start = reader.tryPointer(at + address, pointerSize);
    const bytes = reader.tryPointer(at + size, pointerSize);
    if (start !== undefined && bytes !== undefined) {
      ranges.push({ start, end: start + bytes, descriptor: at - link });
    }
  }
  return ranges;
}

/** XP and 2003: HEAP_UNCOMMMTTED_RANGE chained by Next, ended by null. */
function chainedRanges(heap: NtHeap, segment: number, findings: HeapFinding[]): ListedRange[] {
  const { layouts, pointerSize, reader } = heap;
  const place = (field: string): number => layouts.offset('_HEAP_UNCOMMMTTED_RANGE', field);
  const [addressAt, sizeAt] = [place('Address'), place('Size')];
  const ranges: ListedRange[] = [];
  const seen = new Set<number>();
  let at = reader.pointer(segment + layouts.offset('_HEAP_SEGMENT', 'UnCommittedRanges'), pointerSize);
  while (at !== 0) {
    if (seen.has(at) || seen.size > MAX_RANGES || !reader.has(at, layouts.size('_HEAP_UNCOMMMTTED_RANGE'))) {
      findings.push(
        brokenList({ at, next: undefined }, "the list of the segment's uncommitted ranges is broken"),
      );
      break;
    }
    seen.add(at);
    const start = reader.pointer(at + addressAt, pointerSize);
    ranges.push({ start, end: start + reader.pointer(at + sizeAt, pointerSize), descriptor: at });
    at = reader.pointer(at, pointerSize);
  }
  return ranges;
}

/** Sorted, empty ones dropped; what does not lie within the segment or overlaps another is reported and left out. */
function ordered(
  ranges: readonly ListedRange[],
  from: number,
  end: number,
  findings: HeapFinding[],
): NumberRange[] {
  const sorted = ranges.toSorted((a, b) => a.start - b.start);
  const result: NumberRange[] = [];
  let reached = from;
  for (const range of sorted) {
    // a segment that is committed as a whole has a range of no size at its end
    if (range.start === range.end) continue;
    if (range.start < reached || range.end > end || range.start % PAGE !== 0 || range.end % PAGE !== 0) {
      findings.push({
        address: addressOf(range.descriptor),
        kind: 'uncommitted range',
        problem: 'the uncommitted range overlaps another or does not lie in its segment',
        expected: `within ${text(reached)}-${text(end)}`,
        found: `${text(range.start)}-${text(range.end)}`,
      });
      continue;
    }
    result.push({ start: range.start, end: range.end });
    reached = range.end;
  }
  return result;
}

function brokenList(broken: { at: number; next: number | undefined }, problem: string): HeapFinding {
  return {
    address: addressOf(broken.at),
    kind: 'list',
    problem,
    expected: 'a link that leads back',
    found: broken.next === undefined ? 'memory that is not in the dump' : text(broken.next),
  };
}

function text(value: number): string {
  return `0x${value.toString(16)}`;
}
