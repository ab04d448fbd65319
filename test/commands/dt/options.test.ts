import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../core/engine/index.ts';
import { hasCorpus } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

/** Prototypes by `llvm-pdbutil-19 dump --symbols --types`; values by the lab's own globals. */
describe.skipIf(!hasCorpus)('options of dt', () => {
  let engine: Engine;
  const run = async (line: string): Promise<readonly string[]> => (await runLine(engine, line)).lines;

  beforeAll(async () => {
    engine = await openLab('x86-static-O0');
  });

  it('-f gives a function its parameters, by the names of its private symbols', async () => {
    expect(await run('dt RuntimeTest!wmain')).toEqual([' int  RuntimeTest!wmain+0']);
    expect(await run('dt -f RuntimeTest!wmain')).toEqual([
      'int RuntimeTest!wmain(int argc, wchar_t ** argv)',
    ]);
    expect(await run('dt -f RuntimeTest!shapes::Circle::Area')).toEqual([
      'double RuntimeTest!shapes::Circle::Area(const shapes::Circle * this, ThreadRec * t, void * e)',
    ]);
    const { data } = await runLine(engine, 'dt RuntimeTest!wmain');
    expect(data).toMatchObject({
      symbol: 'RuntimeTest!wmain',
      returns: 'int',
      parameters: [
        { type: 'int', name: 'argc' },
        { type: 'wchar_t **', name: 'argv' },
      ],
    });
  });

  it('-f gives a pointer to a function the parameters of its type', async () => {
    expect(await run('dt -f RuntimeTest!g_outer callback')).toEqual([
      '   +0x054 callback : 0x004053f0     int  RuntimeTest!OuterCallback+0(int, Outer *)',
    ]);
    expect((await run('dt RuntimeTest!g_outer callback'))[0]).toMatch(/OuterCallback\+0$/);
  });

  it('-y takes the beginning of a variable’s name', async () => {
    expect(await run('dt -y RuntimeTest!g_out')).toEqual(await run('dt RuntimeTest!g_outer'));
    expect((await runLine(engine, 'dt RuntimeTest!g_out')).errors).toHaveLength(1);
  });

  it('-d of one name says what -v says', async () => {
    expect(await run('dt -d RuntimeTest!g_outer')).toEqual(await run('dt -v RuntimeTest!g_outer'));
    expect((await run('dt -d RuntimeTest!ListI*')).slice(0, 3)).toEqual([
      '          RuntimeTest!ListItem',
      '',
      'RuntimeTest!ListItem',
    ]);
  });

  it('-b goes through arrays within arrays', async () => {
    expect(await run('dt -b RuntimeTest!g_outer matrix')).toEqual([
      '   +0x034 matrix : ',
      '    [00] ',
      ...[0, 1, 4].map((n, i) => `       [0${i}] 0n${n}`),
      '    [01] ',
      ...[9, 16, 25].map((n, i) => `       [0${i}] 0n${n}`),
    ]);
  });

  it('names a typedef of a number no more than the manual does', async () => {
    expect(await run('dt -ca3 ULONG RuntimeTest!g_numbers')).toEqual(['[0] 1', '[1] 1', '[2] 2']);
  });

  it('knows a variable that has no place in its frame', async () => {
    const optimised = await openLab('x64-static-O2');
    const { lines, errors } = await runLine(optimised, '~0s;.frame 6;dv argc;dt argc');
    expect(lines.at(-2)).toBe('           argc = <value unavailable>');
    expect(errors).toEqual(['argc is a parameter of type int, and its value is not available in this frame']);
  });
});
