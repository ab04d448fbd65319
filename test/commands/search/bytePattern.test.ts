import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BytePattern } from '../../../core/commands/search/bytePattern.ts';

function offsets(pattern: Uint8Array, window: Uint8Array): number[] {
  const found: number[] = [];
  new BytePattern(pattern).visit(window, (offset) => found.push(offset) > 0);
  return found;
}

/** The slow way, by another's code. */
function expected(pattern: Uint8Array, window: Uint8Array): number[] {
  const found: number[] = [];
  const buffer = Buffer.from(window);
  for (let at = buffer.indexOf(pattern); at >= 0; at = buffer.indexOf(pattern, at + 1)) found.push(at);
  return found;
}

describe('a byte pattern', () => {
  it('is found wherever it stands, overlapping too, whichever of its bytes are frequent', () => {
    const few = fc.uint8Array({ minLength: 1, maxLength: 5, max: 2 });
    const window = fc.uint8Array({ maxLength: 3000, max: 3 });
    fc.assert(
      fc.property(few, window, (pattern, bytes) => {
        expect(offsets(pattern, bytes)).toEqual(expected(pattern, bytes));
      }),
    );
  });

  it('is found by its rare byte', () => {
    const window = new Uint8Array(100_000).fill(0x20);
    const pattern = Uint8Array.from([0x20, 0x41, 0x20]);
    for (const at of [0, 4999, 99_997]) window.set(pattern, at);
    window[50_000] = 0x41;
    window[50_001] = 0x41;
    expect(offsets(pattern, window)).toEqual([0, 4999, 99_997]);
  });

  it('stops when told to', () => {
    const seen: number[] = [];
    const whole = new BytePattern(Uint8Array.of(1)).visit(
      new Uint8Array(10).fill(1),
      (o) => seen.push(o) < 3,
    );
    expect([whole, seen]).toEqual([false, [0, 1, 2]]);
  });
});
