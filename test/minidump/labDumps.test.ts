import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileSource } from '../../core/node/index.ts';
import { Minidump } from '../../core/minidump/index.ts';
import { corpusFile, corpusList, hasCorpus, sharedJson } from '../corpus.ts';

/** What the process printed of itself. */
interface Truth {
  readonly pid?: number;
  readonly os?: string;
  readonly modules?: readonly { base: string; size: number | string; path?: string; name?: string }[];
  readonly threads?: readonly TruthThread[];
  readonly dumps?: Readonly<Record<string, { threads: readonly TruthThread[] }>>;
}
interface TruthThread {
  readonly tid: number;
  readonly teb?: string;
  readonly name?: string;
}

const cases = hasCorpus ? corpusList('lab').filter((name) => name !== 'README.md') : [];
/** One dump of a busy series is like the other: the first is enough here. */
const dumps = cases.flatMap((c) =>
  corpusList(`lab/${c}`)
    .filter((f) => f.endsWith('.dmp.gz') && (!/^s\d\d/.test(f) || f.startsWith('s01')))
    .map((f) => [c, f.replace('.gz', '')] as const),
);

function withDump<T>(folder: string, file: string, look: (dump: Minidump, source: FileSource) => T): T {
  const source = FileSource.open(corpusFile(`lab/${folder}/${file}.gz`));
  try {
    return look(Minidump.open(source), source);
  } finally {
    source.close();
  }
}

describe.skipIf(!hasCorpus)('dumps of processes that printed the truth', () => {
  it.each(dumps)('%s/%s', (folder, file) => {
    const truth = sharedJson<Truth>(`corpus/lab/${folder}/truth.json.gz`);
    withDump(folder, file, (dump, source) => {
      const threads = truth.dumps?.[file]?.threads ?? truth.threads ?? [];
      const tebs = new Map(dump.threads.map((t) => [t.id, t.teb]));
      expect(threads.length).toBeGreaterThan(0);
      for (const t of threads) {
        expect(tebs.has(t.tid), `thread ${t.tid}`).toBe(true);
        // what a 64-bit dumper sees of a 32-bit process is the 64-bit TEB, 8 KiB below the one that the process sees
        const below = folder.endsWith('by-dumper64') ? 0x2000n : 0n;
        const teb = BigInt(t.teb ?? 0);
        if (teb > 0n) expect(tebs.get(t.tid)).toBe(teb - below);
        // a thread that never ran could not name itself
        const named = t.name && t.name !== 'suspended' && dump.threadNames.size > 0;
        if (named) expect(dump.threadNames.get(t.tid)).toBe(t.name);
      }
      const modules = new Map(dump.modules.map((m) => [m.base, m]));
      for (const m of truth.modules ?? []) {
        const module = modules.get(BigInt(m.base));
        expect(module?.size, m.path ?? m.name).toBe(Number(m.size));
        const name = basename((m.path ?? m.name ?? '').replaceAll('\\', '/'));
        expect(basename((module?.name ?? '').replaceAll('\\', '/')).toLowerCase()).toBe(name.toLowerCase());
      }
      if (truth.pid !== undefined) expect(dump.miscInfo?.processId).toBe(truth.pid);
      if (truth.os && dump.systemInfo) {
        const { majorVersion, minorVersion, buildNumber } = dump.systemInfo;
        expect(`${majorVersion}.${minorVersion}.${buildNumber}`).toBe(truth.os);
      }
      expectContentOf(dump, source);
      expect(dump.problems).toEqual([]);
    });
  });

  it('an exception is the one that was raised', () => {
    for (const folder of cases.filter((c) => c.includes('-crash-') && !c.startsWith('arm64'))) {
      const truth = sharedJson<{ code: string; address: string; tid: number; params: string[] }>(
        `corpus/lab/${folder}/exception.json.gz`,
      );
      for (const file of ['privrw.dmp', 'wine-normal.dmp']) {
        withDump(folder, file, ({ exception }) => {
          expect(exception).toMatchObject({
            threadId: truth.tid,
            record: {
              code: Number(truth.code),
              address: BigInt(truth.address),
              parameters: truth.params.map((p) => BigInt(p)),
            },
          });
        });
      }
    }
  });
});

/** A TEB says where it lies: its own address stands in it (NT_TIB.Self), so the ranges lead to the right bytes. */
function expectContentOf(dump: Minidump, source: FileSource): void {
  const wide = dump.systemInfo?.processorArchitecture !== 0;
  const self = wide ? 0x30n : 0x18n;
  let checked = 0;
  for (const { teb, stack } of dump.threads) {
    const i = dump.memory.find(teb + self);
    if (i >= 0) {
      const at = dump.memory.fileOffset(i) + Number(teb + self - dump.memory.start(i));
      const bytes = Buffer.from(source.read(at, 8));
      expect(wide ? bytes.readBigUInt64LE() : BigInt(bytes.readUInt32LE())).toBe(teb);
      checked++;
    }
    // where the thread list has the stack's place, the memory list leads to the same bytes
    const s = stack.rva > 0 ? dump.memory.find(stack.start) : -1;
    if (s < 0) continue;
    const at = dump.memory.fileOffset(s) + Number(stack.start - dump.memory.start(s));
    expect(Buffer.from(source.read(at, 16)).equals(Buffer.from(source.read(stack.rva, 16)))).toBe(true);
    checked++;
  }
  expect(checked).toBeGreaterThan(0);
}

describe.skipIf(!hasCorpus)("Wine's three thousand tiny ranges", () => {
  it('lead to the byte of the range that the file lists first', () => {
    withDump('x64-static-O0', 'wine-normal.dmp', ({ memory }) => {
      const { raw } = memory;
      expect(raw.count).toBeGreaterThan(3000);
      expect(memory.count).toBeLessThan(raw.count);
      for (let k = 0; k < raw.count; k++) {
        for (const address of [raw.start(k), raw.start(k) + BigInt(raw.size(k)) - 1n, raw.start(k) - 1n]) {
          const listed = firstListed(memory, address);
          const i = memory.find(address);
          const offset = i < 0 ? -1 : memory.fileOffset(i) + Number(address - memory.start(i));
          expect(offset).toBe(listed);
        }
      }
    });
  });
});

function firstListed({ raw }: Minidump['memory'], address: bigint): number {
  const high = Number(address >> 32n);
  const low = Number(address & 0xffffffffn);
  for (let i = 0; i < raw.count; i++) {
    const within = (high - (raw.high[i] ?? 0)) * 2 ** 32 + low - (raw.low[i] ?? 0);
    if (within >= 0 && within < raw.size(i)) return raw.fileOffset(i) + within;
  }
  return -1;
}
