import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeObject } from '../../core/analysis/objectTypes/index.ts';
import { FakeMemory } from '../process/fakeView.ts';

const VTABLE = 0x1_4000_1010n;
const LOCATOR = 0x1_4000_2000n;
const DESCRIPTOR = 0x1_4000_3000n;
const BASE = 0x1_4000_0000n;
const NAME = '.?AVSquare@shapes@@';

/** Type information as a 64-bit compiler writes it, with bytes of the locator and the name replaced. */
function memory(damage: readonly { readonly at: number; readonly byte: number }[]): FakeMemory {
  const made = new FakeMemory().map(0x1_4000_1000n, 0x3000);
  made.put(VTABLE - 8n, 8, LOCATOR);
  const fields = [1, 16, 4, Number(DESCRIPTOR - BASE), 0, Number(LOCATOR - BASE)];
  for (const [i, value] of fields.entries()) made.put(LOCATOR + BigInt(4 * i), 4, value);
  const name = DESCRIPTOR + 16n;
  for (const [i, c] of [...NAME].entries()) made.put(name + BigInt(i), 1, c.charCodeAt(0));
  for (const { at, byte } of damage)
    made.put(at < 24 ? LOCATOR + BigInt(at) : name + BigInt(at - 24), 1, byte);
  return made;
}

describe('run-time type information', () => {
  it('tells the class and where its vtable pointer lies', () => {
    expect(completeObject(memory([]), VTABLE, 8)).toEqual({
      name: 'shapes::Square',
      offset: 16,
      displacementOffset: 4,
    });
  });

  it('from anywhere tells a class or none', () => {
    const byte = fc.record({ at: fc.nat(24 + NAME.length), byte: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(byte, { minLength: 1, maxLength: 8 }), (damage) => {
        const found = completeObject(memory(damage), VTABLE, 8);
        if (found) expect(found.name.length).toBeGreaterThan(0);
        for (const size of [4, 8] as const) completeObject(memory(damage), VTABLE + 8n, size);
      }),
      { numRuns: 500, seed: 20265 },
    );
  });
});
