import { AddressReader } from '../addressReader.ts';
import { BlockMark, BlockPart, type BlockSink, BlockState } from '../blockSink.ts';
import type { HeapContext, HeapOutline, HeapWalker, Pacer } from '../model.ts';
import { holdsHeaps } from '../outlineProblems.ts';
import { checkVsList, vsOptions } from './vsContext.ts';
import { findPadding } from './findPadding.ts';
import { RangeWalk } from './rangeWalk.ts';
import { RangeKind } from './segmentForm.ts';
import { outlineSegmentHeap } from './segmentOutline.ts';
import { readSegmentHeap, type SegmentHeap } from './segmentHeap.ts';
import { walkRange } from './walkRanges.ts';

/** Reads segment heaps, Windows 10 10586 and later. */
export const segmentHeapWalker: HeapWalker = {
  outline: outlineSegmentHeap,
  walk: walkSegmentHeap,
};

async function walkSegmentHeap(
  { reference }: HeapOutline,
  context: HeapContext,
  sink: BlockSink,
  pace: Pacer,
): Promise<void> {
  const heap = readSegmentHeap(reference, context);
  const { form, keys } = heap.family;
  const { memory } = context.view.target;
  const { padding, note } = findPadding(reference, context);
  const walk = new RangeWalk(AddressReader.forWalk(memory), form, keys, padding, sink);
  if (note) sink.note(note);
  if (!keys.vs && hasRanges(heap, RangeKind.vs))
    sink.note('the key of variable-size blocks is not known: their subsegments are shown as a whole');
  if (keys.lfh === undefined && hasRanges(heap, RangeKind.lfh))
    sink.note('the key of the front end is not known: its subsegments are shown as a whole');
  giveOwnRegion(walk, heap);
  const reader = new AddressReader(memory);
  const options = vsOptions(reader, heap);
  checkVsList(reader, heap, sink, !holdsHeaps(context.view.target));
  const total = heap.segments.reduce((all, { ranges }) => all + ranges.length, 0);
  let done = 0;
  for (const pages of heap.segments) {
    const { address, context: back, missing } = pages;
    const end = address + back.segmentSize;
    const owner = sink.owner(() => ({
      kind: 'segment',
      address: BigInt(address),
      start: BigInt(address),
      end: BigInt(end),
    }));
    walk.begin(BlockPart.backend, owner);
    if (missing) {
      sink.missing({ start: BigInt(address), end: BigInt(end) });
      walk.other(address, end - address, BlockState.internal, BlockMark.cut);
      continue;
    }
    walk.other(address, back.firstDescriptor * 2 ** back.unitShift, BlockState.internal);
    for (const range of pages.ranges) {
      walkRange(walk, pages, range, owner, options);
      done++;
      if (pace.due()) await pace.rest({ done, total, what: 'page ranges' });
    }
  }
  giveLargeBlocks(walk, heap);
}

function hasRanges({ segments }: SegmentHeap, kind: RangeKind): boolean {
  return segments.some(({ ranges }) => ranges.some((range) => range.kind === kind));
}

/** The region of the heap's structures. */
function giveOwnRegion(walk: RangeWalk, { address, own }: SegmentHeap): void {
  if (!own) return;
  const { committedEnd, end } = own;
  const owner = walk.sink.owner(() => ({
    kind: 'segment',
    address: BigInt(address),
    start: BigInt(address),
    end: BigInt(end),
  }));
  walk.begin(BlockPart.segment, owner);
  walk.other(address, committedEnd - address, BlockState.internal);
  walk.other(committedEnd, end - committedEnd, BlockState.uncommitted);
}

function giveLargeBlocks(walk: RangeWalk, { large }: SegmentHeap): void {
  for (const { node, address, size, unusedBytes, extra } of large.blocks) {
    const owner = walk.sink.owner(() => ({
      kind: 'region',
      address: BigInt(node),
      start: BigInt(address),
      end: BigInt(address + size),
    }));
    walk.begin(BlockPart.large, owner);
    walk.busy(address, size, 0, size, unusedBytes, extra ? BlockMark.extra : 0);
  }
}
