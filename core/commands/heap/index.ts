import type { Command } from '../command.ts';
import { heap } from './heap.ts';

export { BusyBlocks } from './busyBlocks.ts';
export { heapClaims, type HeapPlace, heapPlaceAt } from './heapClaims.ts';
export { displacementText, type HeapNote, heapNote, type heapNoteData, HeapNotes } from './heapNotes.ts';
export { heapsOf } from './heapsOf.ts';
export { whyNoHeaps } from './selectHeaps.ts';

/** Heaps and their blocks. */
export const heapCommands: readonly Command[] = [heap];
