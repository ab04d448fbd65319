import type { AddressSpace } from './addressSpace.ts';
import type { HeapBlock } from './ntHeap.ts';

/*
 * Blocks of Microsoft's debug C runtime, Visual Studio 2008, x86: _CrtMemBlockHeader (0x20 bytes) before the data, four
 * bytes of no-man's land behind it (CRT.md section 5; layouts/crt.json).
 */
const HEADER = 0x20;
const GAP = 4;
const NO_MANS_LAND = 0xfd;
const CLEAN_LAND = 0xcd;

export const NORMAL_BLOCK = 1;
export const CRT_BLOCK = 2;

export interface DebugBlock {
  readonly size: number;
  readonly use: typeof NORMAL_BLOCK | typeof CRT_BLOCK;
  /** bytes of the whole heap block, where the heap gave more than it had to */
  readonly whole?: number;
}

/** What the heap is asked for, for a block of the debug runtime. */
export function heapBlockOf(block: DebugBlock): HeapBlock {
  return { requested: HEADER + block.size + GAP, whole: block.whole };
}

/**
 * Writes headers, gaps and fill at the heap's user addresses, oldest block first, and links them as the runtime does:
 * newest first. Returns the newest header (_pFirstBlock) and the oldest (_pLastBlock).
 */
export function putDebugBlocks(
  space: AddressSpace,
  users: readonly number[],
  blocks: readonly DebugBlock[],
): { first: number; last: number } {
  blocks.forEach((block, i) => {
    const at = users[i] ?? 0;
    space.u32(at, users[i - 1] ?? 0); // pBlockHeaderNext: the one allocated before
    space.u32(at + 4, users[i + 1] ?? 0); // pBlockHeaderPrev
    space.u32(at + 0x10, block.size);
    space.u32(at + 0x14, block.use);
    space.u32(at + 0x18, i + 1); // lRequest
    const gap = new Uint8Array(GAP).fill(NO_MANS_LAND);
    space.bytes(at + HEADER - GAP, gap);
    space.bytes(at + HEADER, new Uint8Array(block.size).fill(CLEAN_LAND));
    space.bytes(at + HEADER + block.size, gap);
  });
  return { first: users[blocks.length - 1] ?? 0, last: users[0] ?? 0 };
}

/** The runtime's own blocks that lie before the program's, so that the next heap entry begins at `until`. */
export function runtimeBlocks(firstEntry: number, until: number): DebugBlock[] {
  const overhead = 8 + HEADER + GAP; // the heap's header too
  const blocks: DebugBlock[] = [];
  for (let left = until - firstEntry; left > 0;) {
    const whole = left >= 0x2000 ? 0x1000 : left;
    blocks.push({ size: whole - overhead, use: CRT_BLOCK });
    left -= whole;
  }
  return blocks;
}
