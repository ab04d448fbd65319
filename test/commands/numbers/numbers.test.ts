import { describe, expect, it } from 'vitest';
import { numberCommands } from '../../../core/commands/numbers/index.ts';
import { MACHINES } from '../../../core/target/index.ts';
import { fakeTarget } from '../memory/fakeTarget.ts';
import { TestSession } from '../memory/openSession.ts';

const x86 = (): TestSession => new TestSession(fakeTarget({ registers: { eax: 0xc0000005n } }));
const x64 = (): TestSession => new TestSession(fakeTarget({ machine: MACHINES.x64 }));

/** Without the time, which the debugger prints in its own zone. */
async function formats(session: TestSession, text: string): Promise<string[]> {
  return (await session.lines(`.formats ${text}`)).filter((line) => !line.startsWith('  Time:'));
}

// expected texts are real output, from the debugger's documentation and public logs
describe('?', () => {
  it.each([
    ['0n143', 'Evaluate expression: 143 = 0000008f'],
    ['-1', 'Evaluate expression: -1 = ffffffff'],
    ['@eax', 'Evaluate expression: -1073741819 = c0000005'],
    ['c0000005', 'Evaluate expression: -1073741819 = c0000005'],
    // wider than the machine: nothing is cut
    ['c0000005 + 1`00000000', 'Evaluate expression: 7516192773 = 00000001`c0000005'],
  ])('%s on x86', async (text, line) => expect(await x86().lines(`? ${text}`)).toEqual([line]));

  it.each([
    ['409', 'Evaluate expression: 1033 = 00000000`00000409'],
    ['00007ff9`6bb40770', 'Evaluate expression: 140709230544752 = 00007ff9`6bb40770'],
    ['-1', 'Evaluate expression: -1 = ffffffff`ffffffff'],
    ['c0000005', 'Evaluate expression: 3221225477 = 00000000`c0000005'],
  ])('%s on x64', async (text, line) => expect(await x64().lines(`? ${text}`)).toEqual([line]));

  it('gives the value as data', async () => {
    expect((await x86().run('? -1')).data).toEqual({ value: '0xffffffff', signed: '-1' });
    expect((await x64().run('? -1')).data).toEqual({ value: '0xffffffffffffffff', signed: '-1' });
  });
});

describe('.formats', () => {
  it('on x86', async () => {
    expect(await formats(x86(), '1c407e62')).toEqual([
      'Evaluate expression:',
      '  Hex:     1c407e62',
      '  Decimal: 473988706',
      '  Decimal (unsigned) : 473988706',
      '  Octal:   03420077142',
      '  Binary:  00011100 01000000 01111110 01100010',
      '  Chars:   .@~b',
      '  Float:   low 6.36908e-022 high 0',
      '  Double:  2.34182e-315',
    ]);
    expect(await x86().lines('.formats 0xE06D7363')).toEqual([
      'Evaluate expression:',
      '  Hex:     e06d7363',
      '  Decimal: -529697949',
      '  Decimal (unsigned) : 3765269347',
      '  Octal:   34033271543',
      '  Binary:  11100000 01101101 01110011 01100011',
      '  Chars:   .msc',
      '  Time:    ***** Invalid',
      '  Float:   low -6.84405e+019 high 0',
      '  Double:  1.86029e-314',
    ]);
  });

  it('on x64', async () => {
    expect(await formats(x64(), '57724231h')).toEqual([
      'Evaluate expression:',
      '  Hex:     00000000`57724231',
      '  Decimal: 1467105841',
      '  Decimal (unsigned) : 1467105841',
      '  Octal:   0000000000012734441061',
      '  Binary:  00000000 00000000 00000000 00000000 01010111 01110010 01000010 00110001',
      '  Chars:   ....WrB1',
      '  Float:   low 2.66366e+014 high 0',
      '  Double:  7.24847e-315',
    ]);
    expect(await x64().lines('.formats FFFFF8020F3F4280')).toEqual([
      'Evaluate expression:',
      '  Hex:     fffff802`0f3f4280',
      '  Decimal: -8787247283584',
      '  Decimal (unsigned) : 18446735286462268032',
      '  Octal:   1777777600101717641200',
      '  Binary:  11111111 11111111 11111000 00000010 00001111 00111111 01000010 10000000',
      '  Chars:   .....?B.',
      '  Time:    ***** Invalid FILETIME',
      '  Float:   low 9.42983e-030 high -1.#QNAN',
      '  Double:  -1.#QNAN',
    ]);
    expect(await formats(x64(), '203a72656c646e69')).toEqual([
      'Evaluate expression:',
      '  Hex:     203a7265`6c646e69',
      '  Decimal: 2322294337798696553',
      '  Decimal (unsigned) : 2322294337798696553',
      '  Octal:   0200723446255431067151',
      '  Binary:  00100000 00111010 01110010 01100101 01101100 01100100 01101110 01101001',
      '  Chars:    :reldni',
      '  Float:   low 1.10463e+027 high 1.57927e-019',
      '  Double:  1.9725e-153',
    ]);
  });

  it('times, in UTC', async () => {
    const time = async (text: string): Promise<string | undefined> =>
      (await x64().lines(`.formats ${text}`)).find((line) => line.startsWith('  Time:'))?.slice(11);
    // the public samples are in zones 8 hours ahead, 4 hours behind and 8 hours behind
    expect(await time('203a72656c646e69')).toBe('Tue Jan 22 16:02:59.869 8960 (UTC + 0:00)');
    expect(await time('01010101`01010101')).toBe('Mon Mar 29 01:14:43.807 1830 (UTC + 0:00)');
    expect(await time('1c407e62')).toBe('Mon Jan  7 23:31:46 1985');
    expect(await time('7fffffff')).toBe('Tue Jan 19 03:14:07 2038');
    expect(await time('80000000')).toBe('***** Invalid');
  });
});

describe('settings', () => {
  it('n', async () => {
    const s = x86();
    expect(await s.lines('n')).toEqual(['base is 16']);
    expect(await s.lines('n 10')).toEqual(['base is 10']);
    expect(await s.lines('? 10')).toEqual(['Evaluate expression: 10 = 0000000a']);
    expect(await s.lines('n 16')).toEqual(['base is 16']);
    expect(await s.lines('? 10')).toEqual(['Evaluate expression: 16 = 00000010']);
    await expect(s.run('n 2')).rejects.toThrow("n takes 8, 10 or 16, not '2'");
  });

  it('.expr', async () => {
    const s = x86();
    expect(await s.lines('.expr')).toEqual([
      'Current expression evaluator: MASM - Microsoft Assembler expressions',
    ]);
    expect(await s.lines('.expr /s c++')).toEqual([
      'Current expression evaluator: C++ - C++ source expressions',
    ]);
    expect(await s.lines('? 10 - 20')).toEqual(['Evaluate expression: -10 = fffffff6']);
    expect(await s.lines('.expr /s masm')).toEqual([
      'Current expression evaluator: MASM - Microsoft Assembler expressions',
    ]);
    await expect(s.run('.expr /s pascal')).rejects.toThrow(".expr /s takes masm or c++, not 'pascal'");
  });

  it('??', async () => {
    expect(await x86().lines('?? 7 * -3')).toEqual(['int 0n-21']);
    expect(await x86().lines('?? 0x1000u')).toEqual(['unsigned int 0x1000']);
    expect(await x86().lines('?? 1 < 2')).toEqual(['bool true']);
    expect(await x86().lines("?? 'a'")).toEqual(["char 0n97 'a'"]);
    expect(await x86().lines('?? 1.5 * 2')).toEqual(['double 3']);
    expect(await x86().lines('?? sizeof(long)')).toEqual(['unsigned int 4']);
    await expect(x86().run('?? 1 +')).rejects.toThrow('Numeric expression missing from');
  });
});

describe('the names of ? and ??', () => {
  it('are told apart where the line begins', () => {
    const matching = (line: string): string[] =>
      numberCommands.filter((c) => c.pattern?.test(line)).map((c) => c.name);
    expect(matching('?1+1')).toEqual(['?']);
    expect(matching('??1+1')).toEqual(['??']);
    expect(matching('n 10')).toEqual([]);
  });
});
