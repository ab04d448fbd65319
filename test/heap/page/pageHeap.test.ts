import { describe, expect, it } from 'vitest';
import { BlockMark, BlockPart, type HeapSnapshot, openHeaps, StackTraces } from '../../../core/heap/index.ts';
import { hasCorpus } from '../../corpus.ts';
import { HeapMemory } from '../heapMemory.ts';
import { heapView } from '../heapView.ts';
import { NtHeapBuilder } from '../ntHeapBuilder.ts';
import { busyBlocks, openHeapCase, overlaps, snapshotOf, withMemory } from '../segment/heapTruth.ts';
import { littleEndian, patched } from '../segment/patched.ts';
import { Facts, PageHeapWriter, STAMPS, TRACES } from './pageHeapWriter.ts';

describe.skipIf(!hasCorpus)('page heaps that Windows XP wrote', () => {
  it.each(['pageheap', 'pageheap-light'])('%s', async (name) => {
    const opened = await openHeapCase(`2600-x86/${name}`);
    let live = 0;
    for (const heap of opened.truth.heaps) {
      const snapshot = await snapshotOf(opened, heap);
      if (heap.name === 'ntdll-internal') {
        expect(snapshot.reference.kind).toBe('nt');
        continue;
      }
      live += heap.blocks.length;
      expect(snapshot.reference.kind).toBe('page');
      const busy = [...busyBlocks(snapshot)].sort(([a], [b]) => a - b);
      expect(busy).toEqual(heap.blocks.map(([user, size]) => [user, size]).sort(([a = 0], [b = 0]) => a - b));
      expect(snapshot.findings).toEqual([]);
      expect(overlaps(snapshot)).toEqual([]);
      const kept = delayed(snapshot);
      // full page heap keeps them all back; of light page heap's some are given to the heap behind already
      if (name === 'pageheap') expect(kept.sort()).toEqual(heap.freed.map(([user]) => user).sort());
      else expect(kept.filter((user) => !heap.freed.some(([freed]) => freed === user))).toEqual([]);
    }
    expect(live).toBe(239);
  });

  it('names a block that was overrun, and one whose stamp is gone', async () => {
    const opened = await openHeapCase('2600-x86/pageheap');
    const [heap] = opened.truth.heaps;
    const overrun = heap?.blocks.find(([, size]) => size % 8 === 3);
    const stamped = heap?.blocks.find(([, size]) => size % 8 === 5);
    if (!heap || !overrun || !stamped) throw new Error('no such block');
    const memory = patched(opened.view.target.memory, [
      { address: overrun[0] + overrun[1], bytes: [0] },
      { address: stamped[0] - 0x20, bytes: [0] },
    ]);
    const view = withMemory(opened.view, memory);
    const snapshot = await snapshotOf({ ...opened, view, heaps: openHeaps({ views: [view] }) }, heap);
    const named = snapshot.findings.map((f) => [Number(f.address), f.problem]);
    expect(named).toHaveLength(2);
    expect(named).toContainEqual([overrun[0], 'bytes behind the block were overwritten']);
    expect(named).toContainEqual([stamped[0], 'the start stamp is wrong']);
    expect(busyBlocks(snapshot).size).toBe(heap.blocks.length);
  });
});

/*
 * No page heap with call stacks was at hand. XP's are _RTL_TRACE_BLOCKs by its types; later ones are entries of the
 * database of +ust, with Depth filled (HEAPS.md 9).
 */
describe.skipIf(!hasCorpus)('call stacks of page heaps', () => {
  it('as XP keeps them', async () => {
    const opened = await openHeapCase('2600-x86/pageheap');
    const [heap] = opened.truth.heaps;
    const [user = 0] = heap?.blocks[3] ?? [];
    if (!heap) throw new Error('no heap');
    // nodes that are not in use begin here
    const block = heap.address + 0x4000;
    const frames = [0x401234, 0x402345, 0x403456];
    const memory = patched(opened.view.target.memory, [
      { address: user - 0x20 + 0x18, bytes: littleEndian(BigInt(block), 4) },
      { address: block + 8, bytes: littleEndian(BigInt(frames.length), 4) },
      { address: block + 0x1c, bytes: littleEndian(BigInt(block + 0x40), 4) },
      { address: block + 0x40, bytes: frames.flatMap((f) => littleEndian(BigInt(f), 4)) },
    ]);
    const view = withMemory(opened.view, memory);
    const snapshot = await snapshotOf({ ...opened, view, heaps: openHeaps({ views: [view] }) }, heap);
    const index = snapshot.blocks.find(BigInt(user));
    const trace = new StackTraces(view).ofBlock(snapshot, index);
    expect(trace).toEqual({ record: BigInt(block), frames: frames.map(BigInt) });
    expect(new StackTraces(view).ofBlock(snapshot, index + 1)).toBeUndefined();
  });

  it.each(['win7-x86', 'win10-19041-x64'])('as %s keeps them, for busy and freed blocks', async (layout) => {
    const kind = layout.endsWith('x64') ? 'x64' : 'x86';
    const p = kind === 'x64' ? 8 : 4;
    const memory = new HeapMemory();
    const facts = new Facts(layout);
    const base = 0x1000_0000;
    const writer = new PageHeapWriter(memory, facts, p, base, 0x200000, base + 0x800_0000);
    writer.write({ busy: [10, 20], freed: [30, 40] });
    memory.map(base + 0x700_0000, 0x100);
    PageHeapWriter.link([writer], base + 0x700_0000);
    memory.map(TRACES, 0x1000);
    for (const index of [0, 1]) {
      const entry = TRACES + index * 0x100;
      memory.put(entry + facts.at('_RTL_STACK_TRACE_ENTRY', 'Index'), 2, 7 + index);
      memory.put(entry + facts.at('_RTL_STACK_TRACE_ENTRY', 'Depth'), 2, 2 + index);
      for (let i = 0; i < 2 + index; i++)
        memory.put(
          entry + facts.at('_RTL_STACK_TRACE_ENTRY', 'BackTrace') + i * p,
          p,
          0x40_1000 + i + index * 16,
        );
    }
    const build = layout === 'win7-x86' ? 7601 : 19041;
    const os = { major: build === 7601 ? 6 : 10, minor: build === 7601 ? 1 : 0, build };
    const view = await heapView({ kind, os, memory, heaps: [base] });
    const snapshot = await openHeaps({ views: [view] }).snapshot(0);
    const traces = new StackTraces(view);
    for (const { user, state } of writer.written) {
      const trace = traces.ofBlock(snapshot, snapshot.blocks.find(BigInt(user)));
      const second = writer.written.filter((w) => w.state === state)[1]?.user === user;
      expect(trace?.frames).toEqual(second ? [0x40_1010n, 0x40_1011n, 0x40_1012n] : [0x40_1000n, 0x40_1001n]);
    }
  });
});

const PLANS = [
  { layout: 'vista-x86', kind: 'x86', major: 6, minor: 0, build: 6002 },
  { layout: 'win7-x86', kind: 'x86', major: 6, minor: 1, build: 7601 },
  { layout: 'win7-x64', kind: 'x64', major: 6, minor: 1, build: 7601 },
  { layout: 'win81-x64', kind: 'x64', major: 6, minor: 3, build: 9600 },
  { layout: 'win10-19041-x86', kind: 'x86', major: 10, minor: 0, build: 19041 },
  { layout: 'win10-19041-x64', kind: 'x64', major: 10, minor: 0, build: 19041 },
  { layout: 'win11-22621-x64', kind: 'x64', major: 10, minor: 0, build: 22621 },
] as const;

describe.skipIf(!hasCorpus)('page heaps of Vista and later, written by the layouts', () => {
  it.each(PLANS)('$layout', async ({ layout, kind, major, minor, build }) => {
    const memory = new HeapMemory();
    const p = kind === 'x64' ? 8 : 4;
    const facts = new Facts(layout);
    const base = kind === 'x64' ? 0x1d5_0000_0000 : 0x1000_0000;
    const normal = base + 0x800_0000;
    const first = new PageHeapWriter(memory, facts, p, base, 0x200000, normal);
    first.write({ busy: [1, 8, 16, 100, 4095, 4096, 70000, 33, 0, 12], freed: [5, 500, 5000] });
    const second = new PageHeapWriter(memory, facts, p, base + 0x400000, 0x100000, normal);
    second.write({ busy: [77], freed: [] });
    const head = base + 0x700_0000;
    memory.map(head, 0x100);
    PageHeapWriter.link([first, second], head);
    const os = { major, minor, build };
    const view = await heapView({ kind, os, memory, heaps: [base] });
    // blocks of light page heap are blocks of the heap behind, with the information at their beginning
    const info = facts.size('_DPH_BLOCK_INFORMATION');
    const heap = new NtHeapBuilder({
      layouts: view.layouts,
      memory,
      address: normal,
      committed: 0x8000,
      reserved: 0x10000,
    });
    heap
      .segment([{ busy: info + 50 + 8 }, { busy: 200 }, { busy: info + 9 + 8 }, { busy: info + 300 + 8 }])
      .finish();
    const [kept, other, freed, last] = heap.placed.filter((b) => b.state === 'busy');
    if (!kept || !other || !freed || !last) throw new Error('no blocks');
    for (const [block, stamps, size] of [
      [kept, STAMPS.light, 50],
      [freed, STAMPS.lightFreed, 9],
      [last, STAMPS.light, 300],
    ] as const) {
      first.info(block.user, stamps, first.root, size, info + size + 8);
      for (let i = 0; i < 8; i++) memory.put(block.user + info + size + i, 1, 0xa0);
    }

    const heaps = openHeaps({ views: [view] });
    expect(heaps.heaps.map((h) => [Number(h.address), h.kind])).toEqual([
      [base, 'page'],
      [base + 0x400000, 'page'],
    ]);
    const snapshot = await heaps.snapshot(0);
    expect(snapshot.findings).toEqual([]);
    expect(overlaps(snapshot)).toEqual([]);
    const expected = [
      ...first.written.filter((w) => w.state === 'busy').map(({ user, size }) => [user, size]),
      [kept.user + info, 50],
      [last.user + info, 300],
    ];
    expect([...busyBlocks(snapshot)].sort(byFirst)).toEqual(expected.sort(byFirst));
    const gone = [...first.written.filter((w) => w.state === 'freed').map((w) => w.user), freed.user + info];
    expect(delayed(snapshot).sort()).toEqual(gone.sort());
    const { columns } = snapshot.blocks;
    expect(columns.part.every((part) => part === BlockPart.page)).toBe(true);
    expect(snapshot).toMatchObject({ flags: 0x1002, reserved: 0x200000 });
    expect((await heaps.snapshot(1)).busyBlocks).toBe(3);
  });

  it('says which branch of the tree leads nowhere', async () => {
    const memory = new HeapMemory();
    const facts = new Facts('win10-19041-x64');
    const base = 0x1d5_0000_0000;
    const writer = new PageHeapWriter(memory, facts, 8, base, 0x200000, base + 0x800_0000);
    writer.write({ busy: [1, 2, 3, 4, 5, 6, 7], freed: [] });
    const head = base + 0x700_0000;
    memory.map(head, 0x100);
    PageHeapWriter.link([writer], head);
    const [, left] = writer.written;
    if (!left) throw new Error('no node');
    // the second node is a left child with two of its own; one of them is the node itself now
    memory.put(left.node + 8, 8, left.node);
    const os = { major: 10, minor: 0, build: 19041 };
    const view = await heapView({ kind: 'x64', os, memory, heaps: [base] });
    const snapshot = await openHeaps({ views: [view] }).snapshot(0);
    expect(snapshot.findings.map((f) => f.problem)).toEqual(['the tree of busy blocks is broken here']);
    expect(snapshot.busyBlocks).toBe(6);
    expect(snapshot.notes.join()).toContain('cannot be read');
  });
});

/** User addresses of blocks that are freed and kept back. */
function delayed({ blocks }: HeapSnapshot): number[] {
  const out: number[] = [];
  for (let i = 0; i < blocks.length; i++) {
    if ((blocks.columns.marks[i] ?? 0) & BlockMark.delayed) out.push(Number(blocks.user(i)));
  }
  return out;
}

function byFirst(a: readonly unknown[], b: readonly unknown[]): number {
  return Number(a[0]) - Number(b[0]);
}
