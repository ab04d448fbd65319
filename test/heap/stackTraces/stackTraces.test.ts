import { describe, expect, it } from 'vitest';
import { AddressReader } from '../../../core/heap/addressReader.ts';
import { BlockMark, type HeapSnapshot, openHeaps, StackTraces } from '../../../core/heap/index.ts';
import { readSegmentExtra } from '../../../core/heap/segment/index.ts';
import type { Module } from '../../../core/target/index.ts';
import { hasCorpus } from '../../corpus.ts';
import { HeapMemory } from '../heapMemory.ts';
import { heapView } from '../heapView.ts';
import { NtHeapBuilder } from '../ntHeapBuilder.ts';
import { heapCases, openHeapCase, snapshotOf } from '../segment/heapTruth.ts';

describe.skipIf(!hasCorpus)('call stacks of allocations that Windows kept', () => {
  it.each(['19041-x64/ust', '19041-x64/segment-ust', '19041-x86/ust', '19041-x86/segment-ust'])(
    '%s',
    async (name) => {
      const opened = await openHeapCase(name);
      const traces = new StackTraces(opened.view);
      let compared = 0;
      const wrong: string[] = [];
      for (const heap of opened.truth.heaps) {
        const snapshot = await snapshotOf(opened, heap);
        const byUser = indexByUser(snapshot);
        for (const [user, , , , extra] of heap.blocks) {
          if (extra?.thunk === undefined) continue;
          compared++;
          const trace = traces.ofBlock(snapshot, byUser.get(user) ?? -1);
          const frames = trace?.frames.map(Number).join() ?? '';
          // ntdll's own frames come before the program's, which end in what started it
          const expected = pathTo(extra.thunk).map((t) => opened.truth.app.thunks[t]);
          if (!`,${frames},`.includes(`,${expected.join()},`)) wrong.push(`${user.toString(16)}: ${frames}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(compared).toBeGreaterThan(900);
      const known = opened.truth.keys.RtlpStackTraceDatabase;
      expect(traces.database?.source).toBe('ntdll data');
      // the pointer itself is too large for JSON's numbers to hold in full, but not by much
      expect(Number(traces.database?.address)).toBe(typeof known === 'object' ? known.words[0] : undefined);
    },
  );

  it('finds the numbered traces of the database', async () => {
    const { view } = await openHeapCase('19041-x64/ust');
    const { database } = new StackTraces(view);
    expect(database?.count).toBe(10);
    for (let i = 1; i <= 10; i++) expect(database?.at(i)).toMatchObject({ index: i });
    expect(database?.at(0)).toBeUndefined();
    expect(database?.at(11)).toBeUndefined();
  });

  it('gives no trace for blocks that have none', async () => {
    const opened = await openHeapCase('19041-x64/segment-rare');
    const traces = new StackTraces(opened.view);
    for (const heap of opened.truth.heaps) {
      const snapshot = await snapshotOf(opened, heap);
      for (let i = 0; i < snapshot.blocks.length; i++) expect(traces.ofBlock(snapshot, i)).toBeUndefined();
    }
    expect(traces.database).toBeUndefined();
  });
});

describe.skipIf(!hasCorpus)('values that programs set on blocks of segment heaps', () => {
  const cases = heapCases((name) => /segment-(large|padded)/.test(name));
  it.each(cases)('%s', async (name) => {
    const opened = await openHeapCase(name);
    const heap = opened.truth.heaps.find((h) => h.name === 'uservalues');
    if (!heap) throw new Error('no such heap');
    const reader = new AddressReader(opened.view.target.memory);
    const { pointerSize } = opened.view.machine;
    const snapshot = await snapshotOf(opened, heap);
    const byUser = indexByUser(snapshot);
    let compared = 0;
    for (const [user, , size, , extra] of heap.blocks) {
      const marks = snapshot.blocks.at(byUser.get(user) ?? -1)?.marks ?? 0;
      if (extra?.user_value === undefined) continue;
      expect(marks & BlockMark.extra).toBe(BlockMark.extra);
      const read = readSegmentExtra(reader, user, size, pointerSize);
      expect(read).toEqual({
        userFlags: extra.user_flags,
        userValue: BigInt(extra.user_value),
        trace: undefined,
      });
      compared++;
    }
    expect(compared).toBeGreaterThan(50);
  });
});

/*
 * Windows before 8 gives blocks a number (HEAP_ENTRY_EXTRA.AllocatorBackTraceIndex) instead of an address. No image
 * with such stacks was at hand; these databases are written by the collected layouts (_STACK_TRACE_DATABASE of XP x86,
 * 7 x86, 7 x64; 2003 x64 by pointer size). That numbers count down from EntryIndexArray was seen in 19041's database.
 */
interface DatabaseFacts {
  readonly kind: 'x86' | 'x64';
  readonly os: { readonly major: number; readonly minor: number; readonly build: number };
  readonly commitBase: number;
  readonly nextFreeUpper: number;
  readonly added: number;
  readonly indexArray: number;
  readonly bucketCount: number;
  readonly buckets: number;
  readonly bucketSize: number;
}
const OLD_X86 = { commitBase: 0x48, nextFreeUpper: 0x58, added: 0x60, indexArray: 0x64 };
const OLD_X64 = { commitBase: 0x88, nextFreeUpper: 0xa8, added: 0xb4, indexArray: 0xb8 };
const DATABASES: readonly DatabaseFacts[] = [
  {
    kind: 'x86',
    os: { major: 5, minor: 1, build: 2600 },
    ...OLD_X86,
    bucketCount: 0x68,
    buckets: 0x6c,
    bucketSize: 4,
  },
  {
    kind: 'x64',
    os: { major: 5, minor: 2, build: 3790 },
    ...OLD_X64,
    bucketCount: 0xc0,
    buckets: 0xc8,
    bucketSize: 8,
  },
  {
    kind: 'x86',
    os: { major: 6, minor: 1, build: 7601 },
    ...OLD_X86,
    bucketCount: 0x178,
    buckets: 0x17c,
    bucketSize: 8,
  },
  {
    kind: 'x64',
    os: { major: 6, minor: 1, build: 7601 },
    ...OLD_X64,
    bucketCount: 0x2d0,
    buckets: 0x2d8,
    bucketSize: 16,
  },
  {
    kind: 'x64',
    os: { major: 6, minor: 0, build: 6002 },
    ...OLD_X64,
    bucketCount: 0x2d0,
    buckets: 0x2d8,
    bucketSize: 16,
  },
];
const COUNT = 12;

describe('call stacks by number', () => {
  it.each(DATABASES)('$kind $os.build', async (facts) => {
    const { memory, at, frames } = writeDatabase(facts);
    const { view, blocks } = await writeHeap(facts, memory, at);
    const heaps = openHeaps({ views: [view] });
    const snapshot = await heaps.snapshot(0);
    const byUser = indexByUser(snapshot);
    const traces = new StackTraces(view);
    expect(traces.database).toMatchObject({ address: BigInt(at), count: COUNT, source: 'ntdll data' });
    blocks.forEach((user, i) => {
      const index = i + 1;
      expect(traces.ofBlock(snapshot, byUser.get(user) ?? -1)).toMatchObject({
        index,
        frames: frames(index).map(BigInt),
      });
    });
    // where the pointers to entries are not in the dump, the buckets lead to them
    const top = at + 0x20000;
    memory.unmap(top - 0x1000, top);
    const [user = 0] = blocks;
    expect(new StackTraces(view).ofBlock(snapshot, byUser.get(user) ?? -1)).toMatchObject({ index: 1 });
  });
});

function writeDatabase(facts: DatabaseFacts): {
  readonly memory: HeapMemory;
  readonly at: number;
  readonly frames: (index: number) => number[];
} {
  const memory = new HeapMemory();
  const p = facts.kind === 'x64' ? 8 : 4;
  const at = facts.kind === 'x64' ? 0x2_1000_0000 : 0x0300_0000;
  const top = at + 0x20000;
  const [indexAt, depthAt, framesAt] = p === 8 ? [0xc, 0xe, 0x10] : [8, 0xa, 0xc];
  memory.map(at, 0x8000);
  memory.map(top - 0x1000, 0x1000);
  const put = (offset: number, value: number, size: 2 | 4 | 8 = p): void =>
    memory.put(at + offset, size, value);
  put(facts.commitBase, at);
  put(facts.nextFreeUpper, top - COUNT * p);
  put(facts.added, COUNT, 4);
  put(facts.indexArray, top);
  const buckets = 7;
  put(facts.bucketCount, buckets, 4);
  const frames = (index: number): number[] =>
    Array.from({ length: 1 + (index % 5) }, (_, i) => 0x40_0000 + index * 0x1000 + i * 0x10);
  let entry = at + 0x1000;
  for (let index = 1; index <= COUNT; index++) {
    const head = at + facts.buckets + (index % buckets) * facts.bucketSize;
    const all = frames(index);
    // a new entry goes in front of the chain of its bucket
    memory.put(entry, p, Number(memoryPointer(memory, head, p)));
    memory.put(head, p, entry);
    memory.put(entry + indexAt, 2, index);
    memory.put(entry + depthAt, 2, all.length);
    all.forEach((frame, i) => memory.put(entry + framesAt + i * p, p, frame));
    memory.put(top - index * p, p, entry);
    entry += framesAt + all.length * p + p;
  }
  return { memory, at, frames };
}

function memoryPointer(memory: HeapMemory, address: number, p: 4 | 8): bigint {
  return memory.read(BigInt(address), p).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** A heap whose blocks have numbers of traces, and an ntdll whose data points at the database. */
async function writeHeap(
  facts: DatabaseFacts,
  memory: HeapMemory,
  database: number,
): Promise<{ readonly view: Awaited<ReturnType<typeof heapView>>; readonly blocks: readonly number[] }> {
  const { kind, os } = facts;
  const p = kind === 'x64' ? 8 : 4;
  const unit = 2 * p;
  const address = kind === 'x64' ? 0x1_0000_0000 : 0x0100_0000;
  const ntdll = 0x7700_0000;
  memory.map(ntdll, 0x1000);
  memory.put(ntdll + 0x640, p, database);
  const module: Module = {
    index: 0,
    base: BigInt(ntdll),
    size: 0x1000,
    end: BigInt(ntdll) + 0x1000n,
    path: 'C:\\Windows\\System32\\ntdll.dll',
    fileName: 'ntdll.dll',
    name: 'ntdll',
    timestamp: 0,
    checksum: 0,
  };
  const view = await heapView({ kind, os, memory, heaps: [address], modules: [module] });
  const builder = new NtHeapBuilder({
    layouts: view.layouts,
    memory,
    address,
    committed: 0x4000,
    reserved: 0x10000,
  });
  builder.segment(Array.from({ length: COUNT }, (_, i) => ({ busy: 10 + 17 * i, spare: unit }))).finish();
  const blocks = builder.placed.filter((b) => b.state === 'busy');
  blocks.forEach(({ entry, size }, i) => {
    const header = entry + unit - 8;
    if (os.major < 6) memory.put(header + 5, 1, 3);
    else {
      // the flag, and the checksum over it; these headers are not coded
      const checksum = memory.read(BigInt(header), 4)[3] ?? 0;
      memory.put(header + 2, 1, 3);
      memory.put(header + 3, 1, checksum ^ 2);
    }
    memory.put(entry + size - unit, 2, i + 1);
  });
  return { view, blocks: blocks.map((b) => b.user) };
}

/** The program calls itself down a tree: 0, …, t / 4, t / 2, t (corpus/nt-heap/README.md). */
function pathTo(thunk: number): number[] {
  const path = [thunk];
  for (let t = thunk; t > 0; t >>= 1) path.unshift(t >> 1);
  return path;
}

function indexByUser({ blocks }: HeapSnapshot): Map<number, number> {
  const byUser = new Map<number, number>();
  for (let i = 0; i < blocks.length; i++) if (blocks.isBusy(i)) byUser.set(Number(blocks.user(i)), i);
  return byUser;
}
