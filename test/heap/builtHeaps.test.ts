/**
 * Versions of which no real heap is at hand, on heaps that a builder wrote (ntHeapBuilder.ts). What these rest on:
 * HEAPS.md 3 (2003), 4.1 to 4.4 (headers, user sizes), 6.2 (LFH of Vista), 6.3 (8.0's plain offsets, bitmaps), and the
 * layout files of these versions. None of it was held against a heap that Windows wrote.
 */
import { describe, expect, it } from 'vitest';
import { BuiltHeap, shown, type Version } from './builtHeaps.ts';
import type { BlockPlan } from './ntHeapBuilder.ts';

const VERSIONS: readonly Version[] = [
  { name: '2003 x86', kind: 'x86', os: { major: 5, minor: 2, build: 3790 } },
  { name: '2003 x64', kind: 'x64', os: { major: 5, minor: 2, build: 3790 } },
  { name: 'Vista x86', kind: 'x86', os: { major: 6, minor: 0, build: 6002 } },
  { name: 'Vista x64', kind: 'x64', os: { major: 6, minor: 0, build: 6002 } },
  { name: '8 x86', kind: 'x86', os: { major: 6, minor: 2, build: 9200 } },
  { name: '8 x64', kind: 'x64', os: { major: 6, minor: 2, build: 9200 } },
  { name: '8.1 x86', kind: 'x86', os: { major: 6, minor: 3, build: 9600 } },
  { name: '8.1 x64', kind: 'x64', os: { major: 6, minor: 3, build: 9600 } },
  { name: '10240 x86', kind: 'x86', os: { major: 10, minor: 0, build: 10240 } },
  { name: '10240 x64', kind: 'x64', os: { major: 10, minor: 0, build: 10240 } },
];

const SEGMENTS: readonly (readonly BlockPlan[])[] = [
  [
    ...Array.from({ length: 40 }, (_, i): BlockPlan => ({ busy: i * 7 })),
    { free: 0x60 },
    { busy: 24, spare: 0x400 },
    { free: 0x800, fill: true },
    { busy: 0x3000 },
    {
      lfh: {
        stride: 0x40,
        requests: Array.from({ length: 70 }, (_, i) => (i % 3 === 1 ? undefined : i % 0x30)),
      },
    },
    { busy: 8 },
    { lfh: { stride: 0x200, requests: [1, undefined, 0x1f0, 0x1f8] } },
    { free: 0x20 },
  ],
  [{ busy: 100 }, { free: 0x40 }, { busy: 0, spare: 0x90 }],
];

describe.each(VERSIONS)('a built heap of Windows $name', (version) => {
  it('shows every block with its size and state, and finds nothing wrong', async () => {
    const built = await BuiltHeap.of(version, SEGMENTS);
    const snapshot = await built.snapshot();
    expect(snapshot.findings).toEqual([]);
    expect(snapshot.missing).toEqual([]);
    expect(shown(snapshot)).toEqual(built.builder.placed.toSorted((a, b) => a.entry - b.entry));
    expect(snapshot.segments).toHaveLength(2);
    expect(snapshot.frontEnd).toBe('lfh');
    expect(snapshot.uncommitted.map((r) => Number(r.start))).toEqual(
      [built.address, built.address + 0x1000_0000].map((a) => a + 0x20000),
    );
    // there is no ntdll in this process; how 2003 x64 codes its headers is not known
    const key = { value: 0x9d3f61c4n, source: 'solved', bits: 32 };
    expect(snapshot.keys).toMatchObject(version.name === '2003 x64' ? [] : [key]);
  });

  it('names a damaged block and shows all others', async () => {
    const built = await BuiltHeap.of(version, SEGMENTS);
    const plain = shown(await built.snapshot());
    const victim = plain.findIndex((b) => b.userSize === 0x3000);
    const next = plain[victim + 1];
    const { entry } = plain[victim] ?? { entry: 0 };
    if (!next) throw new Error('no victim');
    // the program wrote over the end of the block before
    for (let at = entry; at < entry + 16; at += 4) built.memory.put(at, 4, 0x41414141);
    const snapshot = await built.snapshot();
    expect(snapshot.findings.map((f) => Number(f.address))).toContain(entry);
    const others = shown(snapshot).filter((b) => b.entry !== entry);
    const damaged = shown(snapshot).find((b) => b.entry === entry);
    expect(damaged?.size).toBe(plain[victim]?.size);
    expect(others).toEqual(plain.filter((b) => b.entry !== entry));
  });
});
