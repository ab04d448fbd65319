import type { Scanner } from './scanner.ts';

/** `0x` hexadecimal, `0n` decimal, `0t` octal, `0y` binary; the prefix alone is 0 (masm-numbers-and-operators.md). */
const PREFIXED: readonly (readonly [RegExp, number])[] = [
  [/0x([0-9a-f`]*)/iy, 16],
  [/0n([0-9`]*)/iy, 10],
  [/0t([0-7`]*)/iy, 8],
  [/0y([01`]*)/iy, 2],
];
const WITH_SUFFIX = /([0-9][0-9a-f`]*)h(?![\w$])/iy;
const DIGITS: Readonly<Record<number, RegExp>> = {
  8: /[0-7][0-7`]*/y,
  10: /[0-9][0-9`]*/y,
  16: /[0-9a-f][0-9a-f`]*/iy,
};
/** A word of hexadecimal digits, an `h` after it or not, that no name goes on from. */
const HEX_WORD = /([a-f][0-9a-f`]*)h?(?![\w$?@`]|!(?!=)|\.\w|::)/iy;

/**
 * The number that begins here, if one does. Where the radix is 16, a word of hexadecimal digits is a number even if a
 * symbol has that name: `fade` needs its module or a `!` (symbol-syntax-and-symbol-matching.md).
 */
export function masmNumber(s: Scanner, radix: number): bigint | undefined {
  const first = s.peek();
  if (first >= '0' && first <= '9') return fromDigits(s, radix);
  if (radix !== 16) return undefined;
  const word = s.match(HEX_WORD);
  return word ? taken(s, word[0].length, word[1] ?? '', 16) : undefined;
}

function fromDigits(s: Scanner, radix: number): bigint {
  for (const [pattern, base] of PREFIXED) {
    const found = s.match(pattern);
    if (found) return taken(s, found[0].length, found[1] ?? '', base);
  }
  const suffixed = s.match(WITH_SUFFIX);
  if (suffixed) return taken(s, suffixed[0].length, suffixed[1] ?? '', 16);
  const digits = s.match(DIGITS[radix] ?? /(?!)/y);
  if (!digits) throw s.fault('Syntax error at');
  return taken(s, digits[0].length, digits[0], radix);
}

function taken(s: Scanner, length: number, digits: string, radix: number): bigint {
  s.take(length);
  return s.number(digits, radix);
}
