import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../../core/eval/index.ts';
import { StillframeError } from '../../core/errors/index.ts';
import { MACHINES } from '../../core/target/index.ts';
import { fakeEnvironment } from '../eval/fakeEnvironment.ts';

const evaluator = createEvaluator(
  fakeEnvironment({
    machine: MACHINES.x86,
    registers: { eax: 1n, esp: 0x1000n },
    modules: { m: 0x400000n },
    symbols: { 'm!a': [1n], 'm!f<int>': [2n] },
  }),
);

const TOKENS =
  '( ) [ ] + - * / % & | ^ < > <= >= == != = << >> >>> ! ~ ? : :: . , ` \' " \\ @ @@ @@( @@c++( @@masm( $ L L? L- 1 ffff 0x 0n9 0n fs: m m!a m!f<int> m!f< @eax @$t0 @!"m!a" poi by wo not hi mod and or $scmp( $vvalid( `a.c:3` . -> ++ -- += int unsigned char* (int) (char*)4096 sizeof sizeof( static_cast<int>( 1.5 1e9 L"x #FIELD_OFFSET( #CONTAINING_RECORD( struct const \0 \u{1f600} é'
    .split(' ')
    .concat(' ');
const words = fc.array(fc.constantFrom(...TOKENS), { maxLength: 40 }).map((list) => list.join(''));
const anything = fc.oneof(words, fc.string({ unit: 'binary', maxLength: 60 }));

/** A value or one of our own errors; anything else, a RangeError or a TypeError, fails the test. */
function settles(run: () => unknown): void {
  try {
    run();
  } catch (e) {
    expect(e).toBeInstanceOf(StillframeError);
  }
}

describe('expressions from anywhere', () => {
  it('end in a value or an error of ours', () => {
    fc.assert(
      fc.property(anything, (text) => {
        settles(() => evaluator.evaluate(text));
        settles(() => evaluator.evaluateCpp(text));
        settles(() => evaluator.range(text, 4, 32));
        settles(() => {
          const { value, rest } = evaluator.evaluatePrefix(text);
          expect(BigInt.asIntN(64, value)).toBe(value);
          expect(text.endsWith(rest)).toBe(true);
        });
      }),
      { numRuns: 4000, seed: 20240 },
    );
  });

  it.each([
    '(',
    '[',
    '-',
    'not ',
    'poi ',
    '@@(',
    '@@c++(',
    '1+(',
    'fs:',
    '$vvalid(',
    '1?',
    '!',
    'm!a<',
    '<',
    '`',
    "m!`'",
    '"',
    '::',
    'm!f<int>::',
    '1+',
    '0',
    'f`',
    '(int)',
    '(a)',
    'int ',
    'int*',
    'sizeof ',
    'sizeof(',
    '*',
    '&',
    '++',
    'a.',
    'a->',
    'a[',
    '1?1:',
    '1,',
    '@$t0=',
    '#FIELD_OFFSET(',
    'static_cast<int>(',
    '1.5e',
    'a::',
    'a<',
    'unsigned long (*',
  ])('come to an end when %j is repeated', (piece) => {
    const text = piece.repeat(60000 / piece.length);
    for (const whole of [text, `${text}1`, `1 ${text}`]) {
      settles(() => evaluator.evaluate(whole));
      settles(() => evaluator.evaluateCpp(whole));
    }
    settles(() => evaluator.range(`1 ${text}`, 1, 1));
  });
});
