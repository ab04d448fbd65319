import type { Type } from '../types/index.ts';
import type { CppBinary } from './cppTree.ts';
import { BOOL, commonType, convertWhole, isFloat, promoted, wholeOf } from './cppTypes.ts';

/** A number with its type. */
export interface CppNumber {
  readonly type: Type;
  readonly scalar: bigint | number;
}

/** A number as a type has it; undefined where the type is none of numbers. */
export function convertNumber(value: bigint | number, type: Type): bigint | number | undefined {
  if (isFloat(type)) return type.size === 4 ? Math.fround(Number(value)) : Number(value);
  if (!wholeOf(type)) return undefined;
  return convertWhole(wholeNumber(value), type);
}

/** A number without its fraction. Of one that 64 bits do not hold processors make the lowest 64-bit number. */
export function wholeNumber(value: bigint | number): bigint {
  if (typeof value === 'bigint') return value;
  const whole = Math.trunc(value);
  if (!(whole >= -9223372036854775808 && whole < 18446744073709551616)) return -(1n << 63n);
  return BigInt(whole);
}

/**
 * An operation on two numbers. Undefined for what has no result: a division of whole numbers by zero, bits of
 * floating-point numbers.
 */
export function calculate(operator: CppBinary, left: CppNumber, right: CppNumber): CppNumber | undefined {
  if (operator === '<<' || operator === '>>') return shift(operator, left, right);
  const type = commonType(left.type, right.type);
  const a = convertNumber(left.scalar, type);
  const b = convertNumber(right.scalar, type);
  if (a === undefined || b === undefined) return undefined;
  const compared = compare(operator, a, b);
  if (compared !== undefined) return { type: BOOL, scalar: compared ? 1n : 0n };
  const result =
    typeof a === 'number' || typeof b === 'number'
      ? floating(operator, Number(a), Number(b))
      : whole(operator, a, b);
  const scalar = result === undefined ? undefined : convertNumber(result, type);
  return scalar === undefined ? undefined : { type, scalar };
}

/** A shift by the width or more, which C++ leaves open, moves all bits out. */
function shift(operator: '<<' | '>>', left: CppNumber, right: CppNumber): CppNumber | undefined {
  const type = promoted(left.type);
  const value = convertNumber(left.scalar, type);
  if (typeof value !== 'bigint' || typeof right.scalar !== 'bigint') return undefined;
  const bits = BigInt(type.size * 8);
  const count = right.scalar >= 0n && right.scalar < bits ? right.scalar : bits;
  const moved = operator === '>>' ? value >> count : count === bits ? 0n : value << count;
  return { type, scalar: convertWhole(moved, type) };
}

function compare(operator: CppBinary, a: bigint | number, b: bigint | number): boolean | undefined {
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return undefined;
  }
}

function whole(operator: CppBinary, a: bigint, b: bigint): bigint | undefined {
  switch (operator) {
    case '*':
      return a * b;
    case '/':
      return b === 0n ? undefined : a / b;
    case '%':
      return b === 0n ? undefined : a % b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '&':
      return a & b;
    case '^':
      return a ^ b;
    case '|':
      return a | b;
    default:
      return undefined;
  }
}

function floating(operator: CppBinary, a: number, b: number): number | undefined {
  switch (operator) {
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    default:
      return undefined;
  }
}
