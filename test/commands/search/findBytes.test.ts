import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../../core/bytes/index.ts';
import { memoryRunsOf } from '../../../core/commands/memory/index.ts';
import { Pace, type Progress } from '../../../core/commands/pace.ts';
import { findBytes } from '../../../core/commands/search/index.ts';
import { Engine } from '../../../core/engine/index.ts';

const DUMP = 'dumps/runtime-test-md.dmp';
/** the block of 100 bytes that operator new has just filled */
const BLOCK = 0x3486e8n;

/** A clock whose time is always up: every look at it is a report. */
class EagerPace extends Pace {
  override due(): boolean {
    return true;
  }
}

describe('a search in a memory pane', () => {
  it.each(['forward', 'backward'] as const)(
    'says how much of the memory ahead is searched: %s',
    async (direction) => {
      const { session } = await Engine.open(new BufferSource(readFileSync(DUMP), DUMP));
      const runs = memoryRunsOf(session);
      const reports: Progress[] = [];
      const pace = new EagerPace(undefined, (progress) => reports.push(progress));
      // no program holds it by chance
      const pattern = Uint8Array.of(0x9d, 0x01, 0xf3, 0x77, 0x5a, 0x13, 0xc8, 0xee);
      const request = { pattern, from: BLOCK, direction };
      expect(await findBytes(session.target.memory, runs, request, pace)).toBeUndefined();
      let ahead = 0n;
      for (const [i, start] of runs.starts.entries())
        for (const last of runs.lasts.subarray(i, i + 1)) {
          if (direction === 'forward' && last >= BLOCK) ahead += last + 1n - (start > BLOCK ? start : BLOCK);
          if (direction === 'backward' && start <= BLOCK) ahead += (last < BLOCK ? last : BLOCK) + 1n - start;
        }
      expect(ahead).toBeGreaterThan(0n);
      expect(new Set(reports.map(({ total }) => total))).toEqual(new Set([Number(ahead)]));
      const done = reports.map((r) => r.done);
      expect(done).toEqual(done.toSorted((a, b) => a - b));
      // at the end of each run there is no room for the whole pattern
      const short = runs.starts.length * pattern.length;
      expect(done.at(-1)).toBeLessThanOrEqual(Number(ahead));
      expect(done.at(-1)).toBeGreaterThanOrEqual(Number(ahead) - short);
    },
  );
});
