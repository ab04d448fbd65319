import { describe, expect, it } from 'vitest';
import { MemoryUnreadable } from '../../core/errors/index.ts';
import { MACHINES, readU32 } from '../../core/target/index.ts';
import { corpusList, hasCorpus, sharedJson } from '../corpus.ts';
import { openCorpusDump, type LabTruth } from '../openCorpus.ts';

const LAB = hasCorpus ? corpusList('lab').filter((name) => name !== 'README.md') : [];

function dumpsOf(name: string): string[] {
  return corpusList(`lab/${name}`).filter((f) => f.endsWith('.dmp.gz'));
}

describe.skipIf(!hasCorpus)('the target', () => {
  it.each(LAB)('%s: threads, TEBs and modules are those that the process printed', (name) => {
    const truth = sharedJson<LabTruth>(`corpus/lab/${name}/truth.json.gz`);
    if (!Array.isArray(truth.threads)) return; // a busy series has its threads by dump
    for (const file of dumpsOf(name)) {
      const target = openCorpusDump(`lab/${name}/${file}`);
      const machine = truth.pointer_size === 4 ? MACHINES.x86 : target.system.machine;
      for (const t of truth.threads) {
        const thread = target.threads.find((x) => x.id === t.tid);
        expect(thread, `${file}: thread ${t.tid}`).toBeDefined();
        if (t.teb && BigInt(t.teb) !== 0n && target.machines[0] === machine)
          expect(thread?.teb, `${file}: TEB of ${t.tid}`).toBe(BigInt(t.teb));
      }
      const bases = new Set([...target.modules].map((m) => m.base));
      for (const m of truth.modules ?? []) expect(bases.has(BigInt(m.base)), `${file}: ${m.path}`).toBe(true);
    }
  });

  it('reads the locals that the processes of the lab printed, where they lie', () => {
    let seen = 0;
    for (const name of LAB) {
      if (!dumpsOf(name).includes('privrw.dmp.gz')) continue;
      const truth = sharedJson<LabTruth>(`corpus/lab/${name}/truth.json.gz`);
      const { memory } = openCorpusDump(`lab/${name}/privrw.dmp.gz`);
      for (const t of truth.threads) {
        for (const l of t.locals) {
          if (l.type !== 'int') continue;
          expect(readU32(memory, BigInt(l.addr)) | 0, `${name}: ${l.func} ${l.name}`).toBe(Number(l.value));
          seen++;
        }
      }
    }
    expect(seen).toBeGreaterThan(50);
  });

  it('has both views of a WOW64 process', () => {
    // corpus/public/README.md: PEB32 at 0x7efde000; two ntdlls, the 32-bit one in SysWOW64
    const target = openCorpusDump('public/dumps/llvm_fizzbuzz-wow64-26d926_x64wow64_win7.dmp.gz');
    expect(target.machines.map((m) => m.kind)).toEqual(['x64', 'x86']);
    expect(target.peb(MACHINES.x86)).toBe(0x7efde000n);
    expect(target.peb(MACHINES.x64)).toBe(0x7efdf000n);
    const [thread] = target.threads;
    const stop = thread?.context(MACHINES.x86);
    expect(target.modules.find(stop?.ip ?? 0n)?.name).toBe('ntdll_77cc0000');
    expect(target.modules.byName('ntdll')?.base).toBe(0x77ae0000n);
    expect(target.modules.find(thread?.context(MACHINES.x64)?.ip ?? 0n)?.name).toBe('wow64cpu');
  });

  it('reads on across ranges that touch, and names the first address that is missing', () => {
    const { memory, dump } = openCorpusDump('lab/x64-static-O0/wine-normal.dmp.gz');
    const { memory: ranges } = dump;
    let touching = 0;
    for (let i = 0; i + 1 < ranges.count; i++) {
      const end = ranges.start(i) + BigInt(ranges.size(i));
      if (end !== ranges.start(i + 1)) {
        expect(() => memory.read(end - 1n, 2)).toThrow(MemoryUnreadable);
        continue;
      }
      touching++;
      expect(memory.read(end - 1n, 2).length).toBe(2);
    }
    expect(ranges.count).toBeGreaterThan(1000);
    expect(touching).toBeGreaterThan(0);
  });

  it('walks what is there in windows, rising, all of it once', () => {
    const { memory, dump } = openCorpusDump('lab/x86-static-O0/wine-normal.dmp.gz');
    let bytes = 0;
    let last = -1n;
    for (const w of memory.windows({ start: 0n, end: 1n << 64n })) {
      expect(w.base > last).toBe(true);
      last = w.base + BigInt(w.bytes.length) - 1n;
      bytes += w.bytes.length;
    }
    expect(bytes).toBe(dump.memory.totalBytes);
  });
});
