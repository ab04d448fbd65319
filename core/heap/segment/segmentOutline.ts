import { AddressReader } from '../addressReader.ts';
import type { HeapContext, HeapOutline, HeapReference, HeapSegment } from '../model.ts';
import type { AddressRange } from '../../target/index.ts';
import { DESCRIPTORS, readPages, type SegmentPages } from './pageRanges.ts';
import { RangeKind } from './segmentForm.ts';
import { readSegmentHeap, type SegmentHeap } from './segmentHeap.ts';

const PAGE = 0x1000;

/** What a segment heap's header, segments and large blocks say, without a look at its other blocks. */
export function outlineSegmentHeap(reference: HeapReference, context: HeapContext): HeapOutline {
  const heap = readSegmentHeap(reference, context);
  const reader = new AddressReader(context.view.target.memory);
  const { form } = heap.family;
  const segments: HeapSegment[] = [];
  const uncommitted: AddressRange[] = [];
  if (heap.own) {
    const { committedEnd, end } = heap.own;
    segments.push(ownSegment(heap.address, committedEnd, end));
    if (end > committedEnd) uncommitted.push(range(committedEnd, end));
  }
  for (const pages of heap.segments) {
    const holes = uncommittedRanges(pages);
    segments.push(pageSegment(pages, holes));
    for (const hole of holes) uncommitted.push(hole);
  }
  const { large } = heap;
  const largeBytes = large.blocks.reduce((sum, b) => sum + b.size, 0);
  const totals = countedTotals(reader, heap);
  const { globalFlags } = form.heap;
  return {
    reference,
    flags:
      globalFlags !== undefined && reader.has(heap.address + globalFlags, 4)
        ? reader.u32(heap.address + globalFlags)
        : 0,
    frontEnd: 'lfh',
    reserved: totals?.reserved ?? sum(segments, (s) => Number(s.end - s.start)) + largeBytes,
    committed: totals?.committed ?? sum(segments, (s) => s.committed) + largeBytes,
    segments,
    uncommitted: uncommitted.sort(byStart),
    subsegmentAt: subsegmentFinder(reader, heap),
    largeRegions: large.blocks.map((b) => range(b.address, b.address + b.size)),
    granularity: 2 * form.pointerSize,
    counters: {
      uncommittedRanges: uncommitted.length,
      virtualBlocks: large.blocks.length,
    },
    keys: heap.family.keys.found,
    notes: heap.notes,
    findings: heap.findings,
  };
}

/** The region of the heap's own structures: its header, buckets and affinity slots. */
function ownSegment(address: number, committedEnd: number, end: number): HeapSegment {
  return { ...range(address, end), address: BigInt(address), committed: committedEnd - address };
}

function pageSegment(pages: SegmentPages, holes: readonly AddressRange[]): HeapSegment {
  const { address, context, committed } = pages;
  return {
    ...range(address, address + context.segmentSize),
    address: BigInt(address),
    committed,
    firstEntry: BigInt(address + context.firstDescriptor * 2 ** context.unitShift),
    uncommittedRanges: holes.length,
    largestUncommitted: holes.reduce((max, h) => Math.max(max, Number(h.end - h.start)), 0),
  };
}

/** Tells the kind of the subsegment at an address: the descriptors of its segment are read again, and not kept. */
function subsegmentFinder(reader: AddressReader, heap: SegmentHeap): HeapOutline['subsegmentAt'] {
  const { form } = heap.family;
  const segments = heap.segments.map(({ address, context }) => ({ address, context }));
  return (address) => {
    const at = Number(address);
    const segment = segments.find((s) => at >= s.address && at < s.address + s.context.segmentSize);
    if (!segment) return undefined;
    const { ranges } = readPages(reader, segment.address, segment.context, form);
    const kind = ranges.find((r) => at >= r.start && at < r.start + r.size)?.kind;
    return kind === RangeKind.lfh ? 'lfh' : kind === RangeKind.vs ? 'vs' : undefined;
  };
}

/** Runs of pages that are not committed. In a unit of several pages the first ones are those that are. */
function uncommittedRanges({ address, context, committedPages, missing }: SegmentPages): AddressRange[] {
  if (missing) return [];
  const unit = 2 ** context.unitShift;
  const holes: AddressRange[] = [];
  let start = -1;
  for (let i = 0; i <= DESCRIPTORS; i++) {
    const begin = address + i * unit;
    const there = i === DESCRIPTORS ? 1 : Math.min(committedPages[i] ?? 0, unit / PAGE);
    if (there > 0 && start >= 0) {
      holes.push(range(start, begin));
      start = -1;
    }
    if (start < 0 && there * PAGE < unit && i < DESCRIPTORS) start = begin + there * PAGE;
  }
  return holes;
}

/** What the heap itself counts, in bytes; undefined where this build's counters are not known or not there. */
function countedTotals(
  reader: AddressReader,
  { address, family }: SegmentHeap,
): { reserved: number; committed: number } | undefined {
  const { heap, pointerSize } = family.form;
  const { totals, largeTotals } = heap;
  if (!totals || !largeTotals) return undefined;
  const bytes = (offset: number): number =>
    (reader.tryPointer(address + offset, pointerSize) ?? Number.NaN) * PAGE;
  const reserved = bytes(totals.reserved) + bytes(largeTotals.reserved);
  const committed = bytes(totals.committed) + bytes(largeTotals.committed);
  if (!Number.isSafeInteger(reserved) || !Number.isSafeInteger(committed) || committed > reserved)
    return undefined;
  return { reserved, committed };
}

function range(start: number, end: number): AddressRange {
  return { start: BigInt(start), end: BigInt(end) };
}

function byStart(a: AddressRange, b: AddressRange): number {
  return a.start < b.start ? -1 : a.start > b.start ? 1 : 0;
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}
