import type { BlockSink } from '../blockSink.ts';
import type { HeapContext, HeapOutline, HeapWalker, Pacer } from '../model.ts';
import { ntOutline } from './ntOutline.ts';
import { NtWalk } from './ntWalk.ts';

/** NT heaps of Windows XP to 11 with their front ends. */
export const ntWalker: HeapWalker = {
  outline: ntOutline,
  async walk(outline: HeapOutline, context: HeapContext, sink: BlockSink, pace: Pacer): Promise<void> {
    await new NtWalk(outline, context, sink).run(pace);
  },
};
