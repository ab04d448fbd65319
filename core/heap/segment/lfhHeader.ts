import type { AddressReader } from '../addressReader.ts';
import type { SegmentForm } from './segmentForm.ts';

/** The largest block that the front end hands out (HEAPS-CHECKED.md, 7.1: LFH to 4000h) */
const MAX_BLOCK = 0x4000;

/** What an LFH subsegment says of its blocks, decoded. */
export interface LfhHeader {
  readonly blockSize: number;
  /** from the subsegment */
  readonly firstBlock: number;
  readonly blockCount: number;
}

/** The BlockOffsets of a subsegment with all but the key taken off: block size and first offset under the right key. */
export function codedOffsets(reader: AddressReader, address: number, form: SegmentForm): number | undefined {
  const at = address + form.lfh.offsets;
  if (!reader.has(at, 4)) return undefined;
  // 26100 shifts the whole address, those before its lower half
  const shifted = form.lfh.bits === 'split' ? Math.floor(address / 0x1000) | 0 : (address | 0) >>> 12;
  return reader.u32(at) ^ shifted;
}

/** Decodes a subsegment that fills `size` bytes; undefined where the result cannot be or is not in the dump. */
export function readLfhHeader(
  reader: AddressReader,
  address: number,
  size: number,
  key: number,
  form: SegmentForm,
): LfhHeader | undefined {
  const coded = codedOffsets(reader, address, form);
  const countAt = address + form.lfh.blockCount;
  if (coded === undefined || !reader.has(countAt, 2)) return undefined;
  return headerUnder(key, { coded, blockCount: reader.u16(countAt), size }, form);
}

/** As `readLfhHeader`, from `codedOffsets` and the count that stand in the subsegment. */
export function headerUnder(
  key: number,
  { coded, blockCount, size }: { readonly coded: number; readonly blockCount: number; readonly size: number },
  form: SegmentForm,
): LfhHeader | undefined {
  const plain = coded ^ key;
  const header = { blockSize: plain & 0xffff, firstBlock: plain >>> 16, blockCount };
  return fits(header, size, form) ? header : undefined;
}

/** Bytes of the bitmap of so many blocks. */
export function bitmapBytes(blockCount: number, form: SegmentForm): number {
  return form.lfh.bits === 'split' ? Math.ceil(blockCount / 32) * 8 : Math.ceil(blockCount / 16) * 4;
}

function fits({ blockSize, firstBlock, blockCount }: LfhHeader, size: number, form: SegmentForm): boolean {
  const step = form.pointerSize * 2;
  return (
    blockSize > 0 &&
    blockSize <= MAX_BLOCK &&
    blockSize % step === 0 &&
    blockCount > 0 &&
    firstBlock % step === 0 &&
    firstBlock >= form.lfh.bitmap + bitmapBytes(blockCount, form) &&
    firstBlock + blockCount * blockSize <= size
  );
}
