import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BufferSource } from '../../../core/bytes/index.ts';
import { Engine } from '../../../core/engine/index.ts';
import { nodeHost } from '../../../core/node/index.ts';
import type { SymbolLoader } from '../../../core/symbols/index.ts';
import { corpusFile, hasCorpus } from '../../corpus.ts';
import { labFolder } from '../../openCorpus.ts';
import { runLine } from '../runLine.ts';

/** Every line says its number, so that a listing tells what it lists. */
const TEXT = Array.from({ length: 500 }, (_, i) => `/* ${i + 1} */\n`).join('');

describe.skipIf(!hasCorpus)('source files at a prompt', () => {
  let folder: string;
  let engine: Engine;
  const run = async (line: string): Promise<readonly string[]> => (await runLine(engine, line)).lines;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stillframe-test-'));
    writeFileSync(join(folder, 'RuntimeTest.c'), TEXT);
    const file = corpusFile('lab/x86-static-O0/privrw.dmp.gz');
    const lab = labFolder('x86-static-O0');
    const host = nodeHost({ dump: file, symbolPath: lab, imagePath: lab });
    const symbols = host.symbols && withChecksum(host.symbols);
    engine = await Engine.open(new BufferSource(readFileSync(file), file), { ...host, symbols });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are named where they are not found', async () => {
    await run('ld RuntimeTest');
    expect(await run('lsa RuntimeTest!wmain')).toEqual([
      '/home/lab/src/RuntimeTest.c @ 311: not found on the source path (.srcpath)',
    ]);
  });

  it('are listed around an address, and on from there', async () => {
    await run(`.srcpath ${folder}`);
    expect(await run('lsa RuntimeTest!wmain')).toEqual([
      ...[307, 308, 309, 310].map((n) => `   ${n}: /* ${n} */`),
      '>  311: /* 311 */',
      ...[312, 313, 314, 315, 316].map((n) => `   ${n}: /* ${n} */`),
    ]);
    expect((await run('ls'))[0]).toBe('   317: /* 317 */');
    expect(await run('ls 0n9, 2')).toEqual(['     9: /* 9 */', '    10: /* 10 */']);
    expect(await run('lsc')).toEqual([`Current: ${join(folder, 'RuntimeTest.c')}(11)`]);
    expect(await run('ls 0n600')).toEqual([`${join(folder, 'RuntimeTest.c')} has 500 lines`]);
  });

  it('are listed for the frame in effect', async () => {
    const frames = (await runLine(engine, 'kn')).lines;
    const row = frames.find((l) => l.includes('RuntimeTest!SignalAndWait')) ?? '';
    const line = / @ (\d+)\]/.exec(row)?.[1];
    await run(`.frame ${row.trim().slice(0, 2)}`);
    expect((await run('lsa .')).find((l) => l.startsWith('>'))).toBe(`>  ${line}: /* ${line} */`);
  });

  it('are shown in the number of lines that lsp sets', async () => {
    expect(await run('lsp 6')).toEqual(['At the prompt, display 3 source lines before and 3 after']);
    await run('lsp -a 1 2');
    expect((await run('lsa RuntimeTest!wmain')).map((l) => l.slice(0, 6))).toEqual([
      '   310',
      '>  311',
      '   312',
    ]);
    await run('lsp -a 4 6');
  });

  it('stand where the thread is, as l+ asks for it', async () => {
    const address = engine.session.symbols.resolve('RuntimeTest!wmain')[0]?.address ?? 0n;
    const context = engine.session.registers();
    if (!context) throw new Error('the dump has a thread');
    const at = new Proxy(context, {
      get: (of, key) => (key === 'ip' ? address : (Reflect.get(of, key, of) as unknown)),
    });
    const { whereLines } = await import('../../../core/commands/registers/index.ts');
    const shown = async (): Promise<string[]> =>
      (await whereLines(engine.session, at)).map((line) => line.map((s) => s.text).join(''));
    expect(await shown()).toHaveLength(2);
    expect(await run('l+l')).toEqual(['Source options are 2:', '     2/l - List source line at prompt']);
    expect((await shown())[1]).toBe('/home/lab/src/RuntimeTest.c(311)');
    await run('l+s');
    expect((await shown())[4]).toBe('>  311: /* 311 */');
    await run('l+o');
    expect(await shown()).toHaveLength(6);
    await run('.lines -d');
    expect(await shown()).toHaveLength(2);
    expect((await run('l-*'))[0]).toBe('  WARNING: Line information loading disabled');
    await run('.lines -e');
  });

  it('that are not the compiled ones are shown with a warning', async () => {
    writeFileSync(join(folder, 'RuntimeTest.c'), TEXT.replace('/* 3 */', '/* changed */'));
    const path = join(folder, 'RuntimeTest.c');
    expect((await run('lsa RuntimeTest!wmain'))[0]).toBe(
      `WARNING: ${path} is not the file that was compiled: its checksum differs`,
    );
    await run('.srcnoisy 1');
    expect((await run('lsa RuntimeTest!wmain')).slice(0, 2)).toEqual([
      "DBGENG:    '/home/lab/src/RuntimeTest.c' - not found",
      `DBGENG:    '${path}' - another version`,
    ]);
    await run('.srcnoisy 0');
  });

  it('are loaded by name', async () => {
    expect(await run('lsf RuntimeTest.c')).toEqual([`${join(folder, 'RuntimeTest.c')}: 500 lines`]);
    expect(await run('ls 1, 1')).toEqual(['     1: /* 1 */']);
    expect(await run('lsf- RuntimeTest.c')).toEqual([]);
    const { errors } = await runLine(
      engine,
      'lsf- RuntimeTest.c; lsf nobody.c; lsa 0; ls 0; l+q; .srcnoisy 7',
    );
    expect(errors).toEqual([
      'RuntimeTest.c is not loaded',
      'nobody.c: there is no such file, nor on the source path',
      'no source line is known for 0x0',
      'there is no line 0',
      'l+ takes t, l, s, o or *',
      '.srcnoisy takes 0 to 3',
    ]);
  });

  it('give their lines as data', async () => {
    const { data } = await runLine(engine, 'lsa RuntimeTest!wmain, 0n311, 1');
    expect(data).toMatchObject({
      file: '/home/lab/src/RuntimeTest.c',
      line: 311,
      checksum: 'differs',
      lines: [{ number: 311, text: '/* 311 */' }],
    });
  });

  it('are not looked for by a host that has none, which says so', async () => {
    const file = corpusFile('lab/x86-static-O0/privrw.dmp.gz');
    const lab = labFolder('x86-static-O0');
    const host = nodeHost({ dump: file, symbolPath: lab, imagePath: lab });
    const bare = await Engine.open(new BufferSource(readFileSync(file), file), { symbols: host.symbols });
    const { lines, errors } = await runLine(bare, 'lsa RuntimeTest!wmain; lsf a.c');
    expect(lines[0]).toBe('/home/lab/src/RuntimeTest.c @ 311: no source files are looked for here');
    expect(errors).toEqual(['no source files are looked for here']);
  });
});

/** The lab's sources are not here: each line gets the checksum of the text that stands in for them. */
function withChecksum(loader: SymbolLoader): SymbolLoader {
  const checksum = { kind: 'sha256', bytes: createHash('sha256').update(TEXT).digest() } as const;
  return {
    ...loader,
    load(module, request) {
      const symbols = loader.load(module, request);
      return (
        symbols &&
        new Proxy(symbols, {
          get(of, key) {
            const value: unknown = Reflect.get(of, key, of);
            if (key === 'lineAt') {
              return (rva: number) => {
                const line = of.lineAt?.(rva);
                return line && { ...line, checksum };
              };
            }
            return typeof value === 'function' ? (value.bind(of) as unknown) : value;
          },
        })
      );
    },
  };
}
