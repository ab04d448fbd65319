import { hexAddress } from '../../bytes/index.ts';
import { readRing } from '../linkedList.ts';
import type { OutlineProblems } from '../outlineProblems.ts';
import type { NtHeap } from './ntHeap.ts';

const MAX_BLOCKS = 1_000_000;

/** A block with a region of its own. Numbers are addresses and bytes. */
export interface VirtualBlock {
  /** the HEAP_VIRTUAL_ALLOC_ENTRY at its start */
  readonly region: number;
  readonly end: number;
  /** where its HEAP_ENTRY lies */
  readonly entry: number;
  readonly commit: number;
}

/** The blocks that were too large for a segment, in the order of the heap's list (HEAPS.md 5). */
export function readVirtualBlocks(heap: NtHeap, problems?: OutlineProblems): readonly VirtualBlock[] {
  const { layouts, pointerSize, reader } = heap;
  const name = '_HEAP_VIRTUAL_ALLOC_ENTRY';
  const ring = readRing(reader, heap.virtualBlocks, pointerSize, MAX_BLOCKS);
  problems?.ring(ring, 'the list of virtual blocks');
  const commitAt = layouts.offset(name, 'CommitSize');
  const reserveAt = layouts.offset(name, 'ReserveSize');
  const entryAt = layouts.offset(name, 'BusyBlock');
  const blocks: VirtualBlock[] = [];
  for (const region of ring.links) {
    if (!reader.has(region, layouts.size(name))) continue;
    const commit = reader.pointer(region + commitAt, pointerSize);
    const reserve = reader.pointer(region + reserveAt, pointerSize);
    if (!(commit > entryAt + heap.unit) || !(commit <= reserve) || !Number.isSafeInteger(region + reserve)) {
      const problem = 'the committed size of the virtual block is no size';
      const expected = `at most the reserved ${hexAddress(reserve)}`;
      problems?.add(region + entryAt, 'virtual block', problem, expected, commit);
      continue;
    }
    blocks.push({ region, end: region + commit, entry: region + entryAt, commit });
  }
  return blocks;
}
