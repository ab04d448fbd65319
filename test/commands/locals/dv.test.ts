import { describe, expect, it } from 'vitest';
import { hasCorpus } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

// forms: samples.md, section 3, and the manual of dv; addresses and values are the lab's own (truth.json)
describe.skipIf(!hasCorpus)('dv', () => {
  const recurse = async (command: string): Promise<readonly string[]> => {
    const engine = await openLab('x64-static-O0');
    const { lines, errors } = await runLine(engine, `~5s;.frame 6;${command}`);
    return errors.length ? errors : lines.slice(lines.findIndex((l) => l.startsWith('06 ')) + 1);
  };

  it.each([
    [
      'dv',
      [
        '              t = 0x00000000`029bf910',
        '          depth = 0n17',
        '             in = struct Point',
        '           text = 0x00000001`4000944c "recursion text"',
        '          level = 0n51',
        '          ratio = 2.125',
        '            tag = char [16] "level-17"',
        '             pt = struct Point',
        '          color = COLOR_BLUE (0n4)',
        '              r = 0n77526240',
      ],
    ],
    ['dv /i /t l*', ['prv local  int level = 0n51']],
    ['dv /t /v d*', ['00000000`049ef3cc int depth = 0n17']],
    ['dv /v tag', ['00000000`049ef3a0             tag = char [16] "level-17"']],
    ['dv /V /i level', ['prv local  00000000`049ef3bc @rbp-0x0014           level = 0n51']],
    [
      'dv /t /V [dt]*',
      [
        '00000000`049ef3c0 @rbp-0x0010 struct ThreadRec * t = 0x00000000`029bf910',
        '00000000`049ef3cc @rbp-0x0004 int depth = 0n17',
        '00000000`049ef3d0 @rbp+0x0000 char * text = 0x00000001`4000944c "recursion text"',
        '00000000`049ef3a0 @rbp-0x0030 char [16] tag = char [16] "level-17"',
      ],
    ],
    ['dv /n /t [lr]*', ['int level = 0n51', 'int r = 0n77526240', 'double ratio = 2.125']],
    ['dv /N [lr]?*', ['          ratio = 2.125', '          level = 0n51']],
    [
      'dv /a /v r*',
      ['00000000`049ef390               r = 0n77526240', '00000000`049ef3b0           ratio = 2.125'],
    ],
    ['dv /Z ?t', ['             pt = struct Point']],
    ['dv /f RuntimeTest!Recurse+30 depth', ['                  @rbp-0x0004           depth']],
    // at its first instruction nothing has a place yet
    ['dv /f RuntimeTest!Recurse depth', ['                  @rbp-0x0004           depth']],
    ['dv /r l*', ['          level = 0n51']],
    ['dv nothing', []],
    ['dv /k', ['dv has no switch /k']],
    [
      '.frame 0;dv',
      [
        'Unable to enumerate locals, Win32 error 0n87: Private symbols (symbols.pri) are required for locals.',
      ],
    ],
  ])('%s', async (command, expected) => expect(await recurse(command)).toEqual(expected));

  it('tells variables of one name apart with /r', async () => {
    const engine = await openLab('x64-static-O2');
    // a function inlined into Waiter2 has a parameter of the same name
    const names = async (line: string): Promise<string[]> =>
      (await runLine(engine, line)).lines.map((l) => l.trim().split(/\s+/).at(-1) ?? '');
    expect(await names('dv /f RuntimeTest!Waiter2+60 "t*"')).toEqual(['t', 't']);
    expect(await names('dv /r /f RuntimeTest!Waiter2+60 "t*"')).toEqual(['t@1', 't']);
  });

  it('has registers of optimised code', async () => {
    const engine = await openLab('x64-static-O2');
    const { lines, data } = await runLine(engine, '~6s;.frame 4;dv /v p');
    expect(lines.at(-1)).toBe('@rsi                            p = 0x00000000`029c2ae0');
    expect(data.locals).toEqual([
      {
        name: 'p',
        type: 'void *',
        size: 8,
        parameter: true,
        register: 'rsi',
        location: '@rsi',
        value: '0x29c2ae0',
        available: true,
      },
    ]);
  });
});
