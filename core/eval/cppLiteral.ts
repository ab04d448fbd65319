import { CHAR, DOUBLE, FLOAT, literalType } from './cppTypes.ts';
import type { CppNode } from './cppTree.ts';
import type { Scanner } from './scanner.ts';

const FLOATING = /(?:\d+\.\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|\d+e[+-]?\d+)([fl]?)(?![\w.])/iy;
const LITERALS: readonly (readonly [RegExp, number])[] = [
  [/0x([0-9a-f`]*)(u?(?:ll|l|i64)?|(?:ll|l)u)(?![\w.])/iy, 16],
  [/0n([0-9]*)()(?![\w.])/iy, 10],
  [/0t([0-7]*)()(?![\w.])/iy, 8],
  [/0y([01]*)()(?![\w.])/iy, 2],
  [/0([0-7]*)(u?(?:ll|l|i64)?|(?:ll|l)u)(?![\w.])/iy, 8],
  [/([1-9][0-9]*)(u?(?:ll|l|i64)?|(?:ll|l)u)(?![\w.])/iy, 10],
];
const CHARACTER = /L?'(?:([^'\\\x00-\x1f])|\\(x[0-9a-f]{1,4}|[0-7]{1,3}|[^\n]))'/iy;
const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, a: 7, f: 12, v: 11 };

/** A number or character that begins here; undefined where none does. */
export function cppLiteral(s: Scanner): (CppNode & { kind: 'number' }) | undefined {
  return floating(s) ?? whole(s) ?? character(s);
}

function floating(s: Scanner): (CppNode & { kind: 'number' }) | undefined {
  const found = s.match(FLOATING);
  if (!found) return undefined;
  s.take(found[0].length);
  const single = found[1]?.toLowerCase() === 'f';
  const value = Number.parseFloat(found[0]);
  const kept = single ? Math.fround(value) : value;
  return { kind: 'number', value: kept, type: single ? FLOAT : DOUBLE, at: s.last };
}

function whole(s: Scanner): (CppNode & { kind: 'number' }) | undefined {
  for (const [pattern, radix] of LITERALS) {
    const found = s.match(pattern);
    if (!found) continue;
    s.take(found[0].length);
    const value = s.number(found[1] ?? '', radix);
    return { kind: 'number', value, type: literalType(value, radix, found[2] ?? ''), at: s.last };
  }
  return undefined;
}

function character(s: Scanner): (CppNode & { kind: 'number' }) | undefined {
  const found = s.match(CHARACTER);
  if (!found) return undefined;
  s.take(found[0].length);
  const [, plain, escape = ''] = found;
  const code = plain === undefined ? escaped(escape) : plain.charCodeAt(0);
  return { kind: 'number', value: BigInt(code), type: CHAR, at: s.last };
}

function escaped(text: string): number {
  if (/^x/i.test(text)) return Number.parseInt(text.slice(1), 16);
  if (/^[0-7]/.test(text)) return Number.parseInt(text, 8) & 0xff;
  return ESCAPES[text] ?? text.charCodeAt(0);
}
