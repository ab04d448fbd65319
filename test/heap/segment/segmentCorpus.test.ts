import { describe, expect, it } from 'vitest';
import type { AddressRange } from '../../../core/target/index.ts';
import { hasCorpus } from '../../corpus.ts';
import { countReads } from '../countReads.ts';
import {
  differences,
  heapCases,
  type HeapTruth,
  type KeyOfTruth,
  openHeapCase,
  overlaps,
  snapshotOf,
} from './heapTruth.ts';

const cases = heapCases((name) => /segment|mixed/.test(name));
/** MEM_COMMIT */
const COMMITTED = 0x1000;

describe.skipIf(!hasCorpus)('segment heaps that Windows wrote', () => {
  it.each(cases)('%s', async (name) => {
    const opened = await openHeapCase(name);
    const { truth } = opened;
    const own = truth.heaps.filter((heap) => heap.kind === 'segment');
    for (const heap of own) {
      const snapshot = await snapshotOf(opened, heap);
      expect(snapshot.reference.kind).toBe('segment');
      expect(differences(snapshot, heap)).toEqual([]);
      expect(overlaps(snapshot)).toEqual([]);
      expect(snapshot.findings).toEqual([]);
      expect(snapshot.errors).toBe(0);
      expect(snapshot.missing).toEqual([]);
      expect(snapshot.notes).toEqual([]);
      expect(committedWithin(snapshot.uncommitted, truth)).toEqual([]);
    }
    for (const { keys } of own.length > 0 ? [await snapshotOf(opened, own[0] ?? fail())] : []) {
      expect(keys.length).toBeGreaterThan(0);
      for (const key of keys) {
        expect(key.source).toBe('ntdll data');
        expect(Number(key.address)).toBe(keyAddress(truth.keys, key.name, truth.arch === 'x86' ? 4 : 8));
      }
    }
  });

  it('reads 100,000 blocks with a few looks at each', async () => {
    const opened = await openHeapCase('19041-x64/segment-many');
    const many = opened.truth.heaps.find((heap) => heap.name === 'many') ?? fail();
    const { result, reads } = await countReads(() => snapshotOf(opened, many));
    expect(result.busyBlocks).toBe(100_000);
    expect(reads).toBeLessThan(20 * 100_000);
  });

  it('keeps the order of creation where the heaps are not in the PEB', async () => {
    const { heaps, truth } = await openHeapCase('26100-x64/segment');
    const found = heaps.heaps.map((heap) => Number(heap.address));
    expect(found).toEqual(truth.heaps.map((heap) => heap.address));
    expect(heaps.heaps.slice(1).every((heap) => heap.origin === 'ntdll list')).toBe(true);
  });

  it.each(['17763-x64/segment-padded', '19041-x64/segment-padded', '19041-x64/segment-rare'])(
    "%s: finds ntdll's own heap, which no list names: a block for each large block of the others",
    async (name) => {
      const { heaps, truth } = await openHeapCase(name);
      const [own, ...others] = await heaps.scan();
      expect(others).toEqual([]);
      const { busyBlocks, findings } = await heaps.snapshot(heaps.indexOf(own?.address ?? 0n));
      expect(findings).toEqual([]);
      // above 7F0000h bytes a block has a region of its own (HEAPS-CHECKED.md 7.1)
      const live = truth.heaps.filter((h) => h.kind === 'segment').flatMap((h) => h.blocks);
      const large = live.filter(([, requested]) => requested > 0x7f_0000 - 0x40);
      expect(large.length).toBeGreaterThan(0);
      expect(busyBlocks).toBe(large.length);
    },
  );
});

/** Memory that the system calls committed and a heap does not: the regions are the system's own word. */
function committedWithin(ranges: readonly AddressRange[], { regions }: HeapTruth): string[] {
  return ranges.flatMap(({ start, end }) =>
    regions
      .filter(([base = 0, size = 0, , , state]) => {
        return state === COMMITTED && base < Number(end) && base + size > Number(start);
      })
      .map(([base]) => `${base?.toString(16)} in ${start.toString(16)}`),
  );
}

/** Where the truth has a key: LfhKey stands behind HeapKey, which begins RtlpHpHeapGlobals. */
function keyAddress(
  keys: Readonly<Record<string, KeyOfTruth | number>>,
  name: string,
  pointerSize: 4 | 8,
): number | undefined {
  const globals = keys.RtlpHpHeapGlobals;
  const own = keys[name];
  if (typeof own === 'object') return own.address;
  if (typeof globals !== 'object') return undefined;
  return name === 'LfhKey' ? globals.address + pointerSize : globals.address;
}

function fail(): never {
  throw new Error('the truth has no such heap');
}
