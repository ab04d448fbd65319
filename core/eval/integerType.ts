/** The integer types of C++ as Windows' compilers have them, by the names that ?? prints. */
export interface IntegerType {
  readonly name:
    | 'bool'
    | 'char'
    | 'unsigned char'
    | 'unsigned short'
    | 'int'
    | 'unsigned int'
    | 'int64'
    | 'unsigned int64';
  readonly bits: 8 | 16 | 32 | 64;
  readonly signed: boolean;
}

/** A value of a type, within its range. */
export interface IntegerValue {
  readonly type: IntegerType;
  readonly value: bigint;
}

export const BOOL: IntegerType = { name: 'bool', bits: 8, signed: false };
export const CHAR: IntegerType = { name: 'char', bits: 8, signed: true };
const UCHAR: IntegerType = { name: 'unsigned char', bits: 8, signed: false };
const USHORT: IntegerType = { name: 'unsigned short', bits: 16, signed: false };
export const INT: IntegerType = { name: 'int', bits: 32, signed: true };
const UINT: IntegerType = { name: 'unsigned int', bits: 32, signed: false };
const INT64: IntegerType = { name: 'int64', bits: 64, signed: true };
export const UINT64: IntegerType = { name: 'unsigned int64', bits: 64, signed: false };

/** The unsigned type of a width: what a register has. */
export function unsignedType(bits: number): IntegerType {
  return [UCHAR, USHORT, UINT].find((type) => bits <= type.bits) ?? UINT64;
}

/**
 * The type of a literal ([lex.icon], with a long of 32 bits): the first that holds it of int, unsigned int, int64,
 * unsigned int64, where a decimal one without `u` is never unsigned unless nothing else holds it.
 */
export function literalType(value: bigint, radix: number, suffix: string): IntegerType {
  const letters = suffix.toLowerCase();
  const candidates = [INT, UINT, INT64, UINT64]
    .filter((type) => !letters.includes('u') || !type.signed)
    .filter((type) => (letters.includes('ll') || letters.includes('i64') ? type.bits === 64 : true))
    .filter((type) => radix !== 10 || letters.includes('u') || type.signed);
  return candidates.find((type) => fits(value, type)) ?? UINT64;
}

/** What small types become before they are computed with. */
export function promoted(type: IntegerType): IntegerType {
  return type.bits < 32 ? INT : type;
}

/** The usual arithmetic conversions ([expr.arith.conv]). */
export function commonType(a: IntegerType, b: IntegerType): IntegerType {
  const [left, right] = [promoted(a), promoted(b)];
  if (left.bits !== right.bits) return left.bits > right.bits ? left : right;
  return left.signed ? right : left;
}

/** A value as a type holds it: the low bits, with its sign. */
export function convert(value: bigint, type: IntegerType): bigint {
  if (type === BOOL) return value === 0n ? 0n : 1n;
  return type.signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value);
}

function fits(value: bigint, type: IntegerType): boolean {
  return convert(value, type) === value;
}
