import { describe, expect, it } from 'vitest';
import { openHeaps } from '../../core/heap/index.ts';
import type { ProcessView } from '../../core/process/index.ts';
import { hasCorpus } from '../corpus.ts';
import { countReads } from '../heap/countReads.ts';
import { openHeapCase, withMemory } from '../heap/segment/heapTruth.ts';
import { damage, MUTATED_CASES, places, random, readAll } from '../heap/segment/mutate.ts';
import { patched } from '../heap/segment/patched.ts';

const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 12);
/**
 * Reads for each byte of committed memory that damage may cost: behind a damaged header sound ones are searched for at
 * every unit, in the worst case to the end of the heap, and again where they do not agree.
 */
const SEARCH = 1;

/** Of all heaps: a page heap lies in front of another. */
function committedBytes(view: ProcessView): number {
  const heaps = openHeaps({ views: [view] });
  return heaps.heaps.reduce((sum, _, i) => sum + heaps.outline(i).committed, 0);
}

describe.skipIf(!hasCorpus)('damaged segment heaps and page heaps', () => {
  it.each(MUTATED_CASES)('%s', async (name) => {
    const { view } = await openHeapCase(name);
    const { result: clean, reads: cleanReads } = await countReads(() => readAll(view));
    expect(clean.length).toBeGreaterThan(0);
    const committed = committedBytes(view);
    const most = 2 * cleanReads + committed * SEARCH;
    const next = random([...name].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7));
    for (let round = 0; round < ROUNDS; round++) {
      const patches = damage(next, () => places(clean, next));
      const { result: snapshots, reads } = await countReads(() =>
        readAll(withMemory(view, patched(view.target.memory, patches))),
      );
      expect(reads, `round ${round}: ${JSON.stringify(patches[0])}`).toBeLessThanOrEqual(most);
      for (const { blocks } of snapshots) {
        for (let i = 0; i < blocks.length; i += 7) expect(Number.isSafeInteger(blocks.size(i))).toBe(true);
      }
    }
    // what was not damaged reads as before
    const again = await readAll(view);
    expect(again.map((s) => [s.busyBlocks, s.userBytes])).toEqual(
      clean.map((s) => [s.busyBlocks, s.userBytes]),
    );
  });
});
