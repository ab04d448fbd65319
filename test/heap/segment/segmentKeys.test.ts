import { describe, expect, it } from 'vitest';
import { openHeaps } from '../../../core/heap/index.ts';
import { hasCorpus } from '../../corpus.ts';
import {
  differences,
  heapCases,
  openHeapCase,
  type OpenedCase,
  snapshotOf,
  withMemory,
} from './heapTruth.ts';
import { withheld } from './withheld.ts';

const cases = heapCases((name) => /\/(segment|segment-rare|segment-threads)$/.test(name));

/** The case as another build's, or with less memory. */
function reopened(opened: OpenedCase, view: OpenedCase['view']): OpenedCase {
  return { ...opened, view, heaps: openHeaps({ views: [view] }) };
}

async function allDifferences(opened: OpenedCase): Promise<string[]> {
  const out: string[] = [];
  for (const heap of opened.truth.heaps) {
    if (heap.kind === 'segment') out.push(...differences(await snapshotOf(opened, heap), heap));
  }
  return out;
}

describe.skipIf(!hasCorpus)('keys of segment heaps without ntdll', () => {
  it.each(cases)('are solved from %s', async (name) => {
    const opened = await openHeapCase(name);
    let without = opened.view.target.memory;
    for (const key of ['RtlpLFHKey', 'RtlpHpHeapGlobals']) {
      const known = opened.truth.keys[key];
      if (typeof known !== 'object') throw new Error(`the truth has no ${key}`);
      without = withheld(without, { start: BigInt(known.address), end: BigInt(known.address + 16) });
    }
    const again = reopened(opened, withMemory(opened.view, without));
    const [heap] = again.truth.heaps.filter((h) => h.kind === 'segment');
    if (!heap) throw new Error('no segment heap');
    const before = await snapshotOf(opened, heap);
    const after = await snapshotOf(again, heap);
    expect(after.keys.map((key) => key.source)).toEqual(before.keys.map(() => 'solved'));
    for (const [i, { name: key, value, bits }] of after.keys.entries()) {
      const known = before.keys[i];
      expect(known?.name).toBe(key);
      const mask = bits === 32 ? 0xffffffffn : ~0n;
      expect(value & mask).toBe((known?.value ?? 0n) & mask);
    }
    expect(await allDifferences(again)).toEqual([]);
  });
});

describe.skipIf(!hasCorpus)('segment heaps of a build that nobody measured', () => {
  it.each([
    ['14393-x64/segment', 14986],
    ['16299-x64/segment', 16188],
    ['16299-x64/segment', 15063],
    ['17763-x64/segment', 17134],
    ['19041-x64/segment', 20348],
    ['19041-x86/segment', 16299],
    ['22000-x64/segment', 25398],
    ['22000-x64/segment-padded', 19041],
    ['26100-x64/segment', 27842],
    ['26100-x64/segment', 22621],
  ])('%s as build %i', async (name, build) => {
    const opened = await openHeapCase(name);
    const again = reopened(opened, withMemory(opened.view, opened.view.target.memory, { build }));
    expect(await allDifferences(again)).toEqual([]);
    const [heap] = again.truth.heaps;
    if (!heap) throw new Error('no heap');
    const { notes, errors } = await snapshotOf(again, heap);
    expect(errors).toBe(0);
    expect(notes.join()).toContain(`segment heaps of build ${build} are read as 10.0.`);
  });
});
