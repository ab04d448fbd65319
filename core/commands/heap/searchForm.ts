import { UsageError } from '../../errors/index.ts';
import { BlockState, type HeapSnapshot } from '../../heap/index.ts';
import { WindowReader } from '../../analysis/reachability/index.ts';
import type { HeapAnswer, HeapRequest } from './answer.ts';
import { BlockLists, type ChosenBlocks } from './blockList.ts';
import { printNothing } from './listForm.ts';
import { orderedHeaps, readSnapshots, whyNoHeaps } from './selectHeaps.ts';

/** Blocks that are shown; a pattern of zeros is in all of them. */
const MAX_HITS = 100_000;
const CHUNK = 1024;
/** How a block is read: large ones in pieces. */
const PIECE = 0x40000;

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
  const reader = new WindowReader(call.session.target.memory);
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
    const offset = offsetIn(reader, user, length, value, size);
    if (offset < 0) continue;
    indices.push(i);
    offsets.push(offset);
  }
  return { snapshot, indices: Uint32Array.from(indices), offsets: Float64Array.from(offsets) };
}

/** Where in a block a value first stands, at a multiple of its size; -1 if nowhere. */
function offsetIn(
  reader: WindowReader,
  user: number,
  length: number,
  value: bigint,
  size: 1 | 2 | 4 | 8,
): number {
  const low = Number(value & 0xffff_ffffn);
  const high = Number(value >> 32n);
  for (let done = 0; done + size <= length; done += PIECE) {
    const piece = reader.bytes(user + done, Math.min(PIECE, length - done));
    if (!piece) continue;
    for (let at = 0; at + size <= piece.byteLength; at += size) {
      if (readLow(piece, at, size) === low && (size < 8 || piece.getUint32(at + 4, true) === high))
        return done + at;
    }
  }
  return -1;
}

function readLow(view: DataView, at: number, size: 1 | 2 | 4 | 8): number {
  return size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
}
