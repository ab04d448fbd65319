import type { ProcessView } from '../process/index.ts';
import type { SymbolService } from '../symbols/index.ts';
import type { Address } from '../target/index.ts';
import { heapKindAt } from './heapKind.ts';
import type { HeapKind, HeapOrigin, HeapReference } from './model.ts';

/** A heap before it has a number. */
export type FoundHeap = Omit<HeapReference, 'index'>;

export interface FinderRequest {
  readonly view: ProcessView;
  readonly symbols?: SymbolService;
  /** what those before found in this view, in order */
  readonly found: readonly FoundHeap[];
}

/** Finds heaps that the PEB's array does not name. Gives those that are not in `found` yet. */
export type HeapFinder = (request: FinderRequest) => readonly FoundHeap[];

/** Whether a list of the process names a heap: the others are Windows' own. */
export function isListed({ origin }: HeapReference): boolean {
  return origin !== 'memory scan';
}

/** What can be said of the heap at an address before it is read. */
export function reference(
  view: ProcessView,
  address: Address,
  origin: HeapOrigin,
  kind: HeapKind | undefined = heapKindAt(view.target.memory, address, view.machine.pointerSize),
): FoundHeap {
  const { machine } = view;
  if (kind) return { address, kind, machine, origin };
  const there = view.target.memory.available(address, 0x18) === 0x18;
  const note = there ? 'no heap has the signature that is there' : 'its memory is not in the dump';
  return { address, kind, machine, origin, note };
}
