/**
 * NT heaps that Windows' own heap managers wrote, XP to 11 24H2, against what the program that asked for each block
 * knew, and what RtlWalkHeap listed.
 */
import { describe, expect, it } from 'vitest';
import type { HeapSnapshot } from '../../core/heap/index.ts';
import { hasCorpus } from '../corpus.ts';
import { type NtCase, ntCase, ntCaseNames, openHeapsOf, type WalkRow } from './ntCases.ts';

/** RTL_HEAP_WALK_ENTRY.Flags */
const BUSY = 1;
const SEGMENT = 2;
const UNCOMMITTED = 0x1100;

interface TruthOf {
  readonly heap: NtCase['truth']['heaps'][number];
  readonly snapshot: HeapSnapshot;
}

async function ntHeapsOf({ truth, dump }: NtCase): Promise<TruthOf[]> {
  const set = await openHeapsOf(dump);
  const result: TruthOf[] = [];
  for (const heap of truth.heaps) {
    if (heap.kind !== 'nt') continue;
    const i = set.indexOf(BigInt(heap.address));
    expect(i, `${heap.name} is listed`).toBeGreaterThanOrEqual(0);
    expect(set.heaps[i]?.kind).toBe('nt');
    const summary = await set.summary(i);
    const snapshot = await set.snapshot(i);
    // a walk that keeps nothing counts the same
    const { busyBlocks, freeBytes, errors } = snapshot;
    expect({ busyBlocks, freeBytes, errors }).toEqual({
      busyBlocks: summary.busyBlocks,
      freeBytes: summary.freeBytes,
      errors: summary.errors,
    });
    result.push({ heap, snapshot });
  }
  return result;
}

/** User address to user size of the busy blocks. */
function busyBlocks({ blocks }: HeapSnapshot): Map<number, number | undefined> {
  const busy = new Map<number, number | undefined>();
  for (let i = 0; i < blocks.length; i++) {
    if (blocks.isBusy(i)) busy.set(Number(blocks.user(i)), blocks.userSize(i));
  }
  return busy;
}

function blocksAreTrue({ heap, snapshot }: TruthOf): void {
  const busy = busyBlocks(snapshot);
  const wrong = heap.blocks.filter(([user, requested, size]) => {
    const found = busy.get(user);
    return found !== requested && found !== size;
  });
  expect(wrong, `${heap.name}: live blocks that are not found as they are`).toEqual([]);
  const live = new Set(heap.blocks.map(([user]) => user));
  const freed = heap.freed.filter(([user, inside]) => inside === 0 && !live.has(user));
  expect(
    freed.filter(([user]) => busy.has(user)),
    `${heap.name}: freed blocks that are busy`,
  ).toEqual([]);
  if (heap.walk.length === 0) return;
  const walked = new Set(heap.walk.filter(([, , , , flags]) => flags & BUSY).map(([user]) => user));
  const invented = [...busy.keys()].filter((user) => !live.has(user) && !walked.has(user));
  expect(invented, `${heap.name}: busy blocks that nobody has`).toEqual([]);
}

/**
 * RtlWalkHeap's rows against the blocks. It shows what ntdll keeps for heaps' locks as busy, where we call it the heap's
 * own; on XP it gives the lookaside lists' blocks back before it walks, so such heaps are compared in their busy blocks
 * alone, and of large blocks in an LFH heap it gives other sizes than RtlSizeHeap.
 */
function walkAgrees({ truth }: NtCase, { heap, snapshot }: TruthOf): void {
  const { blocks, granularity: unit } = snapshot;
  const xp = truth.build === 2600;
  const byUser = new Map<number, number>();
  const byEntry = new Map<number, number>();
  for (let i = 0; i < blocks.length; i++) {
    byUser.set(Number(blocks.user(i)), i);
    byEntry.set(Number(blocks.entry(i)), i);
  }
  const differs = ([data, size, , , flags]: WalkRow): boolean => {
    if (flags & SEGMENT || (flags & UNCOMMITTED && size === 0)) return false;
    if (flags & UNCOMMITTED) {
      const i = byEntry.get(data) ?? -1;
      return !(blocks.state(i) === 'uncommitted' && blocks.size(i) === size);
    }
    if (flags & BUSY) {
      const i = byUser.get(data) ?? -1;
      if (blocks.state(i) === 'internal') return size !== LOCK_DEBUG[truth.arch];
      return !(blocks.isBusy(i) && (blocks.userSize(i) === size || (xp && blocks.part(i) === 'lfh')));
    }
    const inLfh = byUser.get(data) ?? -1;
    if (blocks.part(inLfh) === 'lfh')
      return !(blocks.state(inLfh) === 'free' && blocks.size(inLfh) === size + unit);
    const i = byEntry.get(data - 2 * unit) ?? -1;
    return !(blocks.state(i) === 'free' && blocks.size(i) === size + 2 * unit);
  };
  const rows = snapshot.frontEnd === 'lookaside' ? heap.walk.filter(([, , , , f]) => f & BUSY) : heap.walk;
  const expected = xp
    ? rows.filter(([, , , , flags]) => !(flags & UNCOMMITTED) || snapshot.frontEnd === 'none')
    : rows;
  expect(expected.filter(differs), `${heap.name}: rows of RtlWalkHeap that differ`).toEqual([]);
}

/** sizeof(RTL_CRITICAL_SECTION_DEBUG) */
const LOCK_DEBUG = { x86: 0x20, x64: 0x30 } as const;

describe.skipIf(!hasCorpus)('NT heaps written by Windows', () => {
  const sound = (name: string): boolean => !/^(segment|pageheap|failure)/.test(name);
  for (const { build, names } of hasCorpus ? ntCaseNames(sound) : []) {
    it.each(names)(`${build}: every block as it is, none invented: %s`, async (name) => {
      const one = ntCase(build, name);
      for (const heap of await ntHeapsOf(one)) {
        blocksAreTrue(heap);
        walkAgrees(one, heap);
        expect(heap.snapshot.findings, heap.heap.name).toEqual([]);
        expect(heap.snapshot.missing, heap.heap.name).toEqual([]);
        for (const key of heap.snapshot.keys) {
          expect(key).toMatchObject({ value: one.lfhKey, source: 'ntdll data' });
        }
        expect(heap.snapshot.keys).toHaveLength(heap.snapshot.frontEnd === 'lfh' ? 1 : 0);
      }
    });
  }

  it.each([
    ['19041-x64', 'failure-overrun'],
    ['19041-x64', 'failure-doublefree'],
    ['19041-x86', 'failure-overrun'],
    ['19041-x86', 'failure-doublefree'],
  ])('%s %s: the damage is named and walked past', async (build, name) => {
    const one = ntCase(build, name);
    for (const heap of await ntHeapsOf(one)) {
      blocksAreTrue(heap);
      // a double free leaves nothing wrong in memory
      const damaged = name === 'failure-overrun' && heap.heap.name === 'private';
      const found = heap.snapshot.findings.map((f) => ({ address: Number(f.address), kind: f.kind }));
      expect(found).toEqual(damaged ? [{ address: one.truth.failure?.address, kind: 'checksum' }] : []);
    }
  });
});
