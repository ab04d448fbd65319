import { type Address, type Memory, readUpTo } from '../../target/index.ts';
import type { DebugBlock } from './debugBlocks.ts';
import { ALIGN_FILL, OLD_ALIGN_FILL } from './headerLayout.ts';

/** Alignments up to a page, and the header in front of the pointer. */
const MAX_PADDING = 0x1000 + 0x20;

/**
 * The pointer that `_aligned_malloc` gave out of a debug block, undefined where the block is no such one. In front of it
 * lie the address of the block's data and a gap of pointer size, filled with ED (BD up to Visual C++ 2003): the
 * `_AlignMemBlockHdr` of the debug heap's sources. `within` bounds how far it is looked for, in bytes.
 */
export function alignedPointer(memory: Memory, block: DebugBlock, within = MAX_PADDING): Address | undefined {
  const { pointerSize } = block.layout;
  const bytes = readUpTo(memory, block.user, Math.min(block.size, within));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 2 * pointerSize <= bytes.length; at += pointerSize) {
    const head = pointerSize === 8 ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true));
    if (head !== block.user) continue;
    const fill = bytes[at + pointerSize];
    if (fill !== ALIGN_FILL && fill !== OLD_ALIGN_FILL) continue;
    const gap = bytes.subarray(at + pointerSize, at + 2 * pointerSize);
    if (gap.every((byte) => byte === fill)) return block.user + BigInt(at + 2 * pointerSize);
  }
  return undefined;
}

/**
 * Whether an address inside a heap block is what a release runtime's `_aligned_malloc` gave out: the word in front of it
 * holds the block's address.
 */
export function isAlignedPointer(
  memory: Memory,
  blockUser: Address,
  address: Address,
  pointerSize: 4 | 8,
): boolean {
  const at = (address & ~BigInt(pointerSize - 1)) - BigInt(pointerSize);
  if (at < blockUser) return false;
  const bytes = readUpTo(memory, at, pointerSize);
  if (bytes.length < pointerSize) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (pointerSize === 8 ? view.getBigUint64(0, true) : BigInt(view.getUint32(0, true))) === blockUser;
}
