import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BufferSource, type ByteSource } from '../../core/bytes/index.ts';
import { layOutMinidump, Minidump, writeMinidump, type LaidOutMinidump } from '../../core/minidump/index.ts';
import { corpusFile, hasCorpus, shared } from '../corpus.ts';
import { SAMPLE } from './sampleDump.ts';

function open(bytes: Uint8Array): Minidump {
  return Minidump.open(new BufferSource(bytes, 'sample'));
}

/** A file whose holes cost nothing. */
class SparseSource implements ByteSource {
  readonly name = 'sparse';
  readonly size: number;
  private readonly pieces: readonly { offset: number; bytes: Uint8Array }[];

  constructor(laidOut: LaidOutMinidump) {
    this.size = laidOut.size;
    this.pieces = [...laidOut.pieces()];
  }

  read(offset: number, length: number): Uint8Array {
    const out = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    for (const piece of this.pieces) {
      const from = Math.max(offset, piece.offset);
      const to = Math.min(offset + out.length, piece.offset + piece.bytes.length);
      if (from < to) out.set(piece.bytes.subarray(from - piece.offset, to - piece.offset), from - offset);
    }
    return out;
  }
}

describe('a written dump, read back', () => {
  const dump = open(writeMinidump(SAMPLE));

  it('has its header and system', () => {
    expect(dump.header).toMatchObject({ version: 0xa793, implementationVersion: 0x61b1, flags: 0x1826n });
    expect(dump.header.timestamp).toBe(SAMPLE.timestamp);
    const { cpu, csdVersion, ...fixed } = SAMPLE.systemInfo;
    expect(dump.systemInfo).toMatchObject({ ...fixed, csdVersion, platformId: 2 });
    expect(dump.systemInfo?.cpu).toEqual({
      kind: 'other',
      processorFeatures: [0x0807060504030201n, 0x100f0e0d0c0b0a09n],
    });
    expect(cpu).toHaveLength(24);
  });

  it('has its threads with contexts, and stacks where the memory holds them', () => {
    expect(dump.threads).toMatchObject(
      SAMPLE.threads.map((t) => ({ ...t, context: { size: t.context.length } })),
    );
    const [first, second] = dump.threads;
    expect(first && dump.context(first.context)).toEqual(SAMPLE.threads[0].context);
    expect(second && dump.context(second.context)).toEqual(SAMPLE.threads[1].context);
    expect(first && dump.bytes(first.stack.rva, 4)).toEqual(SAMPLE.memory[0].bytes.subarray(0x100, 0x104));
    expect(second?.stack.rva).toBe(0);
    expect([...dump.threadInfos.values()]).toMatchObject(SAMPLE.threadInfos);
    expect(dump.threadNames).toEqual(SAMPLE.threadNames);
  });

  it('has its modules, loaded and unloaded', () => {
    expect(dump.modules).toMatchObject(SAMPLE.modules);
    expect(dump.modules[1]?.version).toBeUndefined();
    expect(dump.unloadedModules).toMatchObject(SAMPLE.unloadedModules);
  });

  it('has its regions, exception, misc information, handles and comments', () => {
    expect([...dump.memoryInfos]).toEqual(SAMPLE.memoryInfos);
    expect(dump.memoryInfos.find(0x12_0fffn)?.protect).toBe(0x104);
    expect(dump.memoryInfos.find(0x11_ffffn)).toBeUndefined();
    expect(dump.exception).toMatchObject({ threadId: 0x1738, record: SAMPLE.exception.record });
    expect(dump.exception && dump.context(dump.exception.context)).toEqual(SAMPLE.exception.context);
    expect(dump.miscInfo).toMatchObject({ sizeOfInfo: 1364, ...SAMPLE.miscInfo });
    expect(dump.handles).toMatchObject([
      { handle: 4n, typeName: 'File', objectName: '\\Device\\X', grantedAccess: 0x12019f, objectInfo: [] },
      { handle: 0x84n, typeName: 'Mutant', handleCount: 2, pointerCount: 65537 },
    ]);
    expect(dump.handles[1]?.objectInfo.map((o) => o.detail)).toEqual([
      { kind: 'mutant', currentCount: 1, ownedByCaller: false, abandoned: true },
      { kind: 'mutantOwner', processId: 0x0706050403020100n, threadId: 0x0f0e0d0c0b0a0908n },
    ]);
    expect(dump.comments).toEqual(SAMPLE.comments);
  });

  it('has its memory, in either form', () => {
    for (const memoryForm of ['list', 'list64'] as const) {
      const { memory, source } = open(writeMinidump({ ...SAMPLE, memoryForm }));
      expect(memory.count).toBe(3);
      SAMPLE.memory.forEach((m, i) => {
        expect([memory.start(i), memory.size(i)]).toEqual([m.start, m.size]);
        const bytes = typeof m.bytes === 'function' ? Buffer.concat([...m.bytes()]) : m.bytes;
        expect(Buffer.from(source.read(memory.fileOffset(i), m.size)).equals(Buffer.from(bytes))).toBe(true);
      });
    }
  });

  it('keeps streams of other types, and unused entries', () => {
    const entry = dump.stream(0x10001);
    expect(entry).toMatchObject({ name: '0x00010001', size: 3 });
    expect(entry && [...dump.bytes(entry.rva, entry.size)]).toEqual([9, 8, 7]);
    expect(dump.directory.slice(-2).map((e) => e.name)).toEqual(['UnusedStream', 'UnusedStream']);
    expect(dump.problems).toEqual([]);
  });

  it('writes the misc stream in the lowest version that holds what is given', () => {
    const sizeOf = (miscInfo: object): number | undefined =>
      open(writeMinidump({ miscInfo })).miscInfo?.sizeOfInfo;
    expect(sizeOf({ processId: 1 })).toBe(24);
    expect(sizeOf({ processorMaxMhz: 1 })).toBe(44);
    expect(sizeOf({ timeZone: { id: 0, bias: 60 } })).toBe(232);
    expect(sizeOf({ buildString: 'x' })).toBe(832);
    expect(sizeOf({ processCookie: 1 })).toBe(1364);
  });
});

describe.skipIf(!hasCorpus)('a real dump, read, written and read again', () => {
  it.each([
    'google_tiny-exe-with-cet-xsave-2e852e_x64_win11',
    'kindtis_cppconsoleapplication-e52a52_x64_win11',
    'google_minidump2-test-app-24b0ea_x86_winxp',
    'llvm_fizzbuzz-wow64-26d926_x64wow64_win7',
  ])('%s is the same in every stream that is written', (name) => {
    const original = open(new Uint8Array(readFileSync(corpusFile(`public/dumps/${name}.dmp.gz`))));
    const { systemInfo, memory, exception } = original;
    if (!systemInfo) throw new Error('no system stream');
    const copy = open(
      writeMinidump({
        flags: original.header.flags,
        timestamp: original.header.timestamp,
        systemInfo: { ...systemInfo, cpu: undefined },
        threads: original.threads.map((t) => ({ ...t, context: original.context(t.context) })),
        threadInfos: [...original.threadInfos.values()],
        threadNames: original.threadNames,
        modules: original.modules,
        unloadedModules: original.unloadedModules,
        memoryInfos: [...original.memoryInfos],
        exception: exception && { ...exception, context: original.context(exception.context) },
        miscInfo: original.miscInfo,
        handles: original.handles.map((h) => ({
          ...h,
          objectInfo: h.objectInfo.map((o) => ({
            type: o.type,
            bytes: original.bytes(o.location.rva, o.location.size),
          })),
        })),
        memoryForm: original.stream(9) ? 'list64' : 'list',
        memory: Array.from({ length: memory.count }, (_, i) => ({
          start: memory.start(i),
          size: memory.size(i),
          bytes: () => [original.bytes(memory.fileOffset(i), memory.size(i))],
        })),
      }),
    );
    expect(essence(copy)).toEqual(essence(original));
    expect(copy.problems).toEqual([]);
  });
});

/** All that a dump says, without the places at which its file keeps it. */
function essence(dump: Minidump): unknown {
  const places = new Set([
    'recordRva',
    'rva',
    'nameRva',
    'csdVersionRva',
    'location',
    'cpu',
    'cvRecord',
    'miscRecord',
  ]);
  const strip = (value: unknown): unknown => {
    if (value instanceof Map) return [...value].map(strip);
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== 'object' || value === null) return value;
    const kept = Object.entries(value).filter(([key, v]) => !places.has(key) && v !== undefined);
    return Object.fromEntries(kept.map(([key, v]) => [key, strip(v)]));
  };
  const { memory } = dump;
  const content = (i: number): string =>
    createHash('sha256')
      .update(dump.bytes(memory.fileOffset(i), memory.size(i)))
      .digest('hex');
  return strip({
    systemInfo: dump.systemInfo,
    threads: dump.threads,
    contexts: dump.threads.map((t) => [...dump.context(t.context)]),
    extended: dump.threads.map((t) => dump.extendedState(dump.context(t.context))?.ssp),
    threadInfos: dump.threadInfos,
    threadNames: dump.threadNames,
    modules: dump.modules,
    unloadedModules: dump.unloadedModules,
    memoryInfos: [...dump.memoryInfos],
    exception: dump.exception,
    miscInfo: dump.miscInfo,
    handles: dump.handles,
    memory: Array.from({ length: memory.count }, (_, i) => [memory.start(i), memory.size(i), content(i)]),
  });
}

describe('large files', () => {
  const GIB = 1024 ** 3;

  it('reach beyond 4 GiB with Memory64List, and holes cost nothing', () => {
    const last = Uint8Array.from([0x4d, 0x5a, 1, 2]);
    const laidOut = layOutMinidump({
      systemInfo: SAMPLE.systemInfo,
      memoryForm: 'list64',
      memory: [
        { start: 0x1_0000n, size: 5 * GIB },
        { start: 0x7ff0_0000_0000n, size: 4, bytes: last },
      ],
    });
    expect(laidOut.size).toBeGreaterThan(5 * GIB);
    const { memory, source } = Minidump.open(new SparseSource(laidOut));
    const i = memory.find(0x7ff0_0000_0002n);
    expect(i).toBe(1);
    expect(memory.fileOffset(i)).toBeGreaterThan(5 * GIB);
    expect(source.read(memory.fileOffset(i), 4)).toEqual(last);
    expect(memory.find(0x1_0000n + BigInt(5 * GIB) - 1n)).toBe(0);
    expect(memory.find(0x1_0000n + BigInt(5 * GIB))).toBe(-1);
    expect(memory.cutRanges).toBe(0);
  });

  it('are refused in the form with 32-bit offsets', () => {
    expect(() => layOutMinidump({ memory: [{ start: 0n, size: 4 * GIB }] })).toThrow(/Memory64List/);
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe.skipIf(!hasCorpus || !hasPython)('another reader', () => {
  it('finds in a written dump what went in', () => {
    const folder = mkdtempSync(join(tmpdir(), 'written-dump-'));
    try {
      for (const memoryForm of ['list', 'list64'] as const) {
        const path = join(folder, `${memoryForm}.dmp`);
        writeFileSync(path, writeMinidump({ ...SAMPLE, memoryForm }));
        const { stdout } = spawnSync('python3', ['-B', shared('check/mdclass.py'), '-j', path], {
          encoding: 'utf8',
        });
        expect(JSON.parse(stdout)).toMatchObject({
          err: [],
          arch: 'x64',
          osver: '10.0.20348',
          csd: 'Service Pack 7',
          flags: 0x1826,
          time: SAMPLE.timestamp,
          nthr: 2,
          nmod: 2,
          nranges: 3,
          membytes: 0x1000 + 0x20 + 0x800,
          rsds: 1,
          main: 'TimeTest.exe',
          exc: 'c0000005',
          exctid: 0x1738,
          excaddr: '0x7ff600001010',
        });
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
