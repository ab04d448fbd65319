import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../../core/eval/index.ts';
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
  const { type, value } = evaluator.evaluateCpp(text);
  return `${type.name} ${value}`;
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

  it.each(['(int)5', 'main', '*(int*)5', 'sizeof(int)', '"text"'])('refuses %s by name', (text) => {
    expect(() => evaluator.evaluateCpp(text)).toThrow(
      /^C\+\+ expressions with names or types cannot be evaluated yet/,
    );
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
