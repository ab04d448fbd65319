import { hexAddress } from '../../bytes/index.ts';
import { readRing } from '../linkedList.ts';
import type { OutlineProblems } from '../outlineProblems.ts';
import type { WineHeap } from './wineHeap.ts';

const MAX_SUBHEAPS = 65_536;
const MAX_LARGE = 1_000_000;
const MAX_BYTES = 2 ** 40;
/** Regions begin at the system's allocation granularity. */
const GRANULARITY = 0x10000;

/** SUBHEAP fields (WINE-HEAP.md 4), by pointer size */
const SUBHEAP = {
  4: { blockSize: 4, dataSize: 8, entry: 0xc, owner: 0x14, first: 0x18, size: 0x20 },
  8: { blockSize: 0x10, dataSize: 0x18, entry: 0x20, owner: 0x30, first: 0x38, size: 0x40 },
} as const;
/** ARENA_LARGE fields */
const LARGE = {
  4: { entry: 4, dataSize: 0xc, blockSize: 0x10, header: 0x18 },
  8: { entry: 0x10, dataSize: 0x20, blockSize: 0x28, header: 0x38 },
} as const;

/** A region of a Wine heap. Numbers are addresses. */
export interface Subheap {
  readonly index: number;
  readonly address: number;
  /** the region's first byte */
  readonly start: number;
  readonly firstHeader: number;
  /** committed up to here, reserved up to `end` */
  readonly commitEnd: number;
  readonly end: number;
}

/** A block that has a region to itself. */
export interface LargeBlock {
  readonly region: number;
  readonly header: number;
  readonly end: number;
  readonly userSize: number;
}

/** The subheaps in the order of the heap's list: the newest first, the one in the heap itself last. */
export function readSubheaps(heap: WineHeap, problems?: OutlineProblems): readonly Subheap[] {
  const { reader, pointerSize, places } = heap;
  const at = SUBHEAP[pointerSize];
  const ring = readRing(reader, heap.address + places.subheapList, pointerSize, MAX_SUBHEAPS);
  problems?.ring(ring, 'the list of subheaps');
  const addresses = ring.links.map((link) => link - at.entry);
  const own = heap.address + places.subheap;
  if (!addresses.includes(own)) addresses.push(own);
  const subheaps: Subheap[] = [];
  for (const address of addresses) {
    if (!reader.has(address, at.size)) {
      problems?.absent(address, 'the subheap');
      continue;
    }
    const owner = reader.pointer(address + at.owner, pointerSize);
    if (owner !== heap.address)
      problems?.add(address, 'segment', 'the subheap belongs to another heap', heap.address, owner);
    const firstHeader = address + at.first;
    const start = address - (address % GRANULARITY);
    const said = firstHeader + reader.pointer(address + at.blockSize, pointerSize);
    const commitEnd = address + at.size + reader.pointer(address + at.dataSize, pointerSize);
    const furthest = heap.furthest(start);
    const most = Math.min(furthest, firstHeader + MAX_BYTES);
    const isSize = said > firstHeader && said <= most;
    if (!isSize) {
      const expected = `at most ${hexAddress(most - firstHeader)}`;
      problems?.add(address, 'segment', "the subheap's size is no size", expected, said - firstHeader);
      if (furthest === Infinity) continue;
    }
    // where its own words make no sense, what was reserved for it tells
    const end = isSize ? said : furthest;
    const isCommitted = commitEnd >= firstHeader && commitEnd <= end;
    if (!isCommitted) {
      const problem = 'the subheap has committed more than it reserved';
      problems?.add(address, 'segment', problem, `at most ${hexAddress(end)}`, commitEnd);
    }
    subheaps.push({
      index: subheaps.length,
      address,
      start,
      firstHeader,
      commitEnd: isCommitted ? commitEnd : end,
      end,
    });
  }
  return subheaps;
}

/** The large blocks in the order of the heap's list, the oldest first. */
export function readLargeBlocks(heap: WineHeap, problems?: OutlineProblems): readonly LargeBlock[] {
  const { reader, pointerSize, places } = heap;
  const at = LARGE[pointerSize];
  const ring = readRing(reader, heap.address + places.largeList, pointerSize, MAX_LARGE);
  problems?.ring(ring, 'the list of large blocks');
  const blocks: LargeBlock[] = [];
  for (const link of ring.links) {
    const region = link - at.entry;
    if (!reader.has(region, at.header + 8)) continue;
    const userSize = reader.pointer(region + at.dataSize, pointerSize);
    const size = reader.pointer(region + at.blockSize, pointerSize);
    if (!(userSize <= size - 8) || size > MAX_BYTES) {
      const problem = 'the large block is smaller than what is in it';
      problems?.add(region + at.header, 'large block', problem, `at most ${hexAddress(size)}`, userSize);
      continue;
    }
    blocks.push({ region, header: region + at.header, end: region + at.header + size, userSize });
  }
  return blocks;
}
