import type { JudgedRegister } from './model.ts';
import { fillPatternOf } from './fillPatterns.ts';

/** Windows keeps the first 64 KiB of every process free, to catch null pointers. */
export const NULL_LIMIT = 0x10000n;
/** User addresses of 64-bit Windows end below this; canonical ones have 48 bits, sign-extended. */
const CANONICAL = 1n << 47n;
const TWO_TO_64 = 1n << 64n;

/** Whether a 64-bit address is one that the processor takes. */
export function isCanonical(address: bigint): boolean {
  return address < CANONICAL || address >= TWO_TO_64 - CANONICAL;
}

/** A value that is used as a pointer, judged by itself. */
export function judgeValue(name: string, value: bigint, pointerSize: 4 | 8): JudgedRegister {
  if (value === 0n) return { name, value, verdict: 'null', text: 'null' };
  if (value < NULL_LIMIT)
    return { name, value, verdict: 'small', text: `0x${value.toString(16)}, nearly null` };
  const match = fillPatternOf(value, pointerSize);
  if (match) {
    const { pattern, displacement } = match;
    const digits = pattern.value.toString(16).padStart(8, '0');
    const more =
      displacement === 0n ? '' : `${displacement < 0n ? '-' : '+'}0x${abs(displacement).toString(16)}`;
    return { name, value, verdict: 'pattern', pattern, text: `${digits}${more}: ${pattern.text}` };
  }
  const characters = asText(value, pointerSize);
  if (characters !== undefined)
    return { name, value, verdict: 'text', text: `the characters ${JSON.stringify(characters)}` };
  if (pointerSize === 8 && !isCanonical(value))
    return { name, value, verdict: 'non-canonical', text: 'no canonical address' };
  return { name, value, verdict: 'plain', text: `0x${value.toString(16)}` };
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** The characters that a value is made of, single-byte or UTF-16: printable ones all through. */
function asText(value: bigint, pointerSize: 4 | 8): string | undefined {
  const bytes: number[] = [];
  for (let k = 0; k < pointerSize; k++) bytes.push(Number((value >> BigInt(k * 8)) & 0xffn));
  const printable = (b: number): boolean => (b >= 0x20 && b < 0x7f) || b === 9 || b === 10 || b === 13;
  if (bytes.every(printable)) return String.fromCharCode(...bytes);
  const even = bytes.filter((_, k) => k % 2 === 0);
  const odd = bytes.filter((_, k) => k % 2 === 1);
  return odd.every((b) => b === 0) && even.every(printable) && even.length > 1
    ? String.fromCharCode(...even)
    : undefined;
}
