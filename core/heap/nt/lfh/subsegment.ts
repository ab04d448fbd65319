import type { StructLayouts } from '../../../types/index.ts';
import type { AddressReader } from '../../addressReader.ts';
import type { NtHeap } from '../ntHeap.ts';

/** HEAP_USERDATA_HEADER.Signature */
const USER_DATA_SIGNATURE = 0xf0e0d0c0;

/** The first block lies at most so far behind the bitmap. */
export const MAX_GAP = 0x200;

/** How this version's LFH keeps its blocks (HEAPS.md 6, HEAPS-CHECKED.md 3 and 6). */
export type LfhForm =
  /** XP, 2003: byte 5 bit 0 says busy */
  | 'plain'
  /** Vista, 7: the unused bytes say busy */
  | 'header'
  /** 8.0: a bitmap, and plain offsets */
  | 'bitmap'
  /** 8.1 and later: a bitmap, and coded offsets */
  | 'coded';

/** Field offsets of the structures of the LFH, by the layout of this version. */
export interface LfhPlaces {
  readonly form: LfhForm;
  /** how headers are coded is known: of 2003 x64 nobody says */
  readonly codeKnown: boolean;
  readonly signature: number;
  /** sizeof(HEAP_USERDATA_HEADER), where the first block of XP to 7 lies */
  readonly headerSize: number;
  readonly offsets: number;
  readonly bitmapSize: number;
  readonly bitmapData: number;
  readonly subsegmentSize: number;
  readonly userBlocks: number;
  readonly blockSize: number;
  readonly blockCount: number;
  /** AggregateExchg.Depth: free blocks */
  readonly depth: number;
  /** DelayFreeList, -1 where there is none */
  readonly delayFree: number;
}

/** The places in this heap's version; undefined where there is no layout of them. */
export function lfhPlaces(layouts: StructLayouts, coded: boolean): LfhPlaces | undefined {
  const header = '_HEAP_USERDATA_HEADER';
  const subsegment = '_HEAP_SUBSEGMENT';
  if (!layouts.record(header) || !layouts.record(subsegment)) return undefined;
  const hasBitmap = layouts.has(header, 'BusyBitmap');
  const encoded = layouts.has(header, 'EncodedOffsets');
  const offsets = encoded ? 'EncodedOffsets' : 'FirstAllocationOffset';
  return {
    form: !coded ? 'plain' : !hasBitmap ? 'header' : encoded ? 'coded' : 'bitmap',
    codeKnown: coded || layouts.pointerSize === 4,
    signature: layouts.offset(header, 'Signature'),
    headerSize: layouts.size(header),
    offsets: hasBitmap ? layouts.offset(header, offsets) : -1,
    bitmapSize: hasBitmap ? layouts.offset(header, 'BusyBitmap') : -1,
    bitmapData: hasBitmap ? layouts.offset(header, 'BitmapData') : -1,
    subsegmentSize: layouts.size(subsegment),
    userBlocks: layouts.offset(subsegment, 'UserBlocks'),
    blockSize: layouts.offset(subsegment, 'BlockSize'),
    blockCount: layouts.offset(subsegment, 'BlockCount'),
    depth: layouts.offset(subsegment, 'AggregateExchg'),
    delayFree: layouts.has(subsegment, 'DelayFreeList') ? layouts.offset(subsegment, 'DelayFreeList') : -1,
  };
}

/** A run of blocks of one size. Addresses and sizes are numbers. */
export interface Subsegment {
  readonly address: number;
  /** the HEAP_USERDATA_HEADER in front of the blocks */
  readonly userBlocks: number;
  /** bytes from one block to the next, header included */
  readonly stride: number;
  readonly count: number;
  /** free blocks by its own count; undefined where the dump does not hold it */
  readonly depth?: number;
}

/** Bytes from user blocks to where their first block may begin: behind a bitmap for `count` blocks. */
export function behindBitmap({ unit, pointerSize }: NtHeap, places: LfhPlaces, count: number): number {
  const end = places.bitmapData + Math.ceil(count / (pointerSize * 8)) * pointerSize;
  return Math.ceil(end / unit) * unit;
}

/** Whether a HEAP_USERDATA_HEADER lies at an address, by its signature. */
export function hasUserBlocks(reader: AddressReader, places: LfhPlaces, address: number): boolean {
  return (
    reader.has(address, places.headerSize) && reader.u32(address + places.signature) === USER_DATA_SIGNATURE
  );
}

/**
 * The subsegment that owns user blocks; undefined where it does not lead back: user blocks that wait in the front end's
 * cache have no subsegment. `near` reads around the user blocks.
 */
export function subsegmentOf(
  heap: NtHeap,
  places: LfhPlaces,
  near: AddressReader,
  userBlocks: number,
): Subsegment | undefined {
  const address = near.tryPointer(userBlocks, heap.pointerSize);
  return address ? readSubsegment(heap, places, address, userBlocks) : undefined;
}

/** The subsegment at an address, if it owns these user blocks. */
export function readSubsegment(
  heap: NtHeap,
  places: LfhPlaces,
  address: number,
  userBlocks: number,
): Subsegment | undefined {
  const { reader, pointerSize, unit } = heap;
  if (!reader.has(address, places.subsegmentSize)) return undefined;
  if (reader.pointer(address + places.userBlocks, pointerSize) !== userBlocks) return undefined;
  const stride = reader.u16(address + places.blockSize) * unit;
  const count = reader.u16(address + places.blockCount);
  if (stride === 0 || count === 0) return undefined;
  return { address, userBlocks, stride, count, depth: reader.u16(address + places.depth) };
}
