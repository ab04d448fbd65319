import { hexAddress } from '../../bytes/index.ts';
import type { AddressReader } from '../addressReader.ts';
import { fromHalves, upper } from './codeKey.ts';
import type { SegmentForm } from './segmentForm.ts';

/** More large blocks than an address space holds, at 64 KB each */
const MAX_BLOCKS = 0x100000;

/** A block with a region to itself, as its node in the tree (_HEAP_LARGE_ALLOC_DATA) has it. */
export interface LargeBlock {
  readonly node: number;
  readonly address: number;
  /** bytes, whole pages */
  readonly size: number;
  readonly unusedBytes: number;
  readonly extra: boolean;
}

export interface LargeBlocks {
  /** rising by address */
  readonly blocks: readonly LargeBlock[];
  readonly damage: readonly LargeDamage[];
  /** nodes that the dump does not hold */
  readonly missing: readonly number[];
}

export interface LargeDamage {
  readonly node: number;
  readonly problem: string;
  readonly expected?: string;
  readonly found?: string;
}

/** The blocks of a heap's LargeAllocMetadata tree. Branches that lead nowhere are reported and left out. */
export function readLargeBlocks(reader: AddressReader, heap: number, form: SegmentForm): LargeBlocks {
  const { pointerSize: p } = form;
  const tree = heap + form.heap.largeTree;
  const blocks: LargeBlock[] = [];
  const damage: LargeDamage[] = [];
  const missing: number[] = [];
  const seen = new Set<number>();
  if (!reader.has(tree, 2 * p)) return { blocks, damage, missing: [tree] };
  // the lowest bit of Min says that pointers are coded with the address of what holds them
  const coded = (reader.u8(tree + p) & 1) !== 0;
  const link = (at: number, holder: number): number => {
    if (!coded) return reader.pointer(at, p);
    const low = reader.u32(at) ^ holder;
    return p === 4 ? low >>> 0 : fromHalves(low, reader.u32(at + 4) ^ upper(holder));
  };
  const stack: { node: number; parent: number }[] = [];
  const root = reader.pointer(tree, p);
  if (root !== 0) stack.push({ node: link(tree, tree), parent: 0 });
  for (let top = stack.pop(); top && blocks.length < MAX_BLOCKS; top = stack.pop()) {
    const { node, parent } = top;
    if (seen.has(node)) {
      damage.push({ node, problem: 'the tree of large blocks leads to a node twice' });
      continue;
    }
    seen.add(node);
    if (!reader.has(node, 5 * p)) {
      missing.push(node);
      continue;
    }
    // the two lowest bits are the node's colour
    const up = coded ? parent : reader.pointer(node + 2 * p, p);
    if (up - (up % 4) !== parent) {
      damage.push({
        node,
        problem: 'the node of a large block does not lead to its parent',
        expected: hexAddress(parent),
        found: hexAddress(up),
      });
      continue;
    }
    const block = readNode(reader, node, p);
    if (isRegion(block, p)) blocks.push(block);
    else {
      damage.push({
        node,
        problem: 'the node of a large block names no region',
        found: `${hexAddress(block.address)}, ${hexAddress(block.size)} bytes`,
      });
    }
    for (const child of [node, node + p]) {
      if (reader.pointer(child, p) !== 0) stack.push({ node: link(child, node), parent: node });
    }
  }
  return { blocks: blocks.sort((a, b) => a.address - b.address), damage, missing };
}

function readNode(reader: AddressReader, node: number, p: 4 | 8): LargeBlock {
  const place = node + 3 * p;
  const pages = node + 4 * p;
  const low = reader.u32(place);
  const unusedBytes = low & 0xffff;
  const address = reader.pointer(place, p) - unusedBytes;
  const word = reader.pointer(pages, p);
  return { node, address, size: word - (word % 0x1000), unusedBytes, extra: word % 2 === 1 };
}

/** Whether a block lies where user memory can. */
function isRegion({ address, size, unusedBytes }: LargeBlock, p: 4 | 8): boolean {
  const limit = p === 4 ? 0x1_0000_0000 : 0x8000_0000_0000;
  return address >= 0x10000 && size > unusedBytes && address + size <= limit;
}
