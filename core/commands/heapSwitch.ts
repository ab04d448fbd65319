import type { Call } from './command.ts';
import type { HeapNotes } from './heap/index.ts';

/** The switch of commands that show pointers, for their help. */
export const HEAP_SWITCH = {
  flag: '/h',
  meaning: 'behind each pointer the heap block it leads into: heap, user address + displacement, size, state',
} as const;

/** What `/h` tells of pointers. The heaps' code is loaded here: most displays do without. May throw `AwaitFirst`. */
export async function heapNotesFor({ session, pace }: Call): Promise<HeapNotes> {
  const { HeapNotes } = await import('./heap/index.ts');
  return new HeapNotes(session, pace);
}
