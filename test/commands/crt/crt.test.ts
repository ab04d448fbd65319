import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../../core/bytes/index.ts';
import { Engine } from '../../../core/engine/index.ts';
import { nodeHost } from '../../../core/node/index.ts';
import { type JsonObject, plain } from '../../../core/output/index.ts';
import { exportSymbols, type SymbolLoader } from '../../../core/symbols/index.ts';
import { corpusFile, corpusList, hasCorpus, wineImages } from '../../corpus.ts';
import { labFolder } from '../../openCorpus.ts';

interface Ran {
  readonly ok: boolean;
  readonly text: string;
  readonly data: JsonObject;
  readonly message: string;
}

const exportsOnly: SymbolLoader = { load: ({ image }) => image && exportSymbols(image) };

async function open(path: string, lab?: string, withPdbs = true): Promise<(line: string) => Promise<Ran>> {
  const dump = corpusFile(path);
  const folder = lab && labFolder(lab);
  const imagePath = folder && [folder, ...wineImages('x86')].join(';');
  const node = nodeHost({ dump, symbolPath: folder, imagePath });
  const host = withPdbs ? node : { ...node, symbols: exportsOnly };
  const engine = await Engine.open(new BufferSource(readFileSync(dump), dump), host);
  return async (line) => {
    const lines: string[] = [];
    const [result] = await engine.execute(line, { line: (l) => lines.push(plain(l)) });
    const message = result?.error?.message ?? '';
    return { ok: result?.ok ?? false, text: lines.join('\n'), data: result?.data ?? {}, message };
  };
}

const openLab = (name: string) => open(`lab/${name}/privrw.dmp.gz`, name);

describe.skipIf(!hasCorpus)('!crt', () => {
  it('shows modules, heaps and who may free what', async () => {
    const { text, data } = await (await openLab('x86-static-O0'))('!crt');
    expect(text).toMatch(/^RuntimeDll +static +its own, debug +028f0000 +_crtheap at RuntimeDll\+0x4080/m);
    expect(text).toMatch(/^028f0000 +\d+ +\d+ +RuntimeDll$/m);
    expect(text).toMatch(/^\[1\] static C runtime of RuntimeTest\.exe \(debug\) +yes +no \(a\)$/m);
    expect(text).toMatch(/^\(a\) different heaps: /m);
    expect(data.mayFree).toEqual({ RuntimeTest: ['RuntimeTest'], RuntimeDll: ['RuntimeDll'] });
  });

  it('says whose an address is, and where in its block', async () => {
    const run = await openLab('x86-static-O0-heapcorrupt');
    const { text, data } = await run('!crt b60a80');
    expect(text).toMatch(/Debug header: +00b60a60 request 30, normal block, 2000 bytes/);
    expect(text).toMatch(/DAMAGED: +after the data/);
    expect(data).toMatchObject({ address: '0xb60a80', heap: '0xb60000', mustNotFree: ['RuntimeDll'] });
    expect(data.header).toMatchObject({
      address: '0xb60a60',
      size: 2000,
      request: 30,
      line: 4000,
      damaged: true,
    });
    expect((await run('!crt b60a84')).text).toMatch(/lies 0x4 bytes into debug memory at 00b60a80/);
    expect((await run('!crt 400000')).text).toMatch(/has a C runtime of its own linked in/);
  });

  it('lists blocks by type, size and file', async () => {
    const run = await openLab('x86-static-O0-heapcorrupt');
    const rows = async (line: string): Promise<JsonObject[]> =>
      (await run(line)).data.blocks as unknown as JsonObject[];
    const clients = await rows('!crt -blocks RuntimeDll -type client');
    expect(clients.map((b) => b.line)).toEqual(Array<number>(10).fill(28));
    const sized = await rows('!crt -blocks -size 0n100-0n110');
    expect(sized.length).toBeGreaterThan(0);
    expect(sized.every((b) => Number(b.size) >= 100 && Number(b.size) <= 110)).toBe(true);
    expect((await rows('!crt -blocks -file runtimetest')).every((b) => b.file === 'RuntimeTest.c')).toBe(
      true,
    );
    expect((await run('!crt -blocks -type odd')).message).toMatch(/no type of block/);
    expect((await run('!crt -odd')).message).toMatch(/no option -odd/);
  });

  it('prints leaks as the runtime would, and damage', async () => {
    const run = await openLab('x86-static-O0-heapcorrupt');
    const leaks = (await run('!crt -leaks RuntimeDll')).text;
    expect(leaks).toContain(
      'Detected memory leaks!\nDumping objects ->\n{226} normal block at 0x02908ED8, 436 bytes long.',
    );
    expect(leaks).toContain(
      'RuntimeDll.cpp(28) : {204} client block at 0x02906BE0, subtype 0, 4240 bytes long.',
    );
    expect(leaks).toMatch(/Object dump complete\.$/);
    const check = (await run('!crt -check')).text;
    expect(check.match(/^HEAP CORRUPTION DETECTED/gm)).toHaveLength(5);
    expect(check).toMatch(/after the end of the buffer: 00b61250 {2}58 fd fd fd, not fd fd fd fd/);
  });

  it('names the DLL as allocator and the EXE as freer where they cross', async () => {
    const { text, data } = await (await openLab('x86-crash-crossfree'))('!crt -misuse');
    expect(text).toMatch(/^cross-module free on thread 0/m);
    expect(data.misuse).toMatchObject([
      { kind: 'cross-module free', allocatedBy: ['RuntimeDll'], freedBy: 'RuntimeTest' },
    ]);
    const sound = await (await openLab('x86-static-O0'))('!crt -misuse');
    expect(sound.data.misuse).toEqual([]);
  });

  it('names them by what their code does where no symbol names a function', async () => {
    const run = await open('lab/x86-crash-crossfree/privrw.dmp.gz', 'x86-crash-crossfree', false);
    expect((await run('k')).text).not.toContain('RuntimeTest!');
    const { text, data } = await run('!crt -misuse');
    expect(text).toMatch(/^Likely cross-module free on thread 0/m);
    expect(text).toMatch(
      /no symbol names RuntimeTest\+0x8890: its code passes its first argument, less 0x20, through 3 functions more, to HeapFree/,
    );
    expect(data.misuse).toMatchObject([
      { certainty: 'likely', allocatedBy: ['RuntimeDll'], freedBy: 'RuntimeTest', pointer: '0x29065b0' },
    ]);
    const { text: analysis } = await run('!analyze -v');
    expect(analysis).toMatch(
      /cross-module free \(likely\): .*RuntimeDll allocated it .*, RuntimeTest frees it/,
    );
  });

  it('says of every public dump what can be known', async () => {
    for (const name of hasCorpus ? corpusList('public/dumps') : []) {
      const run = await open(`public/dumps/${name}`);
      const { ok, data, text } = await run('!crt');
      expect(ok, `${name}: ${text}`).toBe(true);
      const modules = data.modules as unknown as JsonObject[];
      const listed = (await run('lm')).data.modules as unknown as JsonObject[];
      expect(modules.map((m) => String(m.name)).toSorted(), name).toEqual(
        listed.map((m) => String(m.name)).toSorted(),
      );
      // whoever is not known says why
      const silent = modules.filter((m) => m.linkage === 'unknown' && m.notes === undefined);
      expect(silent, name).toEqual([]);
      for (const m of modules.filter((row) => /^(msvcrt|ucrtbased?|msvcr\d+d?)$/i.test(String(row.name)))) {
        expect(m.runtime, name).toMatch(new RegExp(String(m.name), 'i'));
      }
    }
  });
});
