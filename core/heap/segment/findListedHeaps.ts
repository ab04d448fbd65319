import { AddressReader } from '../addressReader.ts';
import { type FinderRequest, type FoundHeap, reference } from '../heapReference.ts';
import { readRing } from '../linkedList.ts';
import { ntdllOf } from '../../target/index.ts';

/** PEB.ProcessHeaps could hold at most this many before it was dropped; a list is no longer either */
const MAX_HEAPS = 4096;

/** Where a heap of build 26100 points at its entry of the list (HEAPS-CHECKED.md, second round, 1). */
const ENTRY_POINTER = { nt: { 4: 0xdc, 8: 0x188 }, segment: { 4: undefined, 8: 0x38 } } as const;

/**
 * Windows 11 24H2 names the process heap alone in the PEB. All heaps hang on a list with its head in ntdll; a heap
 * points at its entry, and the entry at the heap. In the order of the list, which is that of creation.
 */
export function findListedHeaps({ view, found }: FinderRequest): FoundHeap[] {
  const { pointerSize } = view.machine;
  const [first] = found;
  if (!first) return [];
  const reader = new AddressReader(view.target.memory);
  const own = entryOf(reader, first, pointerSize);
  if (own === undefined || heapOf(reader, own, pointerSize) !== Number(first.address)) return [];
  // a ring has no beginning; the one member that lies in ntdll's data is no entry but the head
  const ring = [own, ...readRing(reader, own, pointerSize, MAX_HEAPS).links];
  const ntdll = ntdllOf(view);
  const head = ring.findIndex((at) => ntdll && BigInt(at) >= ntdll.base && BigInt(at) < ntdll.end);
  const entries = head < 0 ? ring : [...ring.slice(head + 1), ...ring.slice(0, head)];
  const known = new Set(found.map((heap) => heap.address));
  const heaps: FoundHeap[] = [];
  for (const entry of entries) {
    const address = heapOf(reader, entry, pointerSize);
    if (address === undefined || address === 0 || known.has(BigInt(address))) continue;
    const heap = reference(view, BigInt(address), 'ntdll list');
    // a kind that is known points back at its entry; what is not in the dump is named without a kind
    const back = heap.kind && entryOf(reader, heap, pointerSize);
    if (back !== undefined && back !== entry) continue;
    known.add(heap.address);
    heaps.push(heap);
  }
  return heaps;
}

function entryOf(reader: AddressReader, heap: FoundHeap, pointerSize: 4 | 8): number | undefined {
  if (heap.kind !== 'nt' && heap.kind !== 'segment') return undefined;
  const offset = ENTRY_POINTER[heap.kind][pointerSize];
  return offset === undefined ? undefined : reader.tryPointer(Number(heap.address) + offset, pointerSize);
}

/** Behind the LIST_ENTRY stands the heap. */
function heapOf(reader: AddressReader, entry: number, pointerSize: 4 | 8): number | undefined {
  return reader.tryPointer(entry + 2 * pointerSize, pointerSize);
}
