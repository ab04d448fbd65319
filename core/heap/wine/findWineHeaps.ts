import { addressOf, AddressReader } from '../addressReader.ts';
import { type FoundHeap, type HeapFinder, reference } from '../heapReference.ts';
import { readRing } from '../linkedList.ts';
import { winePlaces } from './wineHeap.ts';

const MAX_HEAPS = 4096;

/**
 * The heaps besides the process heap in a process that ran under Wine, which does not keep PEB.ProcessHeaps: a ring
 * through each heap's `entry` whose head is that of the process heap (WINE-HEAP.md 2), the newest first.
 */
export const findWineHeaps: HeapFinder = ({ view, found }) => {
  const { pointerSize } = view.machine;
  const reader = new AddressReader(view.target.memory);
  const heaps: FoundHeap[] = [];
  for (const processHeap of found) {
    if (processHeap.kind !== 'wine' || processHeap.origin !== 'process heap') continue;
    const address = Number(processHeap.address);
    const own = winePlaces(reader, address, pointerSize);
    if (!own) continue;
    const { links } = readRing(reader, address + own.places.entry, pointerSize, MAX_HEAPS);
    heaps.push(...links.map((link) => reference(view, addressOf(link - own.places.entry), 'wine list')));
  }
  return heaps;
};
