import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BufferSource } from '../../../core/bytes/index.ts';
import { SymbolStore } from '../../../core/node/index.ts';
import { PeImage } from '../../../core/pe/index.ts';
import { corpusFile, corpusList, hasCorpus, shared } from '../../corpus.ts';
import { makeCabinet } from '../../node/cabinet.ts';
import {
  busyModule,
  EXE,
  KEY,
  listOf,
  module,
  OTHER_PDB,
  PDB,
  settled,
  setUp,
  told,
  Workbench,
} from './storeFixture.ts';

const bench = new Workbench();
afterAll(() => bench.discard());

describe.skipIf(!hasCorpus)('finding a PDB', () => {
  it('looks beside the dump, beside the image, then along the path, and says where', async () => {
    const [dumpFolder, images, first, second] = [
      bench.folder(),
      bench.folder(),
      bench.folder(),
      bench.folder(),
    ];
    bench.put(join(dumpFolder, 'sigsegv.pdb'), OTHER_PDB);
    bench.put(join(second, 'sigsegv.pdb', KEY, 'sigsegv.pdb'), PDB);
    const { symbols } = setUp({ dumpFolder, imagePath: images, symbolPath: `${first};${second}` });
    const found = await settled(() => symbols.of(module));
    expect(found?.status).toBe('pdb');
    expect(symbols.status(module)).toBe('pdb');
    expect(told(symbols.reasons(module), bench.root)).toEqual([
      'mismatch: /0/sigsegv.pdb',
      `not found: /0/sigsegv.pdb/${KEY}/sigsegv.pdb`,
      'not found: /2/sigsegv.pdb',
      `not found: /2/sigsegv.pdb/${KEY}/sigsegv.pdb`,
      'not found: /3/sigsegv.pdb',
      `taken: /3/sigsegv.pdb/${KEY}/sigsegv.pdb`,
    ]);
    expect(symbols.reasons(module)[0]?.detail).toMatch(/its GUID is 3249D99D.*, the image wants 7DD47A9F/);
  });

  it.each([
    ['by its name', 'sigsegv.pdb'],
    ['by its name in another case', 'SIGSEGV.PDB'],
    ["below the image's extension", 'exe/sigsegv.pdb'],
    ['where dbghelp looks too', 'symbols/exe/sigsegv.pdb'],
    ['in the layout of a store', `sigsegv.pdb/${KEY}/sigsegv.pdb`],
    ['in a store of another case', `SigSegv.pdb/${KEY.toLowerCase()}/sigSEGV.pdb`],
  ])('finds it in a folder %s', async (_, path) => {
    const folder = bench.folder();
    bench.put(join(folder, path), PDB);
    const { symbols } = setUp({ symbolPath: folder });
    expect((await settled(() => symbols.of(module)))?.file).toContain(folder);
  });

  it('finds it in a two-tier store', async () => {
    const folder = bench.folder();
    bench.put(join(folder, 'index2.txt'), '');
    bench.put(join(folder, 'si', 'sigsegv.pdb', KEY, 'sigsegv.pdb'), PDB);
    const { symbols } = setUp({ symbolPath: `srv*${folder}` });
    expect((await settled(() => symbols.of(module)))?.status).toBe('pdb');
  });

  it.each(['stored', 'mszip', 'lzx'] as const)('unpacks a cabinet (%s)', async (method) => {
    const [store, cache, flat] = [bench.folder(), bench.folder(), bench.folder()];
    const cabinet = makeCabinet([{ name: 'sigsegv.pdb', bytes: PDB }], method);
    bench.put(join(store, 'sigsegv.pdb', KEY, 'sigsegv.pd_'), cabinet);
    bench.put(join(flat, 'sigsegv.pd_'), cabinet);
    const cached = setUp({ symbolPath: `srv*${cache}*${store}` });
    expect((await settled(() => cached.symbols.of(module)))?.status).toBe('pdb');
    expect(bench.files(cache)).toEqual([`sigsegv.pdb/${KEY}/sigsegv.pdb`]);
    // without a cache it is unpacked for as long as the process lives
    const alone = setUp({ symbolPath: flat });
    expect((await settled(() => alone.symbols.of(module)))?.status).toBe('pdb');
    expect(bench.files(flat)).toEqual(['sigsegv.pd_']);
  });

  it('says what is wrong with a cabinet', async () => {
    const folder = bench.folder();
    bench.put(
      join(folder, 'sigsegv.pd_'),
      makeCabinet([{ name: 'a', bytes: PDB }], 'mszip').subarray(0, 5000),
    );
    const { symbols } = setUp({ symbolPath: folder });
    expect(await settled(() => symbols.of(module))).toBeUndefined();
    expect(symbols.reasons(module)[0]).toMatchObject({
      outcome: 'unreadable',
      detail: 'the cabinet is damaged',
    });
  });

  it('follows file.ptr, or tells its message', async () => {
    const [store, drop] = [bench.folder(), bench.folder()];
    const pointer = join(store, 'sigsegv.pdb', KEY, 'file.ptr');
    bench.put(pointer, `PATH:${bench.put(join(drop, 'built.pdb'), PDB)}\r\n`);
    const { symbols } = setUp({ symbolPath: `srv*${store}` });
    expect((await settled(() => symbols.of(module)))?.file).toContain(drop);
    bench.put(pointer, 'MSG: this build is gone');
    symbols.reload();
    expect(await settled(() => symbols.of(module))).toBeUndefined();
    expect(symbols.reasons(module)).toContainEqual({
      place: pointer,
      outcome: 'not found',
      detail: 'this build is gone',
    });
  });

  it('keeps what a later store of a chain has in the first', async () => {
    const [near, far] = [bench.folder(), bench.folder()];
    bench.put(join(far, 'sigsegv.pdb', KEY, 'sigsegv.pdb'), PDB);
    const { symbols } = setUp({ symbolPath: `srv*${near}*${bench.folder()}*${far}` });
    expect((await settled(() => symbols.of(module)))?.file).toContain(near);
    expect(bench.files(near)).toEqual([`sigsegv.pdb/${KEY}/sigsegv.pdb`]);
  });

  it('asks again after a reload, and takes another PDB when told to', async () => {
    const folder = bench.folder();
    bench.put(join(folder, 'sigsegv.pdb'), OTHER_PDB);
    const { symbols } = setUp({ symbolPath: folder });
    expect(await settled(() => symbols.of(module))).toBeUndefined();
    expect(symbols.status(module)).toBe('none');
    symbols.reload(module, { ignoreMismatch: true });
    expect((await settled(() => symbols.of(module)))?.status).toBe('pdb');
    expect(symbols.reasons(module).at(-1)).toMatchObject({ outcome: 'taken', mismatched: true });
    bench.put(join(folder, 'exe', 'sigsegv.pdb'), PDB);
    symbols.reload();
    expect((await settled(() => symbols.of(module)))?.file).toContain('exe');
  });

  it.each([
    ['C:\\build\\..', 'is a folder'],
    ['sigsegv.pdb:stream', 'an alternate stream'],
    ['C:\\build\\con', 'is the name of a device'],
    ['\\\\.\\nul', 'is the name of a device'],
  ])('refuses a PDB named %s', async (pdb, why) => {
    const hostile = { ...module, codeView: { kind: 'rsds', guid: KEY.slice(0, 32), age: 1, pdb } as const };
    const { symbols } = setUp({ symbolPath: bench.folder() }, listOf(hostile));
    expect(await settled(() => symbols.of(hostile))).toBeUndefined();
    expect(symbols.reasons(hostile)[0]).toMatchObject({ place: pdb, outcome: 'refused' });
    expect(symbols.reasons(hostile)[0]?.detail).toContain(why);
  });

  it.skipIf(process.platform === 'win32')('does not open what is no file', async () => {
    const folder = bench.folder();
    execFileSync('mkfifo', [join(folder, 'sigsegv.pdb')]);
    const { symbols } = setUp({ symbolPath: folder });
    expect(await settled(() => symbols.of(module))).toBeUndefined();
  });
});

describe.skipIf(!hasCorpus)('other symbols than a PDB', () => {
  it('takes a Breakpad file of the same identifier', async () => {
    const folder = bench.folder();
    const text = (id: string): string => `MODULE windows x86_64 ${id} sigsegv.pdb\nFUNC 1000 10 0 main\n`;
    bench.put(join(folder, 'sigsegv.sym'), text('0'.repeat(32) + '1'));
    bench.put(join(folder, 'sigsegv.pdb', KEY, 'sigsegv.sym'), text(KEY));
    const { symbols } = setUp({ symbolPath: folder });
    const found = await settled(() => symbols.of(module));
    expect(found?.status).toBe('breakpad');
    expect(found?.nearest(0x1008)?.name).toBe('main');
    expect(told(symbols.reasons(module), folder).slice(-2)).toEqual([
      'mismatch: /sigsegv.sym',
      `taken: /sigsegv.pdb/${KEY}/sigsegv.sym`,
    ]);
  });

  it('falls back to the export table, and says so', async () => {
    const exporting = {
      ...module,
      image: PeImage.fromFile(new BufferSource(EXE)),
    };
    const { symbols } = setUp({ symbolPath: bench.folder() }, listOf(exporting));
    expect(await settled(() => symbols.of(exporting))).toBeUndefined();
    expect(symbols.reasons(exporting).at(-1)).toMatchObject({ detail: 'it exports nothing' });
  });
});

describe.skipIf(!hasCorpus)('finding an image', () => {
  it('takes the file with the time stamp and size of the module', () => {
    const [images, wrong] = [bench.folder(), bench.folder()];
    const { fileName, timestamp, size } = busyModule();
    const other = Buffer.from(EXE);
    other.writeUInt32LE(timestamp + 7, other.readUInt32LE(0x3c) + 8);
    bench.put(join(wrong, 'busy.exe'), other);
    bench.put(join(images, 'busy.exe'), EXE);
    const store = new SymbolStore({ imagePath: `${wrong};${images}` });
    expect(store.images.find({ fileName, timestamp, size })?.size).toBe(EXE.length);
    expect(store.images.find({ fileName, timestamp: timestamp + 1, size })).toBeUndefined();
    expect(store.images.find({ fileName, timestamp, size: size + 0x1000 })).toBeUndefined();
    expect(store.images.find({ fileName: '..', timestamp, size })).toBeUndefined();
  });

  it('takes it from a store by its key, and looks for its PDB beside it', async () => {
    const root = bench.folder();
    const { timestamp, size, ...busy } = busyModule();
    const key = `${timestamp.toString(16).toUpperCase().padStart(8, '0')}${size.toString(16)}`;
    bench.put(join(root, 'busy.exe', key, 'busy.exe'), EXE);
    bench.put(join(root, 'busy.exe', key, 'sigsegv.pdb'), PDB);
    const named = { ...busy, timestamp, size, codeView: module.codeView };
    const { symbols } = setUp({ imagePath: root }, listOf(named));
    expect((await settled(() => symbols.of(named)))?.file).toContain(key);
  });

  it("finds Wine's system files for the lab's dumps", () => {
    for (const arch of ['x86', 'x64']) {
      const folder = `images/wine-8.0-${arch}`;
      for (const packed of corpusList(folder)) {
        const path = corpusFile(`${folder}/${packed}`);
        const { timestamp, sizeOfImage: size } = PeImage.fromFile(new BufferSource(readFileSync(path)));
        const store = new SymbolStore({ imagePath: join(path, '..') });
        expect(store.images.find({ fileName: packed.replace(/\.gz$/, ''), timestamp, size })?.name).toBe(
          path,
        );
      }
    }
  });
});

describe.skipIf(!hasCorpus)("the corpus's own store", () => {
  it('opens every PDB that it keeps', async () => {
    const root = shared('corpus/public/symbols');
    for (const name of corpusList('public/symbols')) {
      if (name === 'breakpad') continue;
      for (const key of corpusList(`public/symbols/${name}`)) {
        const guid = key.slice(0, 32);
        const age = parseInt(key.slice(32), 16);
        const wanted = { ...module, codeView: { kind: 'rsds', guid, age, pdb: `C:\\x\\${name}` } as const };
        const { symbols } = setUp({ symbolPath: `srv*${root}` }, listOf(wanted));
        const found = await settled(() => symbols.of(wanted));
        expect([name, key, found?.status, symbols.reasons(wanted)]).toMatchObject([name, key, 'pdb', {}]);
      }
    }
  });
});
