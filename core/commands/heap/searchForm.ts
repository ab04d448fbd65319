import { UsageError } from '../../errors/index.ts';
import { BlockState, type HeapSnapshot } from '../../heap/index.ts';
import type { HeapAnswer, HeapRequest } from './answer.ts';
import { BlockLists, type ChosenBlocks } from './blockList.ts';
import { printNothing } from './listForm.ts';
import { orderedHeaps, readSnapshots, whyNoHeaps } from './selectHeaps.ts';
import { ValueFinder } from './valueFinder.ts';

/** Blocks that are shown; a pattern of zeros is in all of them. */
const MAX_HITS = 100_000;
/** Blocks between two looks at the clock. */
const CHUNK = 1024;

/** Bytes of a pattern by its option (documentation of !heap). */
const SIZES: Readonly<Record<string, 1 | 2 | 4 | 8>> = { '-b': 1, '-w': 2, '-d': 4, '-q': 8 };

/** `!heap -srch [-b|-w|-d|-q] PATTERN`: the busy blocks that hold a value at a multiple of its size. */
export async function searchBlocks(request: HeapRequest, words: readonly string[]) {
  const { call } = request;
  const { session } = call;
  const option = words[0] ?? '';
  const given = SIZES[option.toLowerCase()];
  const pattern = words.slice(given === undefined ? 0 : 1).join(' ');
  if (pattern === '' || (given === undefined && option.startsWith('-'))) {
    throw new UsageError('!heap -srch takes -b, -w, -d or -q and a value');
  }
  const size = given ?? session.machine.pointerSize;
  const value = BigInt.asUintN(size * 8, session.evaluator.evaluate(pattern));
  const { snapshots, unread } = await readSnapshots(request, orderedHeaps(request));
  const chosen: ChosenBlocks[] = [];
  let left = MAX_HITS;
  for (const snapshot of snapshots) {
    const found = await search(request, snapshot, value, size, left);
    left -= found.indices.length;
    chosen.push(found);
  }
  const lists = await BlockLists.prepare(call, chosen);
  const why = snapshots.length === 0 ? whyNoHeaps(session, unread) : undefined;
  return {
    async print(out) {
      if (why !== undefined) printNothing(out, why);
      await lists.print(out, call);
      if (left === 0) out.line(`The first ${MAX_HITS} blocks: there may be more`);
    },
    data: () => ({ heaps: lists.data(), truncated: left === 0, note: why }),
  } satisfies HeapAnswer;
}

async function search(
  { call }: HeapRequest,
  snapshot: HeapSnapshot,
  value: bigint,
  size: 1 | 2 | 4 | 8,
  limit: number,
): Promise<ChosenBlocks> {
  const { state, entry, userOffset, userSize, size: sizes } = snapshot.blocks.columns;
  const finder = new ValueFinder(call.session.target.memory, value, size);
  const indices: number[] = [];
  const offsets: number[] = [];
  for (let i = 0; i < snapshot.blocks.length && indices.length < limit; i++) {
    if (i % CHUNK === 0 && call.pace.due()) {
      await call.pace.rest({ done: i, total: snapshot.blocks.length, what: 'blocks' });
    }
    if (state[i] !== BlockState.busy) continue;
    const user = (entry[i] ?? 0) + (userOffset[i] ?? 0);
    const asked = userSize[i] ?? -1;
    const length = asked >= 0 ? asked : (sizes[i] ?? 0) - (userOffset[i] ?? 0);
    const offset = finder.inSmall(user, length) ?? (await finder.inAny(user, length, call.pace));
    if (offset < 0) continue;
    indices.push(i);
    offsets.push(offset);
  }
  return { snapshot, indices: Uint32Array.from(indices), offsets: Float64Array.from(offsets) };
}
