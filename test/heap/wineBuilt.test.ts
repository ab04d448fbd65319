/** Wine 9 and 10 (layout B with its groups of blocks), on heaps that a builder wrote: WINE-HEAP.md 3, 4 and 5. */
import { describe, expect, it } from 'vitest';
import { type HeapSet, type HeapSnapshot, openHeaps } from '../../core/heap/index.ts';
import { HeapMemory } from './heapMemory.ts';
import { heapView } from './heapView.ts';
import { WineHeapBuilder } from './wineHeapBuilder.ts';

interface Built {
  readonly builder: WineHeapBuilder;
  readonly memory: HeapMemory;
  open(): Promise<HeapSet>;
}

function build(pointerSize: 4 | 8): Built {
  const memory = new HeapMemory();
  const base = pointerSize === 4 ? 0x0050_0000 : 0x7f_1234_0000;
  const builder = new WineHeapBuilder(memory, pointerSize, base, 0x30000, 0x200000)
    .blocks([
      ...Array.from({ length: 30 }, (_, i) => ({ busy: i * 11 })),
      { free: 0x80 },
      { busy: 400 },
      { dead: 64 },
      { group: Array.from({ length: 31 }, (_, i) => (i % 4 === 2 ? undefined : i)), units: 5 },
      { free: 0x200 },
      { group: Array.from({ length: 31 }, (_, i) => 0x1f0 - i), units: pointerSize === 4 ? 0x40 : 0x20 },
      { busy: 0x12000 },
      { busy: 1 },
    ])
    .large(base + 0x100_0000, 0xfedc1, 0x100000)
    .finish([]);
  const kind = pointerSize === 4 ? 'x86' : 'x64';
  const os = { major: 10, minor: 0, build: 19043 };
  return {
    builder,
    memory,
    // Wine keeps no array: the list hangs on the process heap
    open: async () => {
      const view = await heapView({ kind, os, memory, heaps: [builder.address] });
      memory.put(0x7ffd0000 + view.layouts.offset('_PEB', 'NumberOfHeaps'), 4, 0);
      memory.put(0x7ffd0000 + view.layouts.offset('_PEB', 'ProcessHeaps'), pointerSize, 0);
      return openHeaps({ views: [view] });
    },
  };
}

function busyOf({ blocks }: HeapSnapshot): { user: number; userSize: number | undefined; part: string }[] {
  return Array.from({ length: blocks.length }, (_, i) => i)
    .filter((i) => blocks.isBusy(i))
    .map((i) => ({ user: Number(blocks.user(i)), userSize: blocks.userSize(i), part: blocks.part(i) }));
}

describe.each([4, 8] as const)('a Wine heap of layout B, %i byte pointers', (pointerSize) => {
  it('shows every block, groups opened, and finds nothing wrong', async () => {
    const { builder, open } = build(pointerSize);
    const set = await open();
    expect(set.heaps).toMatchObject([{ kind: 'wine', origin: 'process heap' }]);
    const snapshot = await set.snapshot(0);
    expect(snapshot.findings).toEqual([]);
    expect(busyOf(snapshot)).toEqual(builder.busy.toSorted((a, b) => a.user - b.user));
    const { blocks } = snapshot;
    const free = Array.from({ length: blocks.length }, (_, i) => blocks.at(i)).filter(
      (b) => b?.state === 'free',
    );
    expect(free.map((b) => Number(b?.entry))).toEqual(
      [...builder.free, ...builder.dead].toSorted((a, b) => a - b),
    );
    expect(snapshot.frontEnd).toBe('lfh');
    expect(snapshot.frontEndBlocks).toBe(builder.busy.filter((b) => b.part === 'lfh').length);
    expect(snapshot.notes).toEqual(["Wine's heap (9.0 or later)"]);
  });

  it('names damage in a group and shows its other blocks', async () => {
    const { builder, memory, open } = build(pointerSize);
    const inGroup = builder.busy.filter((b) => b.part === 'lfh');
    const victim = inGroup[5]?.user ?? 0;
    for (let i = 0; i < 8; i++) memory.put(victim - 8 + i, 1, 0x42);
    const snapshot = await (await open()).snapshot(0);
    expect(snapshot.findings).toMatchObject([{ address: BigInt(victim - 8), kind: 'front end' }]);
    const others = builder.busy.filter((b) => b.user !== victim).toSorted((a, b) => a.user - b.user);
    expect(busyOf(snapshot).filter((b) => b.user !== victim)).toEqual(others);
  });
});
