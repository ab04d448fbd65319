import type { AddressReader } from '../addressReader.ts';
import { type CodeKey, upper } from './codeKey.ts';
import type { SegmentForm } from './segmentForm.ts';

/** HEAP_VS_SUBSEGMENT.Signature ^ Size, 15 bits (HEAPS.md 7.2) */
const SIGNATURE = 0x2bed;
/** Size counts from behind the subsegment's header, less than what the first chunk's offset makes of it */
const END_UNITS = 3;

/** A VS subsegment's own account of its extent. */
export interface VsExtent {
  readonly firstChunk: number;
  readonly end: number;
}

/** A decoded _HEAP_VS_CHUNK_HEADER; one record is filled again and again. */
export interface VsChunk {
  /** units: 16 bytes on x64, 8 on x86 */
  size: number;
  previous: number;
  allocated: boolean;
  /** the flags behind the sizes, as they stand */
  flags: number;
}

/** Bits of `VsChunk.flags` */
export const VsFlag = { unusedBytes: 0x100, skip: 0x200 } as const;

export function emptyChunk(): VsChunk {
  return { size: 0, previous: 0, allocated: false, flags: 0 };
}

/** Bytes of a unit, which is also the size of a chunk's header. */
export function unitOf(form: SegmentForm): 8 | 16 {
  return form.pointerSize === 8 ? 16 : 8;
}

/** Where the chunks of the subsegment at an address are; undefined where there is no subsegment. */
export function readVsExtent(
  reader: AddressReader,
  address: number,
  form: SegmentForm,
): VsExtent | undefined {
  const { vs } = form;
  if (!reader.has(address + vs.size, 4)) return undefined;
  const size = reader.u16(address + vs.size);
  const signature = reader.u16(address + vs.signature);
  if (((size ^ signature ^ SIGNATURE) & 0x7fff) !== 0 || size === 0) return undefined;
  return { firstChunk: address + vs.firstChunk, end: address + (size + END_UNITS) * unitOf(form) };
}

/** Decodes the chunk header at an address. Throws `MemoryUnreadable`. */
export function readVsChunk(
  reader: AddressReader,
  address: number,
  key: CodeKey,
  pointerSize: 4 | 8,
  into: VsChunk,
): VsChunk {
  into.flags = reader.u32(address + pointerSize);
  decodeVsSizes(reader.u32(address), reader.u32(address + 4), address, key, pointerSize, into);
  return into;
}

/** Decodes the two dwords at a chunk's address into the fields that they hold: all but the flags. */
export function decodeVsSizes(
  first: number,
  second: number,
  address: number,
  key: CodeKey,
  pointerSize: 4 | 8,
  into: VsChunk,
): void {
  const low = first ^ address ^ key.low;
  if (pointerSize === 8) {
    const high = second ^ upper(address) ^ key.high;
    into.size = low >>> 16;
    into.previous = high & 0xffff;
    into.allocated = ((high >>> 16) & 0xff) !== 0;
  } else {
    into.size = (low >>> 1) & 0x7fff;
    into.previous = (low >>> 16) & 0x7fff;
    into.allocated = low < 0;
  }
}

/** A run of chunks that agree with their neighbours: how many, and where the next would begin. */
export interface VsChain {
  readonly count: number;
  readonly next: number;
}

/**
 * Follows chunks from the first on as long as they agree with their neighbours, at most `limit`. `before` is what the
 * first one names as the size before it. A wrong key gives 0 chunks, now and then 1.
 */
export function followChunks(
  reader: AddressReader,
  { firstChunk, end }: VsExtent,
  key: CodeKey,
  form: SegmentForm,
  limit: number,
  before = 0,
): VsChain {
  const unit = unitOf(form);
  const chunk = emptyChunk();
  let previous = before;
  let count = 0;
  let at = firstChunk;
  for (; at < end && count < limit; count++) {
    if (!reader.has(at, 2 * form.pointerSize)) break;
    readVsChunk(reader, at, key, form.pointerSize, chunk);
    const next = at + chunk.size * unit;
    if (chunk.size === 0 || chunk.previous !== previous || next > end) break;
    previous = chunk.size;
    at = next;
  }
  return { count, next: at };
}

/** Whether the chunks of a subsegment agree under a key: two of them, or one that fills it. Chance does not do that. */
export function fitsExtent(
  reader: AddressReader,
  extent: VsExtent,
  key: CodeKey,
  form: SegmentForm,
): boolean {
  const { count, next } = followChunks(reader, extent, key, form, 8);
  return count >= 2 || (count === 1 && next === extent.end);
}
