import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../core/output/index.ts';
import { hasCorpus, sharedJson } from '../../corpus.ts';
import type { LabTruth } from '../../openCorpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

type Local = JsonObject & { name: string };

/** What dv says in each frame of a thread: function and variables. */
async function framesOf(lab: string, tid: number): Promise<{ func: string; locals: Local[] }[]> {
  const engine = await openLab(lab);
  const { data } = await runLine(engine, `~~[${tid.toString(16)}]s;k`);
  const frames = data.frames as { function?: string; module?: string }[];
  const found = [];
  for (const [i, frame] of frames.entries()) {
    if (!frame.module?.startsWith('Runtime')) continue;
    const { data } = await runLine(engine, `.frame 0n${i};dv`);
    found.push({ func: frame.function ?? '', locals: (data.locals ?? []) as Local[] });
  }
  return found;
}

const plain = (name: string): string => name.replaceAll(' ', '');

describe.skipIf(!hasCorpus).each([
  ['x86-static-O0', []],
  ['x64-static-O0', []],
  // what the compiler left of these (llvm-pdbutil dump --symbols): of `in`, an array, and of `total` an S_CONSTANT 0, of
  // `dyn` an S_LOCAL without a range, "optimized away"
  ['x86-static-O2-fpo', ['in', '*dyn', 'total']],
  ['x64-static-O2', ['in', '*dyn']],
])('the locals of %s', (lab, lost) => {
  it('lie where the process said, with the values it said', async () => {
    const truth: LabTruth = sharedJson(`corpus/lab/${lab}/truth.json.gz`);
    const missing: string[] = [];
    let count = 0;
    for (const thread of truth.threads) {
      if (thread.locals.length === 0) continue;
      const frames = await framesOf(lab, thread.tid);
      for (const { func, name, addr, value } of thread.locals) {
        count++;
        const candidates = frames
          .filter((f) => plain(f.func) === plain(func))
          .flatMap((f) => f.locals.filter((l) => l.name === name.replace('*', '')));
        const wanted = name.startsWith('*') ? 'value' : 'address';
        const local = candidates.find((l) => l[wanted] === addr);
        if (!local) missing.push(name);
        // the truth spells numbers and texts; structures and floating-point numbers it only names
        else if (/^-?\d+$/.test(value) && typeof local.value === 'number')
          expect(String(local.value)).toBe(value);
        else if (value.startsWith('level-')) expect(local.value).toBe(value);
        else if (name === 'self') expect(local.value).toBe(value);
      }
    }
    expect(count).toBeGreaterThan(100);
    expect(missing).toEqual(lost);
  });
});
