/** Heaps in dumps of real Windows processes (corpus/public/README.md). */
import { describe, expect, it } from 'vitest';
import type { HeapSet } from '../../core/heap/index.ts';
import { hasCorpus } from '../corpus.ts';
import { openHeapsOf } from './ntCases.ts';

const FIZZBUZZ = 'public/dumps/llvm_fizzbuzz-wow64-26d926_x64wow64_win7.dmp.gz';

/**
 * By the independent walk that README gives: entries, busy, free, busy bytes. It counts blocks of the back end behind
 * the segment's header: what fills an LFH's user blocks as one, the heap's own ones as busy, virtual blocks not.
 */
const HEAPS = [
  { heap: 0x10000n, bits: 64, entries: 2, busy: 1, free: 1, busyBytes: 64 },
  { heap: 0x20000n, bits: 64, entries: 2, busy: 1, free: 1, busyBytes: 64 },
  { heap: 0x500000n, bits: 64, entries: 28, busy: 25, free: 3, busyBytes: 20432 },
  { heap: 0x7efe0000n, bits: 64, entries: 189, busy: 188, free: 1, busyBytes: 17232 },
  { heap: 0x460000n, bits: 32, entries: 11, busy: 9, free: 2, busyBytes: 10944 },
  { heap: 0x700000n, bits: 32, entries: 165, busy: 161, free: 4, busyBytes: 77120 },
];

async function backEnd(set: HeapSet, i: number): Promise<Omit<(typeof HEAPS)[number], 'heap' | 'bits'>> {
  const { blocks, owners, segments } = await set.snapshot(i);
  const first = new Set(segments.map((s) => s.start));
  const count = { entries: 0, busy: 0, free: 0, busyBytes: 0 };
  const add = (busy: boolean, size: number): void => {
    count.entries++;
    if (busy) count.busy++;
    else count.free++;
    if (busy) count.busyBytes += size;
  };
  for (const owner of owners) if (owner.container) add(true, owner.container.size);
  for (let k = 0; k < blocks.length; k++) {
    const block = blocks.at(k);
    if (!block || block.part !== 'segment' || block.state === 'uncommitted' || first.has(block.entry))
      continue;
    const inContainer = owners[block.owner]?.kind === 'subsegment';
    if (!inContainer) add(block.state !== 'free', block.size);
  }
  return count;
}

describe.skipIf(!hasCorpus)('heaps of real processes', () => {
  it('fizzbuzz-wow64: six heaps, two of them 32-bit, one in no list', async () => {
    const set = await openHeapsOf(FIZZBUZZ);
    expect(set.heaps.map((h) => [h.index, h.address, h.machine.kind])).toEqual([
      [1, 0x500000n, 'x64'],
      [2, 0x10000n, 'x64'],
      [3, 0x20000n, 'x64'],
      [1, 0x700000n, 'x86'],
      [2, 0x460000n, 'x86'],
    ]);
    const found = await set.scan();
    expect(found.map((h) => [h.index, h.address, h.origin])).toEqual([[4, 0x7efe0000n, 'memory scan']]);
    for (const { heap, bits, ...expected } of HEAPS) {
      const i = set.indexOf(heap);
      expect(set.heaps[i]?.machine.pointerSize).toBe(bits / 8);
      expect(await backEnd(set, i), heap.toString(16)).toEqual(expected);
      const snapshot = await set.snapshot(i);
      expect(snapshot.findings).toEqual([]);
      // the heap's own count of its free memory
      expect(snapshot.freeBytes - lfhFree(snapshot)).toBe(snapshot.counters.totalFreeSize);
    }
  });

  it('finds the heap of an address, and the block', async () => {
    const set = await openHeapsOf(FIZZBUZZ);
    const i = set.indexOf(0x460000n);
    const { blocks } = await set.snapshot(i);
    for (let k = 0; k < blocks.length; k++) {
      expect(blocks.find(blocks.entry(k)), blocks.entry(k).toString(16)).toBe(k);
      if (!blocks.isBusy(k)) continue;
      expect(await set.find(blocks.user(k))).toMatchObject({ index: k });
    }
    expect(set.heapAt(0x460008n)).toBe(i);
    expect(set.heapAt(0x77dc00a4n)).toBe(-1);
    expect(await set.find(0x7efde000n)).toBeUndefined();
  });

  it('a fragment of a heap: gives what is there, calls the rest missing and no damage', async () => {
    const set = await openHeapsOf('public/dumps/google_notepad-larger-32bit-8e9c2c_x86_win7.dmp.gz');
    const snapshot = await set.snapshot(0);
    expect(snapshot.reference.address).toBe(0x8b0000n);
    expect(snapshot.findings).toEqual([]);
    expect(snapshot.busyBlocks).toBeGreaterThan(0);
    expect(snapshot.missing.length).toBeGreaterThan(0);
    expect(snapshot.notes.join()).toContain('not in the dump');
  });

  it('a heap that the dump does not hold is listed, and cannot be read', async () => {
    const set = await openHeapsOf('public/dumps/google_notepad-small-32bit-46935e_x86_win7.dmp.gz');
    expect(set.heaps).toHaveLength(1);
    expect(set.heaps[0]).toMatchObject({ address: 0x8b0000n, kind: undefined });
    await expect(set.summary(0)).rejects.toThrow('not in the dump');
  });
});

function lfhFree({ blocks }: Awaited<ReturnType<HeapSet['snapshot']>>): number {
  let sum = 0;
  for (let k = 0; k < blocks.length; k++) {
    if (blocks.part(k) === 'lfh' && blocks.state(k) === 'free') sum += blocks.size(k);
  }
  return sum;
}
