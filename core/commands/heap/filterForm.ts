import { UsageError } from '../../errors/index.ts';
import { BlockState, type HeapSnapshot } from '../../heap/index.ts';
import type { HeapAnswer, HeapRequest } from './answer.ts';
import { BlockLists, type ChosenBlocks } from './blockList.ts';
import { printNothing } from './listForm.ts';
import { orderedHeaps, readSnapshots, whyNoHeaps } from './selectHeaps.ts';

/** `!heap -flt s SIZE` and `-flt r MIN MAX`: the busy blocks of these user sizes, of all heaps. */
export async function filterBySize(request: HeapRequest, words: readonly string[]) {
  const { call } = request;
  const isWanted = parseFilter(words, (text) => Number(call.session.evaluator.evaluate(text)));
  const { snapshots, unread } = await readSnapshots(request, orderedHeaps(request));
  const chosen = snapshots.map((snapshot) => choose(snapshot, isWanted));
  const lists = await BlockLists.prepare(call, chosen);
  const why = snapshots.length === 0 ? whyNoHeaps(call.session, unread) : undefined;
  return {
    async print(out) {
      if (why !== undefined) printNothing(out, why);
      await lists.print(out, call);
    },
    data: () => ({ heaps: lists.data(), note: why }),
  } satisfies HeapAnswer;
}

/** `s SIZE`, `r MIN MAX`; the largest size of a range does not count (documentation of !heap). */
function parseFilter(
  words: readonly string[],
  evaluate: (text: string) => number,
): (size: number) => boolean {
  const [kind, ...sizes] = words;
  const [first, second] = sizes.map(evaluate);
  if (kind === 's' && first !== undefined && sizes.length === 1) return (size) => size === first;
  if (kind === 'r' && first !== undefined && second !== undefined && sizes.length === 2) {
    return (size) => size >= first && size < second;
  }
  throw new UsageError('!heap -flt takes: s SIZE, or r MIN MAX');
}

function choose(snapshot: HeapSnapshot, isWanted: (size: number) => boolean): ChosenBlocks {
  const { state, userSize } = snapshot.blocks.columns;
  const indices = new Uint32Array(snapshot.busyBlocks);
  let count = 0;
  for (let i = 0; i < snapshot.blocks.length; i++) {
    if (state[i] === BlockState.busy && isWanted(userSize[i] ?? -1)) indices[count++] = i;
  }
  return { snapshot, indices: indices.slice(0, count) };
}
