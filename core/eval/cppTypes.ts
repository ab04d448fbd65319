import {
  type BasicEncoding,
  type BasicType,
  type PointerType,
  scalarForm,
  type Type,
  unmodified,
} from '../types/index.ts';

function basic(name: string, cName: string, encoding: BasicEncoding, size: number): BasicType {
  return { kind: 'basic', name, cName, encoding, size };
}

/** The types of C++ itself as Windows' compilers have them, by the names that dt and ?? print. */
export const VOID = basic('Void', 'void', 'void', 0);
export const BOOL = basic('Bool', 'bool', 'bool', 1);
export const CHAR = basic('Char', 'char', 'char', 1);
export const UCHAR = basic('UChar', 'unsigned char', 'char', 1);
const SHORT = basic('Int2B', 'short', 'signed', 2);
const USHORT = basic('Uint2B', 'unsigned short', 'unsigned', 2);
export const INT = basic('Int4B', 'int', 'signed', 4);
export const UINT = basic('Uint4B', 'unsigned int', 'unsigned', 4);
export const LONG = basic('Int4B', 'long', 'signed', 4);
const ULONG = basic('Uint4B', 'unsigned long', 'unsigned', 4);
export const INT64 = basic('Int8B', 'int64', 'signed', 8);
export const UINT64 = basic('Uint8B', 'unsigned int64', 'unsigned', 8);
export const FLOAT = basic('Float', 'float', 'float', 4);
export const DOUBLE = basic('Double', 'double', 'float', 8);
const WCHAR = basic('Wchar', 'wchar_t', 'wchar', 2);

const NAMED: ReadonlyMap<string, BasicType> = new Map([
  ['void', VOID],
  ['bool', BOOL],
  ['char', CHAR],
  ['signed char', CHAR],
  ['unsigned char', UCHAR],
  ['wchar_t', WCHAR],
  ['char8_t', basic('Char8', 'char8_t', 'char8', 1)],
  ['char16_t', basic('Char16', 'char16_t', 'char16', 2)],
  ['char32_t', basic('Char32', 'char32_t', 'char32', 4)],
  ['short', SHORT],
  ['unsigned short', USHORT],
  ['int', INT],
  ['signed', INT],
  ['unsigned', UINT],
  ['unsigned int', UINT],
  ['long', LONG],
  ['unsigned long', ULONG],
  ['long long', INT64],
  ['unsigned long long', UINT64],
  ['float', FLOAT],
  ['double', DOUBLE],
  ['long double', DOUBLE],
  ['__int8', CHAR],
  ['unsigned __int8', UCHAR],
  ['__int16', SHORT],
  ['unsigned __int16', USHORT],
  ['__int32', INT],
  ['unsigned __int32', UINT],
  ['__int64', INT64],
  ['unsigned __int64', UINT64],
  ['int64', INT64],
  ['unsigned int64', UINT64],
]);

/** Words that types of C++ are spelled with, in any order. */
export const TYPE_WORDS: ReadonlySet<string> = new Set(
  [...NAMED.keys()].flatMap((name) => name.split(' ')).concat('signed'),
);

/** The type that words such as `unsigned`, `long`, `long` spell; undefined for what C++ does not know. */
export function spelledType(words: readonly string[]): BasicType | undefined {
  const sign = words.filter((word) => word === 'unsigned' || word === 'signed');
  const rest = words.filter((word) => word !== 'unsigned' && word !== 'signed');
  // `long int` is long, `short int` short
  const core = rest.length > 1 ? rest.filter((word) => word !== 'int') : rest;
  // of the signed ones only char has a name of its own
  const prefix = sign[0] === 'unsigned' ? ['unsigned'] : core[0] === 'char' ? sign.slice(0, 1) : [];
  const name = [...prefix, ...core].join(' ');
  return sign.length > 1 ? undefined : NAMED.get(name === '' ? (sign[0] ?? '') : name);
}

/** A type of whole numbers, as C++ computes with it. */
export interface Whole {
  readonly bits: number;
  readonly signed: boolean;
}

/** Width and sign of a type of whole numbers (enums, characters, bool and bit fields too); undefined for others. */
export function wholeOf(type: Type): Whole | undefined {
  const t = unmodified(type);
  if (t.kind === 'pointer') return undefined;
  const form = scalarForm(t);
  if (!form) return undefined;
  return { bits: form.bits ? form.bits.length : form.size * 8, signed: form.signed };
}

export function isFloat(type: Type): boolean {
  const t = unmodified(type);
  return t.kind === 'basic' && t.encoding === 'float';
}

export function isBool(type: Type): boolean {
  const t = unmodified(type);
  return t.kind === 'basic' && t.encoding === 'bool';
}

/** The unsigned type of a width: what a register has. */
export function unsignedType(bits: number): BasicType {
  return [UCHAR, USHORT, UINT].find((type) => bits <= type.size * 8) ?? UINT64;
}

/**
 * The type of a literal ([lex.icon], with a long of 32 bits): the first that holds it of int, unsigned int, int64,
 * unsigned int64, where a decimal one without `u` is never unsigned unless nothing else holds it.
 */
export function literalType(value: bigint, radix: number, suffix: string): BasicType {
  const letters = suffix.toLowerCase();
  const wide = letters.includes('ll') || letters.includes('i64');
  const candidates = [INT, UINT, INT64, UINT64]
    .filter((type) => !letters.includes('u') || type.encoding === 'unsigned')
    .filter((type) => !wide || type.size === 8)
    .filter((type) => radix !== 10 || letters.includes('u') || type.encoding === 'signed');
  return candidates.find((type) => convertWhole(value, type) === value) ?? UINT64;
}

/** What small types, enums and bit fields become before they are computed with. */
export function promoted(type: Type): BasicType {
  const t = unmodified(type);
  if (t.kind === 'enum') return promoted(t.underlying);
  if (t.kind === 'bit field') return promoted(t.base);
  if (t.kind !== 'basic') return INT;
  if (t.encoding === 'float') return t;
  const whole = wholeOf(t);
  if (!whole || whole.bits < 32) return INT;
  if (t.encoding === 'signed' || t.encoding === 'unsigned') return t;
  // HRESULT and four-byte characters
  return whole.signed ? (whole.bits > 32 ? INT64 : INT) : unsignedType(whole.bits);
}

/** The usual arithmetic conversions ([expr.arith.conv]). */
export function commonType(a: Type, b: Type): BasicType {
  const [left, right] = [promoted(a), promoted(b)];
  if (isFloat(left) || isFloat(right)) {
    if (isFloat(left) && isFloat(right)) return left.size >= right.size ? left : right;
    return isFloat(left) ? left : right;
  }
  if (left.size !== right.size) return left.size > right.size ? left : right;
  const unsigned = left.encoding === 'unsigned' || right.encoding === 'unsigned';
  if (left.size === 8) return unsigned ? UINT64 : INT64;
  // long ranks above int though it is as wide
  const long = left.cName.endsWith('long') || right.cName.endsWith('long');
  if (long) return unsigned ? ULONG : LONG;
  return unsigned ? UINT : INT;
}

/** A whole number as a type holds it: the low bits, with its sign. */
export function convertWhole(value: bigint, type: Type): bigint {
  if (isBool(type)) return value === 0n ? 0n : 1n;
  const whole = wholeOf(type);
  if (!whole) return value;
  return whole.signed ? BigInt.asIntN(whole.bits, value) : BigInt.asUintN(whole.bits, value);
}

export function pointerType(target: Type, size: 4 | 8): PointerType {
  return { kind: 'pointer', mode: 'pointer', size, target };
}
