import type { AddressReader } from '../addressReader.ts';
import { type CodeKey, upper } from './codeKey.ts';
import { bitmapBytes, readLfhHeader } from './lfhHeader.ts';
import type { SegmentSample } from './segmentSample.ts';
import { followChunks, type VsExtent } from './vsChunk.ts';

/** Chunks that must agree before a solved key is believed. */
const ENOUGH = 4;
/** Subsegments that are worked on: one sound one would do. */
const TRIES = 8;

/**
 * The key of BlockOffsets worked out from the subsegments themselves. Where the first block begins follows from the
 * number of blocks (it stands behind the bitmap, 16-aligned, or 16 bytes later where page states stand between), and
 * the size of a block must fill the range. Each guess is a key; the right one fits every subsegment.
 */
export function solveLfhKey(reader: AddressReader, { lfh, form }: SegmentSample): number | undefined {
  const unit = form.pointerSize * 2;
  let best: { key: number; right: number } | undefined;
  const tried = new Set<number>();
  for (const { address, size, coded } of lfh.slice(0, TRIES)) {
    const countAt = address + form.lfh.blockCount;
    const blocks = reader.has(countAt, 2) ? reader.u16(countAt) : 0;
    if (blocks === 0) continue;
    const behind = Math.ceil((form.lfh.bitmap + bitmapBytes(blocks, form)) / unit) * unit;
    for (const first of [behind, behind + unit]) {
      const largest = Math.floor((size - first) / blocks / unit) * unit;
      // a range is cut to its blocks: at most a few more would fit
      for (
        let blockSize = largest;
        blockSize > 0 && (blocks + 4) * blockSize > (size - first) / 2;
        blockSize -= unit
      ) {
        const key = coded ^ ((first << 16) | blockSize);
        if (tried.has(key)) continue;
        tried.add(key);
        const right = lfh.filter((s) => readLfhHeader(reader, s.address, s.size, key, form)).length;
        if (!best || right > best.right) best = { key, right };
      }
    }
  }
  return best && best.right >= 3 && best.right * 2 > lfh.length ? best.key : undefined;
}

/**
 * The key of VS chunk headers worked out from a subsegment. The first chunk has no previous one, which gives that part
 * of the key; each guess of its size must lead to a header that names it as previous, and so on to the end. The part
 * that hides MemoryCost stays unknown: nothing here needs it.
 */
export function solveVsKey(reader: AddressReader, sample: SegmentSample): CodeKey | undefined {
  if (sample.form.pointerSize !== 8) return undefined;
  for (const extent of sample.vs.slice(0, TRIES)) {
    const key = solveChain(reader, extent, sample);
    if (key) return key;
  }
  return undefined;
}

function solveChain(reader: AddressReader, extent: VsExtent, sample: SegmentSample): CodeKey | undefined {
  const { firstChunk, end } = extent;
  if (!reader.has(firstChunk, 8)) return undefined;
  const low = reader.u32(firstChunk) ^ firstChunk;
  const high = reader.u32(firstChunk + 4) ^ upper(firstChunk);
  const units = Math.floor((end - firstChunk) / 16);
  for (let size = 1; size <= units; size++) {
    const key = { low: (low & ~0xffff) ^ (size << 16), high: high & 0xffff };
    if (!nextNames(reader, firstChunk + size * 16, key.high, size)) continue;
    if (followChunks(reader, extent, key, sample.form, ENOUGH).count < ENOUGH) continue;
    const state = stateKey(reader, extent, key);
    if (state !== undefined) return { ...key, high: key.high | state };
  }
  return undefined;
}

/** Whether the header at an address says that the chunk before it has this size; most guesses end here. */
function nextNames(reader: AddressReader, address: number, key: number, size: number): boolean {
  return reader.has(address, 8) && ((reader.u32(address + 4) ^ upper(address) ^ key) & 0xffff) === size;
}

/**
 * The key's part over the byte Allocated (and the byte above, which is 0). It is one of two values; free chunks are
 * merged with their neighbours, so two neighbours of one state are busy. Undefined where there are none.
 */
function stateKey(reader: AddressReader, { firstChunk, end }: VsExtent, key: CodeKey): number | undefined {
  let previous: number | undefined;
  for (let at = firstChunk; at < end && reader.has(at, 8);) {
    const state = (reader.u32(at + 4) ^ upper(at)) & 0xffff0000;
    // a busy chunk has 1 there
    if (state === previous) return state ^ 0x10000;
    previous = state;
    const size = (reader.u32(at) ^ at ^ key.low) >>> 16;
    if (size === 0) break;
    at += size * 16;
  }
  return undefined;
}
