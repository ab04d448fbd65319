import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../core/engine/index.ts';
import { corpusFile, hasCorpus } from '../../corpus.ts';
import { labFolder } from '../../openCorpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

describe.skipIf(!hasCorpus)('symbols, loaded and forgotten by command', () => {
  let engine: Engine;
  let elsewhere: string;
  const run = async (line: string): Promise<string[]> => [...(await runLine(engine, line)).lines];
  const module = async (name: string): Promise<string> => (await run(`lm o m ${name}`))[1] ?? '';

  beforeAll(async () => {
    engine = await openLab('x86-static-O0', 'privrw', { fresh: true });
    elsewhere = mkdtempSync(join(tmpdir(), 'stillframe-test-'));
    // another build's PDB under the name that the module gives
    copyFileSync(corpusFile('lab/x64-static-O0/RuntimeTest.pdb'), join(elsewhere, 'RuntimeTest.pdb'));
  });
  afterAll(() => rmSync(elsewhere, { recursive: true }));

  it('are deferred until ld loads them, which says so once', async () => {
    expect(await run('.reload')).toEqual(['Reloading current modules', '.....']);
    expect(await module('RuntimeDll')).toMatch(/RuntimeDll {3}\(deferred\)/);
    expect((await run('ld RuntimeDll')).at(-1)).toBe('Symbols loaded for RuntimeDll');
    expect(await run('ld RuntimeDll')).toEqual(['Symbols already loaded for RuntimeDll']);
    expect(await module('RuntimeDll')).toMatch(/RuntimeDll C \(private pdb symbols\) {2}\S+RuntimeDll\.pdb$/);
  });

  it('are loaded at once with /f, and it is told which are not as they should be', async () => {
    const lines = await run('.reload /f ntdll.dll');
    expect(lines[0]).toBe(
      '*** ERROR: Symbol file could not be found.  Defaulted to export symbols for ntdll.dll - ',
    );
    expect(lines.slice(1, 4)).toEqual([
      '',
      '************* Symbol Loading Error Summary **************',
      'Module name            Error',
    ]);
    expect(lines[4]).toMatch(/^ntdll {18}not found: .*debug record/);
    expect(await run('.reload /f RuntimeTest.exe')).toEqual([
      '*** WARNING: Unable to verify checksum for RuntimeTest.exe',
    ]);
  });

  it('go with /u, module and all, and come back', async () => {
    const before = await run('lm 1m');
    for (const back of ['.reload RuntimeDll.dll', '.reload']) {
      expect(await run('.reload /u RuntimeDll.dll')).toEqual(['Unloaded RuntimeDll.dll']);
      expect(await run('lm o m RuntimeDll')).toHaveLength(1);
      expect((await runLine(engine, '? RuntimeDll')).errors).toHaveLength(1);
      await run(back);
      expect(await module('RuntimeDll')).toContain('(deferred)');
    }
    expect(await run('lm 1m')).toEqual(before);
  });

  it('come for a module that was put into the list by hand, by its headers or by a file of its name', async () => {
    const before = await run('~*k');
    const first = await run('ln RuntimeDll!dll_new_node');
    await run('.reload /u RuntimeDll.dll');
    expect(await run('~*k')).not.toEqual(before);
    await run('.reload RuntimeDll.dll=10000000');
    expect(await run('~*k')).toEqual(before);
    expect(await run('ln RuntimeDll!dll_new_node')).toEqual(first);

    // at an address where the dump has nothing: the file on the image path tells size and identity
    await run('.reload /f RuntimeDll.dll=56780000');
    const { data } = await runLine(engine, 'lm m RuntimeDll_56780000');
    expect(data.modules).toMatchObject([{ start: '0x56780000', end: '0x56787000', symbols: 'pdb' }]);
    // in place of what it overlaps
    expect(await run('.reload other.dll=10001000,2000,12345678')).toEqual(['Unloaded RuntimeDll.dll']);
    expect((await run('lmvm other')).join('\n')).toMatch(/10001000 10003000[^]*12345678[^]*00002000/);
    await run('.reload');
    expect(await run('lm o m RuntimeDll*')).toHaveLength(2);
    expect(await run('lm o m other')).toHaveLength(1);
  });

  it('come for a module that the process had unloaded', async () => {
    await run('.reload /unl ucrtbase.dll');
    const { data } = await runLine(engine, 'lm m ucrtbase');
    expect(data.modules).toMatchObject([{ start: '0x6aac0000', end: '0x6ada1000', name: 'ucrtbase' }]);
    await run('.reload');
  });

  it('come with /i for a module of which nothing says which PDB it wants', async () => {
    await run('.reload /f RuntimeTest.pdb=66000000,11000');
    expect(await module('RuntimeTest_66000000')).toContain('(no symbols)');
    await run('.reload /i RuntimeTest_66000000');
    expect(await module('RuntimeTest_66000000')).toContain('M (private pdb symbols)');
    await run('.reload');
  });

  it('are forgotten by a pattern, and by an address', async () => {
    await run('ld RuntimeDll');
    await run('.reload Runtime*');
    expect(await module('RuntimeDll')).toContain('(deferred)');
    await run('ld RuntimeDll');
    const dll = engine.session.target.modules.byName('RuntimeDll');
    await run(`.reload 0x${((dll?.base ?? 0n) + 0x1000n).toString(16)}`);
    expect(await module('RuntimeDll')).toContain('(deferred)');
  });

  it('of another build are refused, and taken with /i: lm marks the module', async () => {
    // the PDB beside the image comes before the path: the image must not be found
    await run(`.exepath ${elsewhere}`);
    await run(`.sympath ${elsewhere}`);
    const refused = await run('.reload /f RuntimeTest.exe');
    expect(refused.at(-1)).toMatch(/^RuntimeTest {12}mismatch: \S+RuntimeTest\.pdb: /);
    expect(await module('RuntimeTest')).not.toContain('pdb symbols');
    expect((await run('.reload /i RuntimeTest.exe'))[0]).toMatch(
      /^\*\*\* WARNING: .* belong to another image/,
    );
    expect(await module('RuntimeTest')).toMatch(/RuntimeTest M \(private pdb symbols\)/);
    expect((await run('!chksym RuntimeTest')).at(-1)).toMatch(
      /^MISMATCH: RuntimeTest\.pdb and RuntimeTest\.exe: /,
    );
    const { data } = await runLine(engine, '!symcheck RuntimeTest');
    expect(data).toMatchObject({ modules: [{ name: 'RuntimeTest', symbols: 'pdb', mismatched: true }] });
    const image = { key: '6B00065B11000', inDump: false, attempts: [{}, { outcome: 'not found' }] };
    expect(data).toMatchObject({ imagePath: elsewhere, modules: [{ imageFile: image }] });

    await run('.symopt- 40');
    await run('.reload');
    await run('.symopt+ 40');
    await run('ld RuntimeTest');
    expect(await module('RuntimeTest')).toContain('M (private pdb symbols)');
    await run('.symopt- 40');
    await run(`.sympath ${labFolder('x86-static-O0')}`);
    await run('.reload');
    expect((await run('!chksym RuntimeTest')).at(-1)).toBe('MATCH: RuntimeTest.pdb and RuntimeTest.exe');
  });

  it('tell where they were looked for in noisy mode', async () => {
    expect(await run('!sym noisy')).toEqual(['noisy mode - symbol prompts on']);
    await run('.reload RuntimeDll.dll');
    const lines = await run('x RuntimeDll!nothing_of_this_name');
    expect(lines.at(-3)).toMatch(/^DBGHELP: \S+RuntimeDll\.pdb - OK$/);
    expect(lines.at(-2)).toBe('DBGHELP: RuntimeDll - private symbols & lines');
    expect(lines.at(-1)).toMatch(/^ {9}\S+RuntimeDll\.pdb$/);
    expect(await run('!sym quiet')).toEqual(['quiet mode - symbol prompts on']);
    await run('.reload RuntimeDll.dll');
    expect(await run('x RuntimeDll!nothing_of_this_name')).toEqual([]);
  });

  it('are not searched for a bare name with SYMOPT_NO_UNQUALIFIED_LOADS', async () => {
    const value = async (): Promise<string> => {
      const { lines, errors } = await runLine(engine, '? g_nthreads');
      return (errors[0] ?? lines[0] ?? '').replace(/^.* = /, '');
    };
    await run('.reload; .symopt+ 100');
    expect(await value()).toContain("Couldn't resolve error");
    // what is loaded is searched all the same
    await run('ld RuntimeTest');
    expect(await value()).toBe('0040c2a8');
    await run('.reload; .symopt- 100');
    expect(await value()).toBe('0040c2a8');
  });

  it('are refused what cannot be meant', async () => {
    for (const [line, message] of [
      ['.reload nobody.dll', '"nobody.dll" was not found in the image list'],
      ['.reload /x', '.reload has no option /x'],
      ['.reload /u', '.reload /u takes the name of a module'],
      ['.reload /unl nobody.dll', '"nobody.dll" was not found in the unloaded module list'],
      ['.reload a.dll=1000', 'the size of a.dll is not known'],
      ['.reload a.dll=1000,2000,3000,4000', '.reload takes Module=Address[,Size[,Timestamp]]'],
      ['.reload a.dll=1000,100000000', 'no size or timestamp of 32 bits'],
      ['ld nobody', "no module matches 'nobody'"],
      ['!sym loud', "!sym has no 'loud'"],
      ['.lines -x', '.lines takes -e, -d or -t'],
    ] as const) {
      const { errors } = await runLine(engine, line);
      expect(errors[0], line).toContain(message);
    }
  });

  it('have options, listed by dbghelp’s names', async () => {
    const listed = await run('.symopt');
    expect(listed[0]).toBe('Symbol options are 0x30237:');
    expect(listed[1]).toBe('  0x00000001 - SYMOPT_CASE_INSENSITIVE');
    expect(listed).toHaveLength(9);
    expect((await run('.symopt+ 80000000'))[0]).toBe('Symbol options are 0x80030237:');
    expect(await run('!sym')).toEqual([
      '!sym <noisy/quiet - prompts/prompts off> - noisy mode - symbol prompts on',
    ]);
    expect((await run('.symopt- 0x80000000'))[0]).toBe('Symbol options are 0x30237:');
  });

  it('show source lines or not', async () => {
    await run('.reload');
    expect(await run('.lines')).toEqual(['Line number information will not be loaded']);
    expect((await run('k')).join('\n')).not.toContain(' @ ');
    expect(await run('.lines')).toEqual(['Line number information will be loaded']);
    expect((await run('k')).join('\n')).toContain('RuntimeTest.c @ ');
  });
});
