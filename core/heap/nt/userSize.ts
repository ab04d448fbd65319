import type { AddressReader } from '../addressReader.ts';
import { UNKNOWN_SIZE } from '../blockSink.ts';

/** Unused bytes that do not fit in six bits stand elsewhere. */
const ELSEWHERE = 0x3f;
/** A header that holds the unused bytes in 16 bits (ExtendedBlockSignature 5). */
const WORD_UNUSED = 5;
const EXTENDED = 0x40;

/** What the program was given. */
export interface UserPart {
  /** bytes from the entry to the user pointer */
  offset: number;
  /** bytes; UNKNOWN_SIZE where the memory that says is not there or says too much */
  size: number;
}

/**
 * Vista and later, as RtlSizeHeap computes it (HEAPS.md 4.4), for blocks of segments and of the LFH. `unused` is byte 7
 * of the header, `block` the bytes from this entry to the next, `word` the header's word at 4, decoded.
 */
export function codedUserPart(
  reader: AddressReader,
  unit: 8 | 16,
  entry: number,
  header: { readonly block: number; readonly unused: number; readonly word: number },
  into: UserPart,
): void {
  const { block, unused, word } = header;
  into.offset = unit;
  let bytes: number | undefined = unused & 0x3f;
  if (unused === WORD_UNUSED) {
    bytes = word;
  } else if ((unused & EXTENDED) !== 0) {
    // the extended entry stands so many units into the block, the user's data behind it
    const extended = entry + bytes * unit;
    into.offset = (bytes + 1) * unit;
    const at = extended + unit - 4;
    bytes = reader.has(at, 2) ? reader.u16(at) : undefined;
  } else if (bytes === ELSEWHERE) {
    // x86: the block's last dword; x64: the first eight bytes of the next entry, which belong to this block
    const at = unit === 8 ? entry + block - 4 : entry + block;
    const size = unit === 8 ? 4 : 8;
    bytes = reader.has(at, size) ? reader.pointer(at, size) : undefined;
  }
  into.size = bytes === undefined || bytes > block ? UNKNOWN_SIZE : block - bytes;
}

/** UnusedBytes of XP that do not fit in eight bits stand in the block's last dword. */
const ELSEWHERE_XP = 0xff;

/** XP and 2003: UnusedBytes counts the header (HEAPS.md 3, HEAPS-CHECKED.md 3). */
export function plainUserPart(
  reader: AddressReader,
  unit: 8 | 16,
  entry: number,
  header: { readonly block: number; readonly unused: number },
  into: UserPart,
): void {
  const { block, unused } = header;
  into.offset = unit;
  let bytes: number | undefined = unused;
  if (unused === ELSEWHERE_XP)
    bytes = reader.has(entry + block - 4, 4) ? reader.u32(entry + block - 4) : undefined;
  into.size = bytes === undefined || bytes > block ? UNKNOWN_SIZE : block - bytes;
}
