/** The containers of PDB streams: every block size, large and sparse files, the compressed form, and what is refused. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../../core/bytes/index.ts';
import { BadFormat, NotAvailable } from '../../../core/errors/index.ts';
import { loadMsfz, openPdb, PdbSymbols } from '../../../core/symbols/pdb/index.ts';
import { MsfFile } from '../../../core/symbols/pdb/msf.ts';
import { corpusFile, hasCorpus } from '../../corpus.ts';
import { buildMsf, buildMsfz, bytesOf, type Streams } from './containers.ts';
import { CountingSource, CRASH, pdbSymbols } from './openPdbs.ts';

await loadMsfz();

/** The streams of a PDB of the corpus. */
function streamsOf(path: string): Streams {
  const file = new MsfFile(new BufferSource(readFileSync(corpusFile(path)), 'whole.pdb'));
  return Array.from({ length: file.streamCount }, (_, i) => {
    const stream = file.stream(i);
    return stream?.read(0, stream.size);
  });
}

/** What is asked of a PDB to see that all of it is read. */
function answers(symbols: PdbSymbols): unknown {
  const [main] = symbols.find('main');
  const rva = main?.rva ?? 0;
  return {
    guid: symbols.pdb.guid,
    age: symbols.pdb.age,
    main: [main?.rva, main?.size, main?.type?.kind],
    line: symbols.lineAt(rva + 20),
    names: [...symbols.match('*')].map((s) => `${s.name} ${s.rva}`).sort(),
    types: [...symbols.types.names('*')].length,
    frame: symbols.unwind.frameData(rva),
  };
}

describe.skipIf(!hasCorpus)('a PDB in another container', () => {
  const streams = hasCorpus ? streamsOf(CRASH) : [];
  const expected = hasCorpus ? answers(pdbSymbols(CRASH)) : undefined;

  it.each([512, 1024, 2048, 4096, 8192, 16384, 32768, 65536])(
    'reads the same with blocks of %i bytes',
    (blockSize) => {
      const file = buildMsf(streams, { blockSize });
      expect(answers(new PdbSymbols(openPdb(file)))).toEqual(expected);
    },
  );

  it('reads the same beyond 4 GiB', () => {
    const file = buildMsf(streams, { blockSize: 4096, firstBlock: 2 ** 20 + 5 });
    expect(file.size).toBeGreaterThan(2 ** 32);
    expect(answers(new PdbSymbols(openPdb(file)))).toEqual(expected);
  });

  it('finds streams behind ones that are not there', () => {
    const file = new MsfFile(buildMsf([...streams, undefined, Uint8Array.of(7)], { blockSize: 512 }));
    expect(file.stream(streams.length)).toBeUndefined();
    expect(file.stream(streams.length + 1)?.u8(0)).toBe(7);
    expect(file.stream(streams.length + 2)).toBeUndefined();
  });

  it.each([512, 4096])(
    'opens a file of 500 MB (blocks of %i) and names an address by reading 1 % of it',
    (blockSize) => {
      const half = 250 * 1024 * 1024;
      const file = new CountingSource(buildMsf(streams, { blockSize, hollow: [half, half] }));
      const symbols = new PdbSymbols(openPdb(file));
      expect(file.bytesRead).toBeLessThan(file.size * 0.001);
      expect(symbols.nearest(0x1300)?.kind).toBe('function');
      expect(file.bytesRead).toBeLessThan(file.size * 0.01);
    },
  );

  it.each(['none', 'deflate', 'zstd'] as const)('reads the same from MSFZ (%s)', (compression) => {
    const file = new BufferSource(buildMsfz(streams, compression), 'small.pdz');
    expect(answers(new PdbSymbols(openPdb(file)))).toEqual(expected);
  });

  it.skipIf(spawnSync('zstd', ['--version']).status !== 0)('reads what zstd packed', () => {
    const zstd = (bytes: Uint8Array): Uint8Array => spawnSync('zstd', ['-19', '-c'], { input: bytes }).stdout;
    const file = new BufferSource(buildMsfz(streams, 'zstd', zstd), 'small.pdz');
    expect(answers(new PdbSymbols(openPdb(file)))).toEqual(expected);
  });
});

describe('what is no PDB that can be read', () => {
  const text = (magic: string): BufferSource => {
    const bytes = new Uint8Array(4096);
    bytes.set(Array.from(magic, (c) => c.charCodeAt(0)));
    return new BufferSource(bytes, 'some.pdb');
  };

  it('is named: the old format, a portable PDB', () => {
    const old = text('Microsoft C/C++ program database 2.00\r\n\x1aJG\0\0');
    expect(() => openPdb(old)).toThrow(NotAvailable);
    expect(() => openPdb(old)).toThrow(/2\.00/);
    expect(() => openPdb(text('BSJB\x01\0\x01\0'))).toThrow(/portable PDB/);
    expect(() => openPdb(text('MZ'))).toThrow(BadFormat);
    expect(() => openPdb(new BufferSource(new Uint8Array(0), 'empty.pdb'))).toThrow(BadFormat);
  });

  it('is named: a PDB linked with /DEBUG:FASTLINK', () => {
    // version 20000404, time, age, GUID, no named streams, features VC140 and MinimalDebugInfo
    const info = bytesOf([20000404, 1, 1, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 20140508, 0x494e494d]);
    const file = buildMsf([new Uint8Array(0), info], { blockSize: 512 });
    expect(() => openPdb(file)).toThrow(NotAvailable);
    expect(() => openPdb(file)).toThrow(/FASTLINK/);
  });

  it('is refused: impossible block sizes and directories', () => {
    const bytes = buildMsf([new Uint8Array(0)], { blockSize: 512 })
      .read(0, 4096)
      .slice();
    const view = new DataView(bytes.buffer);
    view.setUint32(0x20, 1000, true);
    expect(() => openPdb(new BufferSource(bytes, 'bad.pdb'))).toThrow(/blocks of 1000 bytes/);
    view.setUint32(0x20, 512, true);
    view.setUint32(0x2c, 0x7fffffff, true);
    expect(() => openPdb(new BufferSource(bytes, 'bad.pdb'))).toThrow(/directory/);
  });
});
