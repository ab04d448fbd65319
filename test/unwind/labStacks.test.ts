import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SymbolService } from '../../core/symbols/index.ts';
import type { Target } from '../../core/target/index.ts';
import { walkStack, type StackTrace } from '../../core/unwind/index.ts';
import { hasCorpus, shared } from '../corpus.ts';
import { inOrder, labCases, labDumps, labSymbols, labTruth, openLab, type ThreadTruth } from './lab.ts';

const FRAME_LIMIT = 256;

interface Score {
  readonly found: number;
  readonly wanted: number;
  readonly traces: readonly StackTrace[];
  readonly misses: readonly string[];
}

function score(target: Target, symbols: SymbolService | undefined, truth: readonly ThreadTruth[]): Score {
  const [machine] = target.machines;
  const traces: StackTrace[] = [];
  const misses: string[] = [];
  let found = 0;
  let wanted = 0;
  for (const { tid, name, returns } of truth) {
    const thread = target.threads.find((t) => t.id === tid);
    const registers = machine && thread?.context(machine);
    if (!machine) continue;
    const trace = walkStack({ target, symbols, machine, registers, thread, limit: FRAME_LIMIT });
    const physical = trace.frames.filter((f) => !f.inline);
    const got = physical.map((f, i) => f.returnAddress ?? physical[i + 1]?.instruction ?? 0n);
    const here = inOrder(returns, got);
    if (here !== returns.length) misses.push(`${tid.toString(16)} ${name}: ${here} of ${returns.length}`);
    found += here;
    wanted += returns.length;
    traces.push(trace);
  }
  return { found, wanted, traces, misses };
}

/** What LLDB 19 or breakpad find at best, by case and dump. */
function peers(): Map<string, number> {
  const best = new Map<string, number>();
  for (const line of readFileSync(shared('check/peer_scores.txt'), 'utf8').trim().split('\n')) {
    const [name, dump, , lldb = '0', , breakpad = '0'] = line.split(/\s+/);
    best.set(`${name}/${dump?.replace('.dmp', '')}`, Math.max(parseInt(lldb), parseInt(breakpad)));
  }
  return best;
}

/** Its normal dump does not hold the 32-bit stacks. */
const WITHOUT_STACKS = 'x86-static-O0-by-dumper64';
/** Its stack probe pushes two registers and has no unwind data: a thread stopped in it needs a scan. */
const WITH_BARE_CHKSTK = 'x64-busy-O2';
const cases = hasCorpus ? labCases().filter((name) => name !== WITHOUT_STACKS) : [];

describe.skipIf(!hasCorpus)('stacks of the lab, as the processes printed them', () => {
  it.each(cases)('finds every return address of %s, in order', (name) => {
    const best = peers();
    for (const dump of labDumps(name)) {
      const target = openLab(name, dump);
      const { found, wanted, traces, misses } = score(target, labSymbols(name, target), labTruth(name, dump));
      expect(wanted, dump).toBeGreaterThan(40);
      expect(misses, dump).toEqual([]);
      expect(found, dump).toBe(wanted);
      expect(found, dump).toBeGreaterThanOrEqual(best.get(`${name}/${dump}`) ?? 0);
      // walks reach the end of the stack, with no help from the limit
      expect(new Set(traces.map((t) => t.end)), dump).toEqual(new Set(['null return address']));
      // nothing had to be guessed by scanning, and nobody is warned without need
      if (name === WITH_BARE_CHKSTK) continue;
      const guessed = traces.flatMap((t) => t.frames).filter((f) => f.how === 'scan' || f.warning);
      expect(
        guessed.map((f) => f.instruction.toString(16)),
        dump,
      ).toEqual([]);
    }
  });

  it.each(cases)('names the functions of %s', (name) => {
    const [dump = ''] = labDumps(name);
    const target = openLab(name, dump);
    const symbols = labSymbols(name, target);
    for (const truth of labTruth(name, dump)) {
      const [machine] = target.machines;
      const thread = target.threads.find((t) => t.id === truth.tid);
      if (!machine) continue;
      const registers = thread?.context(machine);
      const { frames } = walkStack({ target, symbols, machine, registers, thread, limit: FRAME_LIMIT });
      let at = 0;
      const named = truth.returns.map((address) => {
        at = frames.findIndex((f, i) => i >= at && !f.inline && (f.returnAddress ?? 0n) === address) + 1;
        return symbols.nearest(frames[at - 1]?.lookup ?? 0n)?.symbol.name;
      });
      expect(named, truth.name).toEqual(truth.functions);
    }
  });

  /** Without symbol files only images and the stack itself speak: reached so far, of how many. */
  const WITHOUT_SYMBOLS: Readonly<Record<string, number>> = {
    'x86-static-O2-fpo': 46,
    'x86-crash-raise-e0001234': 44,
  };

  it.each(cases.filter((name) => name.startsWith('x86')))(
    'finds nearly all of %s without symbols',
    (name) => {
      for (const dump of labDumps(name)) {
        const { found, wanted } = score(openLab(name, dump), undefined, labTruth(name, dump));
        expect(found, dump).toBeGreaterThanOrEqual(WITHOUT_SYMBOLS[name] ?? wanted);
      }
    },
  );

  it('warns above the first frame of a module without symbols, once a stack', () => {
    const target = openLab('x86-static-O2-fpo', 'normal');
    const { traces } = score(target, undefined, labTruth('x86-static-O2-fpo', 'normal'));
    const warned = traces.map((t) => t.frames.filter((f) => f.warning).length);
    expect(Math.max(...warned)).toBe(1);
    const first = traces.flatMap((t) => t.frames).find((f) => f.warning);
    expect(first?.module?.name).toBe('RuntimeTest');
    expect(first?.warning).toBe('no unwind information');
  });
});
