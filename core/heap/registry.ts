import type { HeapFinder } from './heapReference.ts';
import type { HeapKind, HeapWalker } from './model.ts';
import { ntWalker } from './nt/ntWalker.ts';
import { findPageHeaps, pageHeapWalker } from './page/index.ts';
import { findListedHeaps, segmentHeapWalker } from './segment/index.ts';
import { findWineHeaps } from './wine/findWineHeaps.ts';
import { wineWalker } from './wine/wineWalk.ts';

/** Who reads which kind of heap. A kind that is missing here is named in the list of heaps and cannot be walked. */
export const walkers: Partial<Record<HeapKind, HeapWalker>> = {
  nt: ntWalker,
  segment: segmentHeapWalker,
  wine: wineWalker,
  page: pageHeapWalker,
};

/** Who finds heaps that the PEB does not name: tried in order, each sees what those before it found. */
export const finders: readonly HeapFinder[] = [findWineHeaps, findListedHeaps, findPageHeaps];
