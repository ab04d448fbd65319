import { NotAvailable } from '../../errors/index.ts';
import { AddressReader } from '../addressReader.ts';
import { furthestEnd } from '../furthestEnd.ts';
import type { HeapContext, HeapReference } from '../model.ts';

/** `HEAP`: struct heap's own magic, whose place tells the versions apart (WINE-HEAP.md). */
const WINE_MAGIC = 0x50414548;

/** Field offsets of struct heap, by version and pointer size (WINE-HEAP.md 3). */
interface Places {
  readonly magic: number;
  readonly flags: number;
  readonly forceFlags: number;
  /** HeapCompatibilityInformation; -1 where there is none */
  readonly compatInfo: number;
  /** link in the list of the process' heaps */
  readonly entry: number;
  readonly subheapList: number;
  readonly largeList: number;
  readonly pendingFree: number;
  readonly freeLists: number;
  readonly freeListCount: number;
  /** the first SUBHEAP, which is part of the heap */
  readonly subheap: number;
}

/** Wine 8.0 */
const A: Readonly<Record<4 | 8, Places>> = {
  4: {
    magic: 0x68,
    flags: 0x40,
    forceFlags: 0x44,
    compatInfo: -1,
    entry: 0x48,
    subheapList: 0x50,
    largeList: 0x58,
    pendingFree: 0x70,
    freeLists: 0x90,
    freeListCount: 34,
    subheap: 0x2b0,
  },
  8: {
    magic: 0xb8,
    flags: 0x70,
    forceFlags: 0x74,
    compatInfo: -1,
    entry: 0x78,
    subheapList: 0x88,
    largeList: 0x98,
    pendingFree: 0xc0,
    freeLists: 0xf0,
    freeListCount: 18,
    subheap: 0x330,
  },
};
/** Wine 9.0 and 10.0 */
const B: Readonly<Record<4 | 8, Places>> = {
  4: {
    magic: 0x6c,
    flags: 0x40,
    forceFlags: 0x44,
    compatInfo: 0x48,
    entry: 0x4c,
    subheapList: 0x54,
    largeList: 0x5c,
    pendingFree: 0x74,
    freeLists: 0x90,
    freeListCount: 61,
    subheap: 0x468,
  },
  8: {
    magic: 0xc0,
    flags: 0x70,
    forceFlags: 0x74,
    compatInfo: 0x78,
    entry: 0x80,
    subheapList: 0x90,
    largeList: 0xa0,
    pendingFree: 0xc8,
    freeLists: 0x100,
    freeListCount: 61,
    subheap: 0x8b0,
  },
};

/** A Wine heap's header. Addresses are numbers. */
export interface WineHeap {
  readonly address: number;
  readonly version: 'A' | 'B';
  readonly pointerSize: 4 | 8;
  /** bytes of a unit, which block sizes count in: 8 or 16 */
  readonly unit: 8 | 16;
  readonly places: Places;
  readonly flags: number;
  readonly forceFlags: number;
  /** whether small blocks come in groups (B) */
  readonly lowFragmentation: boolean;
  /** user pointer of the ring of freed blocks that wait; 0 if none */
  readonly pendingFree: number;
  /** where memory of the heap that begins at `start` ends at the latest */
  furthest(start: number): number;
  readonly reader: AddressReader;
}

/** The offsets that fit the heap at an address: its magic tells. */
export function winePlaces(
  reader: AddressReader,
  address: number,
  pointerSize: 4 | 8,
): { readonly version: 'A' | 'B'; readonly places: Places } | undefined {
  for (const [version, versions] of [['A', A] as const, ['B', B] as const]) {
    const places = versions[pointerSize];
    const at = address + places.magic;
    if (reader.has(at, 4) && reader.u32(at) === WINE_MAGIC) return { version, places };
  }
  return undefined;
}

/** Reads the header of a Wine heap; throws `NotAvailable` where the dump does not hold it. */
export function readWineHeap({ address }: HeapReference, context: HeapContext): WineHeap {
  const { target, machine } = context.view;
  const { pointerSize } = machine;
  const reader = new AddressReader(target.memory);
  const at = Number(address);
  const found = winePlaces(reader, at, pointerSize);
  if (!found || !reader.has(at, found.places.subheap)) {
    throw new NotAvailable(`the header of the heap at 0x${address.toString(16)} is not in the dump`);
  }
  const { version, places } = found;
  const { compatInfo } = places;
  return {
    address: at,
    version,
    pointerSize,
    unit: pointerSize === 4 ? 8 : 16,
    places,
    flags: reader.u32(at + places.flags),
    forceFlags: reader.u32(at + places.forceFlags),
    lowFragmentation: compatInfo >= 0 && reader.u32(at + compatInfo) === 2,
    pendingFree: reader.pointer(at + places.pendingFree, pointerSize),
    furthest: (start) => furthestEnd(context, start),
    reader,
  };
}
