import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { StillframeError } from '../../core/errors/index.ts';
import { describeDump, Minidump, writeMinidump } from '../../core/minidump/index.ts';
import { corpusFile, hasCorpus } from '../corpus.ts';
import { SAMPLE } from '../minidump/sampleDump.ts';
import { seeded } from '../seeded.ts';

/** Small dumps that between them have every stream there is a sample of. */
const REAL = [
  'google_minidump2-test-app-40e797_x86_winxp',
  'google_notepad-32bit-121c73_x86_win7',
  'google_thread-name-list-allocer32-c08078_x86_win10',
  'getsentry_sentry-example-297012_x64_win11',
  'google_tiny-exe-with-cet-xsave-2e852e_x64_win11',
  'jloutsch_invalid-parameter-crashtest-5edaec_x64_win10',
  'llvm_fizzbuzz-no-heap-41a9ac_x86_win7',
];
const HOSTILE = [0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffff0, 0x10000000, 0x00ffffff];
const RUNS = 500;

/** One damage: a cut, flipped bytes, or a hostile number in header, directory or a stream. */
function damage(original: Uint8Array, below: (n: number) => number): Uint8Array {
  const bytes = original.slice();
  const view = new DataView(bytes.buffer);
  const put = (at: number): void => {
    const value = below(8) === 0 ? bytes.length - 1 : (HOSTILE[below(HOSTILE.length)] ?? 0);
    if (at >= 0 && at + 4 <= bytes.length) view.setUint32(at, value, true);
  };
  const kind = below(6);
  if (kind === 0) return bytes.slice(0, below(bytes.length));
  if (kind === 1) put(4 * below(8));
  const entry = view.getUint32(12, true) + 12 * below(Math.min(64, view.getUint32(8, true)));
  if (kind === 2) put(entry + 4 * below(3));
  if (kind === 3 && entry + 12 <= bytes.length) {
    const rva = view.getUint32(entry + 8, true);
    for (let i = below(3); i >= 0; i--) put(rva + 4 * below(40));
  }
  if (kind >= 4) {
    const reach = kind === 4 ? Math.min(4096, bytes.length) : bytes.length;
    for (let i = [1, 4, 32, 256][below(4)] ?? 1; i > 0; i--) {
      const at = below(reach);
      bytes[at] = (bytes[at] ?? 0) ^ (1 + below(255));
    }
  }
  return bytes;
}

/** Asks for everything; the checks are what must hold of any answer. */
function readAll(bytes: Uint8Array): void {
  const dump = Minidump.open(new BufferSource(bytes, 'mutation'));
  const { memory } = dump;
  for (let i = 0; i < memory.count; i++) {
    const fits = memory.size(i) > 0 && memory.fileOffset(i) + memory.size(i) <= bytes.length;
    if (!fits || memory.find(memory.start(i)) !== i)
      throw new Error(`range ${i} of ${memory.count} is wrong`);
    if (i > 0 && memory.start(i) < memory.end(i - 1)) throw new Error(`range ${i} overlaps`);
  }
  memory.find(0n);
  memory.findNext((1n << 64n) - 1n);
  for (const thread of dump.threads) dump.extendedState(dump.context(thread.context));
  if (dump.exception) dump.context(dump.exception.context);
  for (const region of dump.memoryInfos) dump.memoryInfos.find(region.baseAddress);
  const all = [
    dump.systemInfo,
    dump.modules,
    dump.miscInfo,
    dump.threadInfos,
    dump.threadNames,
    dump.unloadedModules,
    dump.handles,
    dump.handleOperations,
    dump.functionTables,
    dump.tokens,
    dump.systemMemoryInfo,
    dump.processVmCounters,
    dump.comments,
    dump.crashpadInfo,
    dump.breakpadInfo,
    dump.assertionInfo,
    describeDump(dump),
  ];
  if (all.length !== 17 || dump.problems.length > 200) throw new Error('too many problems');
}

describe('damaged minidumps', () => {
  const originals = [writeMinidump(SAMPLE), writeMinidump({ ...SAMPLE, memoryForm: 'list64' })];
  if (hasCorpus) {
    for (const name of REAL)
      originals.push(new Uint8Array(readFileSync(corpusFile(`public/dumps/${name}.dmp.gz`))));
    const crashpad = corpusFile('public/malformed/google_ebce58_ios_minidump-crashpad-annotation.dmp.gz');
    originals.push(new Uint8Array(readFileSync(crashpad)));
  }

  it('are read without any exception but the one of open', () => {
    for (let runs = 0; runs < RUNS; runs++) {
      const below = seeded(runs + 1);
      const bytes = damage(originals[below(originals.length)] ?? new Uint8Array(0), below);
      try {
        readAll(bytes);
      } catch (e) {
        const expected = e instanceof StillframeError && e.code === 'not-a-dump';
        if (!expected) throw new Error(`mutation ${runs + 1} failed`, { cause: e });
      }
    }
  });

  it('whose lists claim more than the file holds give what is whole and say so', () => {
    const bytes = writeMinidump(SAMPLE);
    const view = new DataView(bytes.buffer);
    const whole = Minidump.open(new BufferSource(bytes));
    for (const entry of whole.directory.filter((e) => [3, 4, 5].includes(e.type)))
      view.setUint32(entry.rva, 0x7fffffff, true);
    const dump = Minidump.open(new BufferSource(bytes));
    expect(dump.threads).toHaveLength(2);
    expect(dump.modules).toHaveLength(2);
    expect(dump.memory.raw.count).toBe(3);
    expect(dump.problems.map((p) => p.what)).toEqual([
      'ThreadListStream has 2 of the 2147483647 records it claims',
      'ModuleListStream has 2 of the 2147483647 records it claims',
      'MemoryListStream has 3 of the 2147483647 records it claims',
    ]);
  });

  it('that are cut anywhere give the records before the cut', () => {
    const bytes = writeMinidump(SAMPLE);
    const whole = Minidump.open(new BufferSource(bytes));
    for (let size = 32; size < bytes.length; size += 37) {
      const dump = Minidump.open(new BufferSource(bytes.subarray(0, size)));
      expect(dump.modules.length).toBeLessThanOrEqual(whole.modules.length);
      for (const [i, m] of dump.modules.entries()) expect(m.base).toBe(whole.modules[i]?.base);
      for (let i = 0; i < dump.memory.count; i++) {
        expect(dump.memory.fileOffset(i) + dump.memory.size(i)).toBeLessThanOrEqual(size);
      }
    }
  });
});
