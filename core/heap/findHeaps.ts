import type { ProcessView } from '../process/index.ts';
import { readPeb } from '../process/index.ts';
import type { SymbolService } from '../symbols/index.ts';
import { type Address, readPointer, tryRead } from '../target/index.ts';
import { type FoundHeap, reference } from './heapReference.ts';
import type { HeapOrigin } from './model.ts';
import { finders } from './registry.ts';

/** PEB.NumberOfHeaps of a sound process is below a thousand; a damaged one may say anything. */
const MAX_HEAPS = 4096;

/**
 * The heaps of one view of the process in the order that `!heap` gives them numbers: PEB.ProcessHeaps, then what other
 * lists name. A slot whose memory is not in the dump is kept, without a kind.
 */
export function findHeaps(view: ProcessView, symbols?: SymbolService): FoundHeap[] {
  const found = listedHeaps(view);
  for (const finder of finders) {
    const seen = new Set(found.map((heap) => heap.address));
    for (const heap of finder({ view, symbols, found })) {
      if (found.length >= MAX_HEAPS || seen.has(heap.address)) continue;
      seen.add(heap.address);
      found.push(heap);
    }
  }
  return found;
}

/** PEB.ProcessHeaps as far as it can be believed, and PEB.ProcessHeap where the array does not hold it. */
function listedHeaps(view: ProcessView): FoundHeap[] {
  const { memory } = view.target;
  const { pointerSize } = view.machine;
  const address = view.target.peb(view.machine);
  if (address === undefined) return [];
  const { ProcessHeap, ProcessHeaps, NumberOfHeaps, MaximumNumberOfHeaps } = readPeb(view, address);
  const found: FoundHeap[] = [];
  const seen = new Set<Address>();
  const take = (heap: Address, origin: HeapOrigin): void => {
    if (heap === 0n || seen.has(heap)) return;
    seen.add(heap);
    found.push(reference(view, heap, origin));
  };
  // the array is allocated for MaximumNumberOfHeaps; a larger count is no count
  const count = Math.min(NumberOfHeaps ?? 0, MaximumNumberOfHeaps ?? 0, MAX_HEAPS);
  if (ProcessHeaps) {
    for (let i = 0; i < count; i++) {
      const slot = ProcessHeaps + BigInt(i * pointerSize);
      const heap = tryRead(() => readPointer(memory, slot, pointerSize));
      if (heap === undefined) break;
      take(heap, 'process heaps');
    }
  }
  if (ProcessHeap) take(ProcessHeap, 'process heap');
  return found;
}
