import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../core/engine/index.ts';
import { hasCorpus } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

/** A global variable of the program; C has it with an underscore before it on x86. */
const GLOBAL = 'g_items_head';

describe.skipIf(!hasCorpus)('.symopt', () => {
  let engine: Engine;
  let folder: string;
  const run = async (line: string): Promise<readonly string[]> => (await runLine(engine, line)).lines;
  const errors = async (line: string): Promise<readonly string[]> => (await runLine(engine, line)).errors;
  /** the names that `x` lists, without their addresses and types */
  const names = async (pattern: string): Promise<string[]> =>
    (await run(`x RuntimeTest!${pattern}`)).map((l) => /!(\S+)/.exec(l)?.[1] ?? '');

  beforeAll(async () => {
    engine = await openLab('x86-static-O0', 'privrw', { fresh: true });
    folder = mkdtempSync(join(tmpdir(), 'stillframe-test-'));
  });
  afterEach(async () => {
    await run('.symopt- 0fffbffff; .symopt+ 30237; .reload');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('-1 lets case count', async () => {
    expect(await names('G_ITEMS_*')).toEqual([GLOBAL]);
    expect(await errors('? RuntimeTest!G_Items_Head')).toEqual([]);
    await run('.symopt- 1');
    expect(await names('G_ITEMS_*')).toEqual([]);
    expect(await names('g_items_*')).toEqual([GLOBAL]);
    expect(await errors('? RuntimeTest!G_Items_Head')).toHaveLength(1);
    expect(await errors(`? RuntimeTest!${GLOBAL}`)).toEqual([]);
  });

  it('-2 shows public symbols as the linker names them, and searches those names', async () => {
    await run('.symopt- 2; .symopt+ 4000; .reload');
    expect(await names('*items_head')).toEqual([`_${GLOBAL}`]);
    expect((await run(`ln RuntimeTest!_${GLOBAL}`)).join('\n')).toContain(`RuntimeTest!_${GLOBAL}`);
    expect(await errors(`? RuntimeTest!_${GLOBAL}`)).toEqual([]);
  });

  it('+8 has __ for :: in names', async () => {
    const plain = (await names('*::*')).filter((n) => n.includes('::'));
    expect(plain.length).toBeGreaterThan(0);
    await run('.symopt+ 8');
    expect(await names('*::*')).toEqual([]);
    expect(await names('*__*')).toEqual(expect.arrayContaining(plain.map((n) => n.replaceAll('::', '__'))));
  });

  it('+4000 leaves public symbols, without types and lines, and +8000 private ones', async () => {
    const both = await run(`x RuntimeTest!${GLOBAL}`);
    await run('.symopt+ 4000; .reload');
    expect(await run(`x RuntimeTest!${GLOBAL}`)).toEqual([
      expect.stringMatching(/^0040cc54 +RuntimeTest!g_items_head = <no type information>$/),
    ]);
    expect((await run('lm o m RuntimeTest'))[1]).toContain('(pdb symbols)');
    expect((await run('~0k')).join('\n')).not.toContain(' @ ');
    await run('.symopt- 4000; .symopt+ 8000; .reload');
    expect(await run(`x RuntimeTest!${GLOBAL}`)).toEqual(both);
    // the C runtime's own string constants are public alone
    expect(await names('`string*')).toEqual([]);
  });

  it('-10000 lists public symbols beside private ones', async () => {
    await run('.symopt- 10000; .reload');
    expect(await names(GLOBAL)).toEqual([GLOBAL, GLOBAL]);
  });

  it('+400 takes no export symbols, and +40 with it nothing of another build', async () => {
    await run('.symopt+ 440; .reload');
    expect(await run('ld ntdll')).toHaveLength(1);
    expect((await run('lm o m ntdll'))[1]).toContain('(no symbols)');
  });

  it('+80 does not let the image say which PDB it wants', async () => {
    await run('.symopt+ 80; .reload; ld RuntimeTest');
    expect((await run('lm o m RuntimeTest'))[1]).not.toContain('pdb symbols');
    await run('.reload /i RuntimeTest.exe');
    expect((await run('lm o m RuntimeTest'))[1]).toContain('M (private pdb symbols)');
  });

  it('says which bits change nothing', async () => {
    expect((await run('.symopt+ 2200')).at(-1)).toMatch(
      /^WARNING: SYMOPT_INCLUDE_32BIT_MODULES changes nothing/,
    );
    expect((await run('.symopt- 20')).filter((l) => l.startsWith('WARNING'))).toHaveLength(2);
  });

  it('is told what !sym says', async () => {
    expect(await run('!sym prompts off')).toEqual(['quiet mode - symbol prompts off']);
    expect(await run('.symopt')).toContain('  0x00080000 - SYMOPT_NO_PROMPTS');
    await run('.symopt- 80000');
    expect((await run('!sym'))[0]).toContain('symbol prompts on');
  });

  // last: it cannot be undone
  it('+40000 writes no file and asks no server, and stays', async () => {
    const file = join(folder, 'cut.dmp');
    await run('.symopt+ 40000');
    expect((await run('.symopt- 40000')).at(-1)).toBe(
      'WARNING: Secure mode cannot be left while the dump is open',
    );
    expect(await errors(`.dump /m ${file}`)).toEqual([expect.stringContaining('secure mode')]);
    expect(existsSync(file)).toBe(false);
    await run(`.sympath srv*${folder}*https://127.0.0.1:9/`);
    await run(`.exepath ${folder}`);
    await run('.reload /f RuntimeTest.exe');
    const { data } = await runLine(engine, '!symcheck RuntimeTest');
    expect(JSON.stringify(data)).toContain('"outcome":"not asked","detail":"secure mode"');
  });
});
