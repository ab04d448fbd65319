import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../../core/eval/index.ts';
import { fakeEnvironment } from './fakeEnvironment.ts';

const evaluator = createEvaluator(fakeEnvironment({ registers: { rcx: 7n }, radix: 16 }));

describe('C++ whole numbers', () => {
  it.each([
    ['10', 10n],
    ['0x10', 16n],
    ['010', 8n],
    ['0', 0n],
    ['10u + 5UL', 15n],
    ['-7 / 2', -3n],
    ['-7 % 2', -1n],
    ['-1 < 0', 1n],
    ['1 << 4 | 1', 17n],
    ['!0 + ~0', 0n],
    ['1 && 0 || 1', 1n],
    ['@rcx * (2 + 1)', 21n],
    ['0 ? 1 / 0 : 5', 5n],
    ["'A'", 65n],
    ['-8 >> 1', -4n],
    ['1 == 1 ? 2 : 3', 2n],
    ['@@masm(by(1000 + 10)) + 1', 17n],
  ])('%s', (text, expected) => expect(evaluator.evaluateIn('c++', text)).toBe(expected));

  it('stands in a MASM expression within @@c++( ) and @@( )', () => {
    expect(evaluator.evaluate('@@c++(10) + 10')).toBe(26n);
    expect(evaluator.evaluate('@@(10 * 2) + @@masm(10)')).toBe(36n);
  });

  it('is what .expr chooses', () => {
    const own = createEvaluator(fakeEnvironment());
    own.language = 'c++';
    expect(own.evaluate('10')).toBe(10n);
    expect(own.evaluate('@@(10)')).toBe(16n);
    expect(own.range('4096 L8', 1, 1)).toEqual({ start: 0x1000n, end: 0x1008n, rest: '' });
  });

  it.each(['(int)5', 'main', '*(int*)5', 'sizeof(int)', '"text"'])('refuses %s by name', (text) => {
    expect(() => evaluator.evaluateIn('c++', text)).toThrow(
      /^C\+\+ expressions with names or types cannot be evaluated yet/,
    );
  });

  it.each(['1 +', '(1', '1 ? 2', ')'])('reports %s as malformed', (text) => {
    expect(() => evaluator.evaluateIn('c++', text)).toThrow(/^(Numeric expression missing|Syntax error)/);
  });
});
