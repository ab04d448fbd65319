import type { AddressReader } from '../addressReader.ts';
import type { WineHeap } from './wineHeap.ts';

/** A block's header is 8 bytes in both widths, and the user's data follows it (WINE-HEAP.md 4). */
export const HEADER = 8;

export const WineType = { busy: 0, free: 1, large: 2, dead: 3 } as const;
export type WineType = (typeof WineType)[keyof typeof WineType];

/** Flags that both versions have, and where A and B differ those of either. */
export const WineFlag = {
  free: 0x01,
  previousFree: 0x02,
  large: 0x04,
  /** B */
  lowFragmentation: 0x80,
} as const;

/** A block's header. */
export interface WineEntry {
  /** in units, header included; of a free block with the high bits that stand where others have their tail */
  size: number;
  type: WineType;
  flags: number;
  /** bytes behind the user's data */
  tail: number;
  /** 64 KiB steps from the region's start, in groups the block's index */
  base: number;
}

export function emptyEntry(): WineEntry {
  return { size: 0, type: WineType.busy, flags: 0, tail: 0, base: 0 };
}

/** Type words of A and type bytes of B, in the order of WineType. */
const TYPES_A = [0x5355, 0x5246, 0x614c, 0xdead];
const TYPES_B = [0x75, 0x46, 0x4c, 0x44];

/** Reads a header that is readable; false where its type is none. */
export function readWineEntry(
  heap: WineHeap,
  reader: AddressReader,
  header: number,
  into: WineEntry,
): boolean {
  return parseWineEntry(heap, reader.u32(header), reader.u32(header + 4), into);
}

/** Takes a header from its two dwords, unsigned; false where its type is none. */
export function parseWineEntry({ version }: WineHeap, low: number, high: number, into: WineEntry): boolean {
  const size = low & 0xffff;
  into.base = high & 0xffff;
  let type: number;
  if (version === 'A') {
    into.flags = (low >>> 16) & 0xff;
    into.tail = low >>> 24;
    type = TYPES_A.indexOf(high >>> 16);
  } else {
    into.tail = low >>> 16;
    into.flags = high >>> 24;
    type = TYPES_B.indexOf((high >>> 16) & 0xff);
  }
  into.size = size;
  if (!isType(type)) return false;
  into.type = type;
  if (type === WineType.free && (into.flags & WineFlag.lowFragmentation) === 0) {
    into.size = size + into.tail * 0x10000;
    into.tail = 0;
  }
  return true;
}

function isType(type: number): type is WineType {
  return type >= 0;
}

/** Whether a program's value is stored with the block. */
export function hasUserInfo({ version }: WineHeap, { flags }: WineEntry): boolean {
  return (flags & (version === 'A' ? 0x10 : 0x08)) !== 0;
}
