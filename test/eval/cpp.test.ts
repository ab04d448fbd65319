import { describe, expect, it } from 'vitest';
import { createEvaluator, numberOf } from '../../core/eval/index.ts';
import { unmodified } from '../../core/types/index.ts';
import { fakeEnvironment } from './fakeEnvironment.ts';

const evaluator = createEvaluator({
  ...fakeEnvironment({
    registers: { rcx: 7n, eax: 0xfffffffen, al: 0xfen, rdx: 0xfffffffffffffffen },
    radix: 16,
  }),
  registerBits: (name) => ({ eax: 32, al: 8 })[name] ?? 64,
});

/** Type and value, as a C++ compiler for Windows has them. */
function typed(text: string): string {
  const value = evaluator.evaluateCpp(text);
  const type = unmodified(value.type);
  return `${type.kind === 'basic' ? type.cName : type.kind} ${value.scalar ?? numberOf(value)}`;
}

describe('C++ whole numbers', () => {
  it.each([
    ['10', 'int 10'],
    ['0x10', 'int 16'],
    ['010', 'int 8'],
    ['0', 'int 0'],
    ['0xffffffff', 'unsigned int 4294967295'],
    ['4294967295', 'int64 4294967295'],
    ['2147483647 + 1', 'int -2147483648'],
    ['0xffffffffffffffff', 'unsigned int64 18446744073709551615'],
    ['10u + 5UL', 'unsigned int 15'],
    ['5i64 * 2', 'int64 10'],
    ['1ull', 'unsigned int64 1'],
    ['-7 / 2', 'int -3'],
    ['-7 % 2', 'int -1'],
    ['-1 < 0', 'bool 1'],
    ['-1 < 0u', 'bool 0'],
    ['1 << 4 | 1', 'int 17'],
    ['1 << 40', 'int 0'],
    ['-8 >> 1', 'int -4'],
    ['-8 >> 99', 'int -1'],
    ['!0 + ~0', 'int 0'],
    ['1 && 0 || 1', 'bool 1'],
    ['0 && 1 / 0', 'bool 0'],
    ['1 || @nothing', 'bool 1'],
    ['@rcx * (2 + 1)', 'unsigned int64 21'],
    ['@rdx / 2', 'unsigned int64 9223372036854775807'],
    ['@eax + 3', 'unsigned int 1'],
    ['@al + 3', 'int 257'],
    ['@$t0 - 1', 'unsigned int64 18446744073709551615'],
    ['0 ? 1 / 0 : 5', 'int 5'],
    ['1 ? -1 : 0u', 'unsigned int 4294967295'],
    ['1 == 1 ? 2 : 3', 'int 2'],
    ["'A'", 'char 65'],
    ["'A' + 1", 'int 66'],
    ['@@masm(by(1000 + 10)) + 1', 'unsigned int64 17'],
  ])('%s is %s', (text, expected) => expect(typed(text)).toBe(expected));

  it('stands in a MASM expression within @@c++( ) and @@( )', () => {
    expect(evaluator.evaluate('@@c++(10) + 10')).toBe(26n);
    expect(evaluator.evaluate('@@(10 * 2) + @@masm(10)')).toBe(36n);
    expect(evaluator.evaluate('@@(-1)')).toBe(-1n);
    expect(evaluator.evaluate('@@(-7 / 2) + 4')).toBe(1n);
  });

  it('is what .expr chooses', () => {
    const own = createEvaluator(fakeEnvironment());
    own.language = 'c++';
    expect(own.evaluate('10')).toBe(10n);
    expect(own.evaluate('@@(10)')).toBe(16n);
    expect(own.range('4096 L8', 1, 1)).toEqual({ start: 0x1000n, end: 0x1008n, rest: '' });
  });

  it.each([
    ['(char)0x141', 'char 65'],
    ['(unsigned char)-1', 'unsigned char 255'],
    ['(int)0xffffffff', 'int -1'],
    ['(unsigned __int64)-1', 'unsigned int64 18446744073709551615'],
    ['(bool)16', 'bool 1'],
    ['(long)3 + (short)4', 'long 7'],
    ['(unsigned)(char)-1', 'unsigned int 4294967295'],
    ['(int)3.99', 'int 3'],
    ['(double)1 / 4', 'double 0.25'],
    ['1.5f * 2', 'float 3'],
    ['7 / 2.0', 'double 3.5'],
    ['1e3 > 999', 'bool 1'],
    ['sizeof(int)', 'unsigned int64 4'],
    ['sizeof(unsigned long long) + 1', 'unsigned int64 9'],
    ['sizeof(void *)', 'unsigned int64 8'],
    ['sizeof(char[10])', 'unsigned int64 10'],
    ['sizeof 5', 'unsigned int64 4'],
    ['(wchar_t)65', 'wchar_t 65'],
    ['(1, 2)', 'int 2'],
    ['static_cast<unsigned char>(0x1ff)', 'unsigned char 255'],
    ['*(unsigned char *)0x1005', 'unsigned char 5'],
    ['*(unsigned short *)0x1004', 'unsigned short 1284'],
    ['((unsigned char *)0x1000)[7]', 'unsigned char 7'],
    ['*((unsigned short *)0x1000 + 3)', 'unsigned short 1798'],
    ['(int *)0x1010 - (int *)0x1000', 'int64 4'],
    ['(char *)0x1010 > (char *)0x1000', 'bool 1'],
    ['(int *)0x1000 + 2', 'pointer 4104'],
    ['&*(int *)0x1234', 'pointer 4660'],
    ['reinterpret_cast<int *>(0x10)', 'pointer 16'],
  ])('%s is %s', (text, expected) => expect(typed(text)).toBe(expected));

  it('assigns to pseudo-registers and to nothing else', () => {
    const environment = fakeEnvironment({ registers: { rcx: 7n } });
    const own = createEvaluator(environment);
    own.evaluateCpp('@$t1 = 5');
    own.evaluateCpp('@$t2 = @$t1 * 2');
    own.evaluateCpp('@$t2 += 1');
    own.evaluateCpp('@$t1++');
    expect([environment.pseudo('$t1'), environment.pseudo('$t2')]).toEqual([6n, 11n]);
    expect(() => own.evaluateCpp('@rcx = 1')).toThrow('Operand error');
    expect(() => own.evaluateCpp('*(int *)0x1000 = 1')).toThrow('a dump cannot be written to');
  });

  it.each([
    ['main', "Couldn't resolve error at 'main'"],
    ['m!nothing + 1', "Couldn't resolve error at 'm!nothing + 1'"],
    ['*(int *)5', "Memory access error at '*(int *)5'"],
    ['1[2]', 'Type is not an array or pointer for operator[]'],
    ['*5', "Operand error at '*5'"],
    ['&5', "Operand error at '&5'"],
  ])('%s: %s', (text, message) => {
    expect(() => numberOf(evaluator.evaluateCpp(text))).toThrow(message);
  });

  it('survives chains and refuses nests that are too deep', () => {
    expect(typed(Array.from({ length: 20000 }, () => '1').join('+'))).toBe('int 20000');
    expect(() => typed('~'.repeat(5000) + '1')).toThrow(/^Overflow error/);
  });

  it.each(['1 +', '(1', '1 ? 2', ')', '1 / 0'])('reports %s as malformed', (text) => {
    expect(() => evaluator.evaluateCpp(text)).toThrow(
      /^(Numeric expression missing|Syntax error|Operand error)/,
    );
  });
});
