import { describe, expect, it } from 'vitest';
import { formatDouble, formatSingle } from '../../core/output/index.ts';

// expected texts are real output, from the debugger's documentation and public logs
describe('numbers with a point', () => {
  it.each([
    [0x41414141, '12.0784'],
    [0xbf800000, '-1'],
    [0x00010000, '9.18355e-041'],
    [0x7f800000, '1.#INF'],
    [0xff800000, '-1.#INF'],
    [0xffc00000, '-1.#IND'],
    [0x7fc00001, '1.#QNAN'],
    [0x80000000, '-0'],
    [0x47c34ff3, '99999.9'],
    [0x49742400, '1e+006'],
  ])('single %d', (bits, text) => expect(formatSingle(bits, 6)).toBe(text));

  it('doubles', () => {
    expect(formatDouble(0x3ff8000000000000n, 6)).toBe('1.5');
    expect(formatDouble(0xfff8000000000000n, 6)).toBe('-1.#IND');
    expect(formatDouble(0x0101010101010101n, 6)).toBe('7.7486e-304');
    expect(formatDouble(0x3f1a36e2eb1c432dn, 6)).toBe('0.0001');
  });
});
