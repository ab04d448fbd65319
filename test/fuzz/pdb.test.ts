/**
 * Damaged PDBs: whatever the bytes, a PDB is refused with BadFormat or NotAvailable, or every question is answered in
 * bounds and in time.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource, type ByteSource } from '../../core/bytes/index.ts';
import { BadFormat, NotAvailable } from '../../core/errors/index.ts';
import { unmodified, type Type } from '../../core/types/index.ts';
import { MsfFile } from '../../core/symbols/pdb/msf.ts';
import { loadMsfz, openPdb, PdbSymbols } from '../../core/symbols/pdb/index.ts';
import { corpusFile, hasCorpus } from '../corpus.ts';
import { buildMsf, buildMsfz, bytesOf, type Streams } from '../symbols/pdb/containers.ts';
import { seeded } from '../seeded.ts';

/** bytes of the signature of either container */
const SIGNATURE = 32;

const WORDS = [0, 1, 2, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, 0x1000, 0x1001];

/** Damages a copy, but not its first `spared` bytes: a changed signature is refused at the first look. */
function mutate(original: Uint8Array, next: (below: number) => number, most: number, spared = 0): Uint8Array {
  // a copy: slices of a Buffer are views
  const bytes = new Uint8Array(original).slice(
    0,
    next(10) === 0 ? next(original.length + 1) : original.length,
  );
  const view = new DataView(bytes.buffer);
  for (let i = 1 + next(most); i > 0 && bytes.length > spared + 4; i--) {
    // heads of streams hold counts and sizes
    const open = bytes.length - spared - 3;
    const at = spared + next(next(2) === 0 ? Math.min(96, open) : open);
    const word = WORDS[next(WORDS.length)] ?? 0;
    const kind = next(3);
    if (kind === 0) view.setUint32(at, word, true);
    else if (kind === 1) view.setUint16(at, word & 0xffff, true);
    else bytes[at] = next(256);
  }
  return bytes;
}

/** Asks all there is to ask; returns a figure that depends on the answers. */
function interrogate(symbols: PdbSymbols): number {
  let seen = 0;
  const look = (type: Type | undefined, depth = 0): void => {
    if (!type || depth > 3) return;
    const bare = unmodified(type);
    seen += bare.size > 0 ? 1 : 0;
    if (bare.kind === 'record')
      for (const m of bare.members.slice(0, 50)) if (m.kind === 'field') look(m.type, depth + 1);
    if (bare.kind === 'pointer') look(bare.target, depth + 1);
    if (bare.kind === 'array') look(bare.element, depth + 1);
    if (bare.kind === 'enum') seen += bare.enumerators.length;
    if (bare.kind === 'procedure') look(bare.returns, depth + 1);
  };
  const ask = (rva: number): void => {
    seen += symbols.at(rva).length + symbols.inlineSitesAt(rva).length;
    seen += symbols.nearest(rva)?.name.length ?? 0;
    seen += symbols.next(rva)?.rva ?? 0;
    seen += symbols.lineAt(rva)?.line ?? 0;
    for (const scope of symbols.localsAt(rva)) for (const v of scope.variables) seen += v.locations.length;
    seen += symbols.unwind.frameData(rva)?.program.length ?? 0;
    seen += symbols.unwind.fpo(rva)?.locals ?? 0;
    seen += symbols.unwind.parameterBytes(rva) ?? 0;
  };
  let asked = 0;
  for (const symbol of symbols.match('*')) {
    if (asked++ > 60) break;
    look(symbol.type);
    ask(symbol.rva);
    seen += symbols.find(symbol.name).length;
  }
  for (const rva of [0, 0x1000, 0x1010, 0x2345, 0xfffffff0]) ask(rva);
  let named = 0;
  for (const name of symbols.types.names('*')) {
    if (named++ > 60) break;
    look(symbols.types.find(name));
  }
  for (let index = 0x1000; index < 0x1040; index++) look(symbols.types.type(index));
  seen += symbols.unwind.functionTables()?.pdata.length ?? 0;
  return seen;
}

/** Opens and asks, or is refused in a known way. */
function attempt(file: ByteSource): number | 'refused' {
  let symbols: PdbSymbols;
  try {
    symbols = new PdbSymbols(openPdb(file));
  } catch (thrown) {
    if (thrown instanceof BadFormat || thrown instanceof NotAvailable) return 'refused';
    throw thrown;
  }
  return interrogate(symbols);
}

function streamsOf(path: string): Streams {
  const file = new MsfFile(new BufferSource(readFileSync(corpusFile(path)), 'whole.pdb'));
  return Array.from({ length: file.streamCount }, (_, i) =>
    file.stream(i)?.read(0, file.stream(i)?.size ?? 0),
  );
}

describe.skipIf(!hasCorpus)('damaged PDBs', () => {
  const small = 'public/symbols/sigsegv.pdb/7DD47A9FC2E8499AA78EC14AE2C965A21/sigsegv.pdb';
  const rounds = Number(process.env.STILLFRAME_FUZZ_ROUNDS ?? 20);

  it('with bytes of streams changed are read or refused', () => {
    const next = seeded(1);
    const counts = { refused: 0, read: 0 };
    for (const path of [small, 'lab/x86-static-O2-fpo/RuntimeDll.pdb', 'lab/arm64-O2/armtest.pdb']) {
      const streams = streamsOf(path);
      for (let i = 0; i < rounds; i++) {
        // one or two streams at a time: a PDB that is damaged everywhere is refused at the first look
        const chosen = [next(streams.length), next(streams.length)];
        const damaged = streams.map((bytes, s) =>
          bytes && chosen.includes(s) ? mutate(bytes, next, 12) : bytes,
        );
        const result = attempt(buildMsf(damaged, { blockSize: 4096 }));
        counts[result === 'refused' ? 'refused' : 'read']++;
      }
    }
    expect(counts.read).toBeGreaterThan(rounds);
  });

  it('with bytes of the container changed are read or refused', () => {
    const next = seeded(2);
    const original = readFileSync(corpusFile(small));
    let read = 0;
    for (let i = 0; i < rounds; i++) {
      const bytes = mutate(original, next, 6, SIGNATURE);
      if (attempt(new BufferSource(bytes, 'damaged.pdb')) !== 'refused') read++;
    }
    expect(read).toBeGreaterThan(rounds / 5);
  });

  it('in a damaged compressed container are read or refused', async () => {
    await loadMsfz();
    const next = seeded(3);
    let read = 0;
    for (const compression of ['none', 'deflate', 'zstd'] as const) {
      const original = buildMsfz(streamsOf(small), compression);
      for (let i = 0; i < rounds / 3; i++) {
        if (attempt(new BufferSource(mutate(original, next, 6, SIGNATURE), 'damaged.pdz')) !== 'refused')
          read++;
      }
    }
    expect(read).toBeGreaterThan(rounds / 10);
  });
});

/** A PDB of hand-made types: the TPI stream is as given, symbols there are none. */
function pdbOfTypes(records: readonly Uint8Array[]): PdbSymbols {
  const bytes = Buffer.concat(records);
  const header = [
    20040203,
    56,
    0x1000,
    0x1000 + records.length,
    bytes.length,
    0xffffffff,
    4,
    0x1000,
    0,
    0,
    0,
    0,
    0,
    0,
  ];
  const info = bytesOf([20000404, 1, 1, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 20140508]);
  const tpi = Buffer.concat([bytesOf(header), bytes]);
  return new PdbSymbols(openPdb(buildMsf([new Uint8Array(0), info, tpi], { blockSize: 4096 })));
}

/** A record: kind, then fields of two or four bytes and text. */
function record(kind: number, ...fields: (number | readonly [number] | string)[]): Uint8Array {
  const bytes: number[] = [kind & 0xff, kind >> 8];
  for (const field of fields) {
    if (typeof field === 'number')
      bytes.push(field & 0xff, (field >> 8) & 0xff, (field >> 16) & 0xff, field >>> 24);
    else if (typeof field === 'string') bytes.push(...Buffer.from(`${field}\0`));
    else bytes.push(field[0] & 0xff, field[0] >> 8);
  }
  return Uint8Array.of(bytes.length & 0xff, bytes.length >> 8, ...bytes);
}

const LF = {
  modifier: 0x1001,
  array: 0x1503,
  structure: 0x1505,
  fieldList: 0x1203,
  index: 0x1404,
  enumeration: 0x1507,
};
const FORWARD = 0x80;

describe('hostile types', () => {
  it('that are their own base end somewhere', () => {
    const { types } = pdbOfTypes([
      record(LF.modifier, 0x1000, [1]),
      record(LF.modifier, 0x1002, [1]),
      record(LF.modifier, 0x1001, [1]),
      record(LF.array, 0x1003, 0x74, [16], ''),
      record(LF.enumeration, [0], [0], 0x1004, 0, 'Circular'),
    ]);
    for (let index = 0x1000; index < 0x1005; index++)
      expect(types.type(index)?.size).toBeGreaterThanOrEqual(0);
    expect(types.type(0x1003)).toMatchObject({ kind: 'array', size: 16, count: 1 });
  });

  it('whose field lists form a ring have each list once', () => {
    const member = (name: string): readonly (number | readonly [number] | string)[] => [
      [0x150d],
      [3],
      0x74,
      [0],
      name,
    ];
    const { types } = pdbOfTypes([
      record(LF.fieldList, ...member('a'), [LF.index], [0], 0x1001),
      record(LF.fieldList, ...member('b'), [LF.index], [0], 0x1000),
      record(LF.structure, [2], [0], 0x1000, 0, 0, [8], 'Ring'),
    ]);
    const ring = types.find('Ring');
    expect(ring?.kind === 'record' && ring.members.map((m) => m.kind === 'field' && m.name)).toEqual([
      'a',
      'b',
    ]);
  });

  it('that are declared a million times and defined once are found at once', () => {
    const forward = record(LF.structure, [0], [FORWARD], 0, 0, 0, [0], 'S');
    const count = 1_000_000;
    const all: Uint8Array[] = Array.from({ length: count }, () => forward);
    all.push(record(LF.structure, [0], [0], 0, 0, 0, [4], 'S'));
    const { types } = pdbOfTypes(all);
    // time of this process alone: the machine may have other work
    const started = process.cpuUsage();
    expect(types.type(0x1000)).toMatchObject({ name: 'S', size: 4, forward: false });
    expect(types.type(0x1000 + count - 1)).toMatchObject({ size: 4, forward: false });
    expect([...types.names('*')]).toEqual(['S']);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(4000);
  });

  it('nested a hundred thousand deep cost no stack', () => {
    const depth = 100_000;
    const arrays = Array.from({ length: depth }, (_, i) => record(LF.array, 0x1000 + i + 1, 0x74, [4], ''));
    const modifiers = Array.from({ length: depth }, (_, i) =>
      record(LF.modifier, 0x1000 + depth + i + 1, [1]),
    );
    const { types } = pdbOfTypes([...arrays, ...modifiers]);
    let type: Type | undefined = types.type(0x1000);
    for (let i = 0; type && i < 1000; i++) type = type.kind === 'array' ? type.element : undefined;
    expect(type?.kind).toBe('array');
    expect(types.type(0x1000 + depth)?.kind).toBe('modifier');
  });

  it('whose records claim more than the stream has are not there', () => {
    const cut = record(LF.structure, [1], [0], 0x1000, 0, 0, [8], 'Cut');
    cut[0] = 0xff;
    cut[1] = 0xff;
    const { types } = pdbOfTypes([record(LF.modifier, 0x74, [1]), cut]);
    expect(types.type(0x1000)?.kind).toBe('modifier');
    expect(types.type(0x1001)).toBeUndefined();
    expect(types.find('Cut')).toBeUndefined();
  });
});
