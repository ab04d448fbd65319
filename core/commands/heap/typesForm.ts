import { VtableNames } from '../../analysis/objectTypes/index.ts';
import { DebugHeaders, WindowReader } from '../../analysis/reachability/index.ts';
import { hexAddress } from '../../bytes/index.ts';
import { BlockState, type HeapSnapshot } from '../../heap/index.ts';
import type { Output } from '../../output/index.ts';
import type { Call } from '../command.ts';
import type { HeapAnswer, HeapRequest } from './answer.ts';
import { printNothing } from './listForm.ts';
import { readSnapshots, selectHeaps, whyNoHeaps } from './selectHeaps.ts';
import { type TypeCount, TypeCounter, typeName } from './typeCounts.ts';

/** Blocks between two looks at the clock. */
const CHUNK = 1024;

interface Totals {
  blocks: number;
  bytes: number;
}

/** `!heap -types`: the busy blocks that begin with a vtable pointer, by class and by module. */
export async function countTypes(request: HeapRequest, heap: string | undefined) {
  const { call } = request;
  const { snapshots, unread } = await readSnapshots(request, selectHeaps(request, heap));
  const { memory } = call.session.target;
  const headers = await DebugHeaders.read(memory, snapshots, call.pace);
  const types: TypeCount[] = [];
  const others: Totals = { blocks: 0, bytes: 0 };
  for (const pointerSize of new Set(snapshots.map((s) => s.reference.machine.pointerSize))) {
    const own = snapshots.map((snapshot, i) => ({ snapshot, i }));
    const chosen = own.filter(({ snapshot }) => snapshot.reference.machine.pointerSize === pointerSize);
    const { target, symbols } = call.session;
    const names = new VtableNames(target, symbols, pointerSize);
    const counter = new TypeCounter(memory, new WindowReader(memory), pointerSize, names);
    for (const { snapshot, i } of chosen)
      await countHeap(call, snapshot, counter, others, (b) => headers.sizeAt(i, b));
    types.push(...counter.list());
  }
  types.sort((a, b) => b.bytes - a.bytes || b.blocks - a.blocks);
  const modules = byModule(types);
  const why = snapshots.length === 0 ? whyNoHeaps(call.session, unread) : undefined;
  return {
    print(out) {
      if (why !== undefined) printNothing(out, why);
      else printTypes(types, modules, others, out);
    },
    data: () => ({
      heaps: snapshots.map((s) => hexAddress(s.reference.address)),
      types: types.map((t) => ({ ...t })),
      modules: [...modules].map(([module, totals]) => ({ module, ...totals })),
      others: { ...others },
      note: why,
    }),
  } satisfies HeapAnswer;
}

async function countHeap(
  { pace }: Call,
  { blocks }: HeapSnapshot,
  counter: TypeCounter,
  others: Totals,
  headerSize: (block: number) => number,
): Promise<void> {
  const { state, entry, userOffset, userSize } = blocks.columns;
  for (let i = 0; i < blocks.length; i++) {
    if (i % CHUNK === 0 && pace.due()) await pace.rest({ done: i, total: blocks.length, what: 'blocks' });
    if (state[i] !== BlockState.busy) continue;
    const header = headerSize(i);
    const bytes = Math.max(0, (userSize[i] ?? 0) - header);
    const start = (entry[i] ?? 0) + (userOffset[i] ?? 0) + header;
    if (counter.add(start, bytes, false)) continue;
    others.blocks++;
    others.bytes += bytes;
  }
}

function byModule(types: readonly TypeCount[]): Map<string, Totals> {
  const modules = new Map<string, Totals>();
  for (const { module = '', blocks, bytes } of types) {
    const totals = modules.get(module) ?? { blocks: 0, bytes: 0 };
    totals.blocks += blocks;
    totals.bytes += bytes;
    modules.set(module, totals);
  }
  return new Map([...modules].sort(([, a], [, b]) => b.bytes - a.bytes));
}

function printTypes(
  types: readonly TypeCount[],
  modules: ReadonlyMap<string, Totals>,
  others: Totals,
  out: Output,
): void {
  const row = (blocks: number, bytes: number, name: string): void =>
    out.line(`${String(blocks).padStart(9)} ${String(bytes).padStart(12)}  ${name}`);
  out.line('   blocks        bytes  class');
  for (const type of types) {
    row(type.blocks, type.bytes, `${typeName(type)}${type.by === 'rtti' ? '  (by RTTI)' : ''}`);
  }
  out.line('');
  out.line('   blocks        bytes  module');
  for (const [module, { blocks, bytes }] of modules) row(blocks, bytes, module);
  row(others.blocks, others.bytes, '(blocks without a vtable)');
}
