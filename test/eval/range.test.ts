import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../../core/eval/index.ts';
import { MACHINES } from '../../core/target/index.ts';
import { fakeEnvironment } from './fakeEnvironment.ts';

const evaluator = createEvaluator(
  fakeEnvironment({
    machine: MACHINES.x86,
    registers: { esp: 0x1000n, ecx: 3n },
    symbols: { LdrLoadDll: [0x2000n], 'ntdll!LdrLoadDll': [0x2000n] },
  }),
);

describe('address ranges', () => {
  // address-and-address-range-syntax.md: the end address belongs to the range; L- ends at the address
  it.each([
    ['1000', 4, 32, 0x1000n, 0x1080n, ''],
    ['0x00001000  0x00001007', 4, 32, 0x1000n, 0x1008n, ''],
    ['1000 L8', 1, 32, 0x1000n, 0x1008n, ''],
    ['1000 l2', 4, 32, 0x1000n, 0x1008n, ''],
    ['80000000 L20', 1, 1, 0x80000000n, 0x80000020n, ''],
    ['80000000 L-20', 1, 1, 0x7fffffe0n, 0x80000000n, ''],
    ['1000 L?20000000', 1, 1, 0x1000n, 0x20001000n, ''],
    ['1000 L 0n10', 1, 1, 0x1000n, 0x100an, ''],
    ['esp L@ecx', 4, 1, 0x1000n, 0x100cn, ''],
    ['esp L(1+1)', 8, 1, 0x1000n, 0x1010n, ''],
    ['esp-10 esp', 1, 1, 0xff0n, 0x1001n, ''],
    ['@esp La "text"', 1, 1, 0x1000n, 0x100an, '"text"'],
    ['1000 LdrLoadDll', 1, 1, 0x1000n, 0x2001n, ''],
    ['1000 ntdll!LdrLoadDll', 1, 1, 0x1000n, 0x2001n, ''],
    ['-10', 4, 8, 0xfffffff0n, 0x100000000n, ''],
  ])('%s of %d bytes', (text, unit, count, start, end, rest) => {
    expect(evaluator.range(text, unit, count)).toEqual({ start, end, rest });
  });

  it.each(['1000 L0', '1000 L10000001', '1000 ff0', '0 20000000', '10 L-20'])('refuses %s', (text) => {
    expect(() => evaluator.range(text, 1, 1)).toThrow(/^Range error in/);
  });

  it('counts the limit in bytes', () => {
    expect(() => evaluator.range('0 L4000001', 4, 1)).toThrow(/^Range error in/);
    expect(evaluator.range('0 L4000000', 4, 1).end).toBe(0x10000000n);
  });
});
