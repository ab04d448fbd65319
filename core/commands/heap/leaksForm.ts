import { VtableNames } from '../../analysis/objectTypes/index.ts';
import {
  findUnreachable,
  modulesWithoutGlobals,
  type Reachability,
  WindowReader,
} from '../../analysis/reachability/index.ts';
import { hexAddress } from '../../bytes/index.ts';
import { type HeapSnapshot, isListed } from '../../heap/index.ts';
import { type Output, span } from '../../output/index.ts';
import type { Call } from '../command.ts';
import { allViews } from '../process/index.ts';
import type { HeapAnswer, HeapRequest } from './answer.ts';
import { tableHeading, tableRow, heapPart } from './blockText.ts';
import { blockData } from './heapData.ts';
import { printNothing } from './listForm.ts';
import { orderedHeaps, readSnapshots, type UnreadHeap, whyNoHeaps } from './selectHeaps.ts';
import { type TypeCount, TypeCounter, typeName } from './typeCounts.ts';

const MIB = 1024 * 1024;
/** Blocks between two looks at the clock. */
const CHUNK = 256;
const MAX_TYPES = 100;
const MAX_NAMES = 8;

interface Leaks {
  readonly snapshots: readonly HeapSnapshot[];
  readonly unread: readonly UnreadHeap[];
  readonly reach: Reachability;
  /** block numbers by heap, rising */
  readonly byHeap: ReadonlyMap<HeapSnapshot, readonly number[]>;
  readonly types: readonly TypeCount[];
  readonly bytes: number;
  /** blocks that no other unreachable block points to */
  readonly roots: number;
  readonly withoutGlobals: readonly string[];
}

/** `!heap -l`: busy blocks that no pointer leads to. */
export async function findLeaks(request: HeapRequest) {
  const { call } = request;
  const { session, pace } = call;
  const { snapshots, unread } = await readSnapshots(request, ownHeaps(request));
  const reach = await findUnreachable({ views: allViews(session), snapshots, pace });
  const leaks = await describe(call, { snapshots, unread, reach });
  return {
    async print(out) {
      if (snapshots.length === 0) printNothing(out, whyNoHeaps(session, unread));
      else await print(leaks, out, call);
    },
    data: () => data(leaks, snapshots.length === 0 ? whyNoHeaps(session, unread) : undefined),
  } satisfies HeapAnswer;
}

/** Blocks in memory that processes share are not this process's to lose: a heap counts only where a list names it. */
function ownHeaps(request: HeapRequest): number[] {
  const all = orderedHeaps(request);
  const listed = all.filter((i) => {
    const heap = request.heaps.heaps[i];
    return heap && isListed(heap);
  });
  // where nothing tells of the lists, heaps that were found by their headers are what there is
  return listed.length > 0 ? listed : all;
}

async function describe(
  { session, pace }: Call,
  found: Pick<Leaks, 'snapshots' | 'unread' | 'reach'>,
): Promise<Leaks> {
  const { index, unreachable, held } = found.reach;
  const { target, symbols } = session;
  const reader = new WindowReader(target.memory, 0x1000);
  const counters = new Map<4 | 8, TypeCounter>();
  const counterOf = (size: 4 | 8): TypeCounter => {
    let counter = counters.get(size);
    if (!counter) {
      counter = new TypeCounter(target.memory, reader, size, new VtableNames(target, symbols, size));
      counters.set(size, counter);
    }
    return counter;
  };
  const byHeap = new Map<HeapSnapshot, number[]>();
  let bytes = 0;
  let roots = 0;
  for (const [i, number] of unreachable.entries()) {
    const snapshot = index.place(number)?.snapshot;
    if (!snapshot) continue;
    const own = byHeap.get(snapshot);
    if (own) own.push(number);
    else byHeap.set(snapshot, [number]);
    const start = index.start(number);
    const size = Math.max(0, index.dataEnd(number) - start);
    counterOf(snapshot.reference.machine.pointerSize).add(start, size, true);
    bytes += size;
    if (!held[number]) roots++;
    if (i % CHUNK === 0 && pace.due()) {
      await pace.rest({ done: i, total: unreachable.length, what: 'unreachable blocks' });
    }
  }
  const types = [...counters.values()].flatMap((c) => c.list()).sort((a, b) => b.bytes - a.bytes);
  return { ...found, byHeap, types, bytes, roots, withoutGlobals: modulesWithoutGlobals(target) };
}

async function print(leaks: Leaks, out: Output, { pace }: Call): Promise<void> {
  const { snapshots, unread, reach, byHeap } = leaks;
  out.line('Searching the memory for potential unreachable busy blocks.');
  for (const { reference } of snapshots) {
    out.line('Heap ', heapPart(reference));
  }
  for (const { problem } of unread) out.line(span(problem, 'missing'));
  out.line('Scanning VM ...');
  const size = Math.floor(reach.blockBytes / MIB);
  out.line(`Scanning references from ${reach.index.length} busy blocks (${size} MBytes) ...`);
  let done = 0;
  let width = 0;
  for (const [snapshot, numbers] of byHeap) {
    const { pointerSize } = snapshot.reference.machine;
    if (pointerSize !== width) for (const line of tableHeading(pointerSize)) out.line(line);
    width = pointerSize;
    for (const number of numbers) {
      const block = snapshot.blocks.at(reach.index.place(number)?.index ?? -1);
      if (block) out.line(...tableRow(snapshot, block));
      if (++done % CHUNK === 0 && pace.due()) {
        await pace.rest({ done, total: reach.unreachable.length, what: 'unreachable blocks' });
      }
    }
  }
  out.line('');
  out.line(`${reach.unreachable.length} potential unreachable blocks were detected.`);
  printTotals(leaks, out);
}

function printTotals({ reach, types, bytes, roots, withoutGlobals }: Leaks, out: Output): void {
  const count = reach.unreachable.length;
  if (count > 0) {
    out.line(`They have ${bytes} bytes; ${count - roots} of them are pointed to by others of them.`);
    out.line('');
    out.line('   blocks        bytes  likely type');
    for (const type of types.slice(0, MAX_TYPES)) {
      out.line(`${String(type.blocks).padStart(9)} ${String(type.bytes).padStart(12)}  ${typeName(type)}`);
    }
    if (types.length > MAX_TYPES) out.line(`and ${types.length - MAX_TYPES} more types`);
  }
  if (withoutGlobals.length > 0) {
    const names = withoutGlobals.slice(0, MAX_NAMES).join(', ');
    const more = withoutGlobals.length > MAX_NAMES ? ', …' : '';
    out.line(
      span(
        `The dump does not hold the globals of ${withoutGlobals.length} module(s) (${names}${more}): what only they point to is listed, too`,
        'warning',
      ),
    );
  }
}

function data(
  { snapshots, unread, reach, byHeap, types, bytes, roots, withoutGlobals }: Leaks,
  note?: string,
) {
  const { index, held } = reach;
  const blocks = () =>
    [...byHeap].flatMap(([snapshot, numbers]) =>
      numbers.map((number) => ({
        ...blockData(snapshot.blocks.at(index.place(number)?.index ?? -1)),
        heap: hexAddress(snapshot.reference.address),
        held: held[number] === 1,
      })),
    );
  return {
    heaps: snapshots.map((s) => hexAddress(s.reference.address)),
    unread: unread.map(({ reference, problem }) => ({ address: hexAddress(reference.address), problem })),
    busyBlocks: index.length,
    rootBytes: reach.rootBytes,
    blockBytes: reach.blockBytes,
    count: reach.unreachable.length,
    bytes,
    unheld: roots,
    get blocks() {
      return blocks();
    },
    types: types.map((t) => ({ ...t })),
    modulesWithoutGlobals: withoutGlobals.length > 0 ? withoutGlobals : undefined,
    note,
  };
}
