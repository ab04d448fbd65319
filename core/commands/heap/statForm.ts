import { heapPart } from './blockText.ts';
import { hex, hexAddress } from '../../bytes/index.ts';
import { BlockState, type HeapSnapshot } from '../../heap/index.ts';
import { type Output, span } from '../../output/index.ts';
import type { HeapAnswer, HeapRequest } from './answer.ts';
import { printNothing } from './listForm.ts';
import { readSnapshots, selectHeaps, whyNoHeaps } from './selectHeaps.ts';

const DEFAULT_ROWS = 20;

/** By what `-grp` orders: S total size, B number of blocks, A size of one. */
export type Grouping = 'S' | 'B' | 'A';
const GROUP_NAMES: Readonly<Record<Grouping, string>> = { S: 'TOTSIZE', B: 'BLOCKCOUNT', A: 'ALLOCSIZE' };

interface SizeGroup {
  /** bytes that were asked for */
  readonly size: number;
  blocks: number;
}

interface HeapSizes {
  readonly snapshot: HeapSnapshot;
  /** in the order asked for, cut to what is shown */
  readonly groups: readonly SizeGroup[];
  /** busy bytes of all groups */
  readonly total: number;
  /** busy blocks whose size could not be told */
  readonly unknown: number;
}

/** `!heap -stat`: busy blocks by the size that was asked for. */
export async function statistics(
  request: HeapRequest,
  heap: string | undefined,
  grouping: Grouping = 'S',
  rows = DEFAULT_ROWS,
) {
  const { snapshots, unread } = await readSnapshots(request, selectHeaps(request, heap));
  const sizes = snapshots.map((snapshot) => countSizes(snapshot, grouping, rows));
  const all = snapshots.length + unread.length !== 1;
  const { session } = request.call;
  return {
    print(out) {
      if (snapshots.length === 0) printNothing(out, whyNoHeaps(session, unread));
      else if (all) out.line('Allocations statistics for');
      for (const one of sizes) printSizes(one, grouping, rows, out);
    },
    data: () => ({
      groupBy: GROUP_NAMES[grouping],
      heaps: sizes.map(({ snapshot, groups, total, unknown }) => ({
        heap: hexAddress(snapshot.reference.address),
        busyBytes: total,
        sizes: groups.map(({ size, blocks }) => ({ size, blocks, total: size * blocks })),
        unknownBlocks: unknown > 0 ? unknown : undefined,
      })),
      note: snapshots.length === 0 ? whyNoHeaps(session, unread) : undefined,
    }),
  } satisfies HeapAnswer;
}

function printSizes(
  { snapshot, groups, total, unknown }: HeapSizes,
  grouping: Grouping,
  rows: number,
  out: Output,
): void {
  out.line(' heap @ ', heapPart(snapshot.reference));
  out.line(`group-by: ${GROUP_NAMES[grouping]} max-display: ${rows}`);
  out.line('    size     #blocks     total     ( %) (percent of total busy bytes)');
  for (const { size, blocks } of groups) {
    const bytes = size * blocks;
    const share = total > 0 ? ((bytes * 100) / total).toFixed(2) : '0.00';
    out.line(
      '    ',
      span(hex(size), undefined, `!heap -flt s ${hex(size)}`),
      ` ${hex(blocks)} - ${hex(bytes)}  (${share})`,
    );
  }
  if (unknown > 0)
    out.line(span(`    ${unknown} busy block(s) do not say how much was asked for`, 'warning'));
}

function countSizes(snapshot: HeapSnapshot, grouping: Grouping, rows: number): HeapSizes {
  const { state, userSize } = snapshot.blocks.columns;
  const groups = new Map<number, SizeGroup>();
  let total = 0;
  let unknown = 0;
  for (let i = 0; i < snapshot.blocks.length; i++) {
    if (state[i] !== BlockState.busy) continue;
    const size = userSize[i] ?? -1;
    if (size < 0) {
      unknown++;
      continue;
    }
    total += size;
    const group = groups.get(size);
    if (group) group.blocks++;
    else groups.set(size, { size, blocks: 1 });
  }
  const weight: Readonly<Record<Grouping, (g: SizeGroup) => number>> = {
    S: (g) => g.size * g.blocks,
    B: (g) => g.blocks,
    A: (g) => g.size,
  };
  const by = weight[grouping];
  const ordered = [...groups.values()].sort((a, b) => by(b) - by(a) || b.size - a.size);
  return { snapshot, groups: ordered.slice(0, rows), total, unknown };
}
