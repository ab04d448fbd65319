/**
 * Heaps of which a dump holds a part: dumps that Windows' heap managers filled, written anew with pages left out. What
 * the program knew of its blocks is the truth: what is found must be right, what is not must lie in memory that is said
 * to be missing, and a hole is no damage.
 */
import { describe, expect, it } from 'vitest';
import type { HeapSnapshot } from '../../core/heap/index.ts';
import type { AddressRange } from '../../core/target/index.ts';
import { hasCorpus, sharedJson } from '../corpus.ts';
import { heapsOfCut } from './cutDump.ts';
import { openHeapsOf } from './ntCases.ts';
import { busyBlocks, type HeapOfTruth, type HeapTruth } from './segment/heapTruth.ts';

const PAGE = 0x1000n;

/** Every `step`th page behind a heap's first ones, for a few pages. */
function holesIn({ segments }: HeapSnapshot, step: bigint): AddressRange[] {
  return segments.flatMap(({ start, end, address }) => {
    const holes: AddressRange[] = [];
    const from = (address > start ? address : start) + 4n * PAGE;
    for (let at = from; at + 2n * PAGE < end; at += step * PAGE) holes.push({ start: at, end: at + PAGE });
    return holes;
  });
}

/** Live blocks that are not found and lie in nothing that is said to be missing. */
function unexplained(heap: HeapOfTruth, snapshot: HeapSnapshot): string[] {
  const busy = busyBlocks(snapshot);
  return heap.blocks
    .filter(([user]) => !busy.has(user))
    .filter(([user]) => {
      const at = BigInt(user);
      return !snapshot.missing.some(({ start, end }) => at >= start && at < end);
    })
    .map(([user]) => user.toString(16));
}

function wrongSizes(heap: HeapOfTruth, snapshot: HeapSnapshot): string[] {
  const busy = busyBlocks(snapshot);
  return heap.blocks
    .filter(([user, requested, size]) => {
      const found = busy.get(user);
      return found !== undefined && found !== requested && found !== size;
    })
    .map(([user]) => user.toString(16));
}

describe.skipIf(!hasCorpus)('a heap of which the dump holds a part', () => {
  it.each([
    '2600-x86/backend',
    '2600-x86/lfh',
    '7601-x86/lfh',
    '19041-x64/backend',
    '19041-x64/lfh',
    '19041-x64/segment',
    '26100-x64/segment',
  ])('%s', async (name) => {
    const dump = `nt-heap/${name}.dmp.gz`;
    const truth = sharedJson<HeapTruth>(`corpus/nt-heap/${name}.truth.json.gz`);
    const whole = await openHeapsOf(dump);
    const heaps = truth.heaps.filter((heap) => heap.blocks.length > 0);
    const holes: AddressRange[] = [];
    for (const heap of heaps) {
      holes.push(...holesIn(await whole.snapshot(whole.indexOf(BigInt(heap.address))), 40n));
    }
    holes.sort((a, b) => (a.start < b.start ? -1 : 1));
    const cut = await heapsOfCut(dump, holes);
    let lost = 0;
    let found = 0;
    for (const heap of heaps) {
      const snapshot = await cut.snapshot(cut.indexOf(BigInt(heap.address)));
      const at = `${heap.name} ${heap.address.toString(16)}`;
      expect(unexplained(heap, snapshot), `${at}: neither found nor missing`).toEqual([]);
      expect(wrongSizes(heap, snapshot), `${at}: wrong sizes`).toEqual([]);
      expect(
        snapshot.findings.map((f) => `${f.address.toString(16)} ${f.problem}`),
        `${at}: a hole is no damage`,
      ).toEqual([]);
      const busy = busyBlocks(snapshot);
      const live = new Set(heap.blocks.map(([user]) => user));
      const here = [...busy.keys()].filter((user) => live.has(user)).length;
      found += here;
      lost += live.size - here;
    }
    expect(lost).toBeGreaterThan(0);
    expect(found).toBeGreaterThan(4 * lost);
  });

  it("Wine's, held against the whole dump, whose blocks others hold against their truth", async () => {
    const dump = 'lab/x64-static-O2/privrw.dmp.gz';
    const whole = await openHeapsOf(dump);
    const snapshots = await Promise.all(whole.heaps.map((_, i) => whole.snapshot(i)));
    const holes = snapshots
      .flatMap((snapshot) => holesIn(snapshot, 24n))
      .sort((a, b) => (a.start < b.start ? -1 : 1));
    const cut = await heapsOfCut(dump, holes);
    let lost = 0;
    for (const [i, before] of snapshots.entries()) {
      const snapshot = await cut.snapshot(i);
      const [had, has] = [busyBlocks(before), busyBlocks(snapshot)];
      const gone = [...had.keys()].filter((user) => !has.has(user));
      const untold = gone.filter(
        (user) => !snapshot.missing.some(({ start, end }) => BigInt(user) >= start && BigInt(user) < end),
      );
      expect(untold.map((user) => user.toString(16))).toEqual([]);
      expect([...has].filter(([user, size]) => had.get(user) !== size)).toEqual([]);
      expect(snapshot.findings).toEqual(before.findings);
      lost += gone.length;
    }
    expect(lost).toBeGreaterThan(0);
  });
});
