import type { HeaderForm } from '../linkedHeaders.ts';
import type { AddressReader } from '../addressReader.ts';
import { emptyEntry, HEADER, parseWineEntry, type WineEntry, WineFlag, WineType } from './wineEntry.ts';
import type { WineHeap } from './wineHeap.ts';
import type { Subheap } from './wineSubheaps.ts';

/** Byte of a header whose value is that of some type, and the values: A has them in a word, of which this is the upper byte. */
const TYPE_BYTE = {
  A: { at: 7, values: [0x53, 0x52, 0xde] },
  B: { at: 6, values: [0x75, 0x46, 0x44] },
} as const;

/** Headers of a subheap's blocks for looking through memory. The row they stand in ends with what is committed. */
export class WineForm implements HeaderForm {
  readonly unit: number;
  readonly headerBytes = HEADER;
  readonly previous = undefined;
  size = 0;
  private readonly entry: WineEntry = emptyEntry();

  constructor(
    private readonly heap: WineHeap,
    private readonly subheap: Subheap,
    /** for the links of free blocks */
    private readonly reader: AddressReader,
  ) {
    this.unit = heap.unit;
  }

  /** A free block must be on a list: memory keeps headers of blocks that lay there before, which are on none. */
  read(view: DataView, offset: number, address: number): boolean {
    const { heap, subheap, entry } = this;
    if (!parseWineEntry(heap, view.getUint32(offset, true), view.getUint32(offset + 4, true), entry))
      return false;
    const end = blockEnd(heap, subheap, address, entry);
    if (end === undefined) return false;
    if (entry.type === WineType.free && !this.isListed(address)) return false;
    // behind the last block there is no room for another header
    this.size = (end + 2 * HEADER > subheap.commitEnd ? subheap.commitEnd : end) - address;
    return true;
  }

  find(view: DataView, offset: number, end: number): number {
    const { unit } = this;
    const { at: byte, values } = TYPE_BYTE[this.heap.version];
    const [busy, free, dead] = values;
    let at = offset;
    for (; at < end; at += unit) {
      const type = view.getUint8(at + byte);
      if (type === busy || type === free || type === dead) break;
    }
    return at;
  }

  /** One of its neighbours on the list may be damaged. */
  private isListed(header: number): boolean {
    const { heap, reader } = this;
    const { pointerSize } = heap;
    const link = header + HEADER;
    const ahead = reader.tryPointer(link, pointerSize);
    const behind = reader.tryPointer(link + pointerSize, pointerSize);
    return (
      (ahead !== undefined && heap.reader.tryPointer(ahead + pointerSize, pointerSize) === link) ||
      (behind !== undefined && heap.reader.tryPointer(behind, pointerSize) === link)
    );
  }
}

/**
 * Where the block of a header ends; undefined where the header is not sound: its base must lead to the region's start,
 * its size stay within the region, and type, flag and unused bytes not contradict one another.
 */
export function blockEnd(
  heap: WineHeap,
  subheap: Subheap,
  header: number,
  { size, type, base, tail, flags }: WineEntry,
): number | undefined {
  const end = header + size * heap.unit;
  const region = header - (header % 0x10000) - base * 0x10000;
  if (type === WineType.large || size === 0 || end > subheap.end || region !== subheap.start)
    return undefined;
  if (((flags & WineFlag.free) !== 0) !== (type === WineType.free)) return undefined;
  return tail > size * heap.unit - HEADER ? undefined : end;
}
