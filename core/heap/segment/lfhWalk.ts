import { hexAddress } from '../../bytes/index.ts';
import { BlockMark, BlockPart, BlockState } from '../blockSink.ts';
import { bitmapBytes, type LfhHeader, readLfhHeader } from './lfhHeader.ts';
import type { PageRange } from './pageRanges.ts';
import type { RangeWalk } from './rangeWalk.ts';

/** The word at the end of a block with unused bytes (_HEAP_LFH_UNUSED_BYTES_INFO) */
const UNUSED_MASK = 0x3fff;
const EXTRA_PRESENT = 0x4000;
const ONE_BYTE_UNUSED = 0x8000;

/** Bits of a block in `states` */
const BUSY = 1;
const HAS_UNUSED = 2;

/** Gives the blocks of an LFH subsegment. */
export function walkLfh(walk: RangeWalk, range: PageRange): void {
  const { reader, form, keys, sink } = walk;
  const { start, size } = range;
  const header = keys.lfh === undefined ? undefined : readLfhHeader(reader, start, size, keys.lfh, form);
  const bitmapAt = start + form.lfh.bitmap;
  const there = reader.has(start, form.lfh.bitmap);
  const bitmapThere = header && reader.has(bitmapAt, bitmapBytes(header.blockCount, form));
  const owner = sink.owner(() => ({
    kind: 'subsegment',
    address: BigInt(start),
    start: BigInt(start),
    end: BigInt(start + size),
    stride: header?.blockSize,
  }));
  walk.begin(BlockPart.lfh, owner);
  if (!header || !bitmapThere) {
    if (!there || header) sink.missing({ start: BigInt(start), end: BigInt(start + size) });
    else if (keys.lfh !== undefined)
      walk.found(start, 'front end', "the subsegment's block size, offset and count do not fit into it");
    walk.other(start, size, BlockState.internal, there && !header ? BlockMark.damaged : BlockMark.cut);
    return;
  }
  const states =
    form.lfh.bits === 'split' ? splitStates(walk, start, header) : pairStates(walk, start, header);
  giveBlocks(walk, range, header, states);
}

function giveBlocks(walk: RangeWalk, range: PageRange, header: LfhHeader, states: Uint8Array): void {
  const { reader } = walk;
  const { blockSize, firstBlock, blockCount } = header;
  const first = range.start + firstBlock;
  walk.other(range.start, firstBlock, BlockState.internal);
  for (let i = 0; i < blockCount; i++) {
    const at = first + i * blockSize;
    const state = states[i] ?? 0;
    if (!(state & BUSY)) {
      walk.other(at, blockSize, BlockState.free);
      continue;
    }
    let unused: number | undefined = 0;
    let marks = 0;
    if (state & HAS_UNUSED) {
      const wordAt = at + blockSize - 2;
      if (reader.has(wordAt, 2)) {
        const word = reader.u16(wordAt);
        unused = word & ONE_BYTE_UNUSED ? 1 : word & UNUSED_MASK;
        if ((word & (ONE_BYTE_UNUSED | EXTRA_PRESENT)) === EXTRA_PRESENT) marks = BlockMark.extra;
      } else {
        unused = undefined;
        walk.sink.missing({ start: BigInt(at), end: BigInt(at + blockSize) });
      }
    }
    walk.busy(at, blockSize, 0, blockSize, unused, marks);
  }
  const end = first + blockCount * blockSize;
  walk.other(end, range.start + range.size - end, BlockState.internal);
}

/** Two bits a block, side by side. The subsegment also counts its free blocks. */
function pairStates(walk: RangeWalk, start: number, { blockCount }: LfhHeader): Uint8Array {
  const { reader, form } = walk;
  const states = new Uint8Array(blockCount);
  const bitmap = start + form.lfh.bitmap;
  let free = 0;
  for (let i = 0; i < blockCount; i += 16) {
    const bits = reader.u32(bitmap + i / 4);
    const count = Math.min(16, blockCount - i);
    for (let k = 0; k < count; k++) {
      const state = (bits >>> (2 * k)) & 3;
      states[i + k] = state;
      if (!(state & BUSY)) free++;
    }
  }
  const counted = reader.u16(start + form.lfh.blockCount - 2);
  if (counted !== free) {
    walk.found(
      start,
      'front end',
      'the subsegment counts other free blocks than its bitmap has',
      hexAddress(free),
      hexAddress(counted),
    );
  }
  return states;
}

/** A dword of busy bits and one of unused bits for 32 blocks; freed blocks are chained and keep their busy bits. */
function splitStates(walk: RangeWalk, start: number, header: LfhHeader): Uint8Array {
  const { reader, form } = walk;
  const { blockCount, blockSize, firstBlock } = header;
  const states = new Uint8Array(blockCount);
  const bitmap = start + form.lfh.bitmap;
  for (let i = 0; i < blockCount; i += 32) {
    const busy = reader.u32(bitmap + i / 4);
    const unused = reader.u32(bitmap + i / 4 + 4);
    const count = Math.min(32, blockCount - i);
    for (let k = 0; k < count; k++) {
      states[i + k] = ((busy >>> k) & 1 ? BUSY : 0) | ((unused >>> k) & 1 ? HAS_UNUSED : 0);
    }
  }
  const { chain } = form.lfh;
  if (!chain) return states;
  const expected = reader.u16(start + chain.count);
  let next = reader.u16(start + chain.first);
  let length = 0;
  while (next !== 0) {
    const index = next - 1;
    const at = start + firstBlock + index * blockSize;
    // a block that is on the chain twice, or whose bit says that it is free already, closes it
    if (index >= blockCount || !((states[index] ?? 0) & BUSY)) break;
    states[index] = 0;
    length++;
    if (!reader.has(at, 2)) {
      walk.sink.missing({ start: BigInt(at), end: BigInt(at + blockSize) });
      return states;
    }
    next = reader.u16(at);
  }
  if (next !== 0 || length !== expected) {
    walk.found(
      start,
      'front end',
      "the chain of the subsegment's freed blocks does not end where it should",
      `${hexAddress(expected)} blocks`,
      next === 0
        ? `${hexAddress(length)} blocks`
        : `${hexAddress(length)} blocks, then index ${hexAddress(next - 1)}`,
    );
  }
  return states;
}
