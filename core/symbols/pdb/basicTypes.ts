/**
 * The types that have no record: numbers below 1000h, a kind in the low byte and in the next four bits whether it is a
 * pointer to it (cvinfo.h, TYPE_ENUM_e). Names are dt's and those of x, dv and ??; where WinDbg makes no difference
 * (`signed char`, `char`) neither is made here.
 */
import type { BasicEncoding, BasicType, PointerType, Type } from '../../types/index.ts';

function basic(name: string, cName: string, encoding: BasicEncoding, size: number): BasicType {
  return { kind: 'basic', name, cName, encoding, size };
}

/** What a type that is missing or cannot be read appears as. */
export const NO_TYPE = basic('<NoType>', '<NoType>', 'none', 0);

const CHAR = basic('Char', 'char', 'char', 1);
const UCHAR = basic('UChar', 'unsigned char', 'char', 1);
const INT2 = basic('Int2B', 'short', 'signed', 2);
const UINT2 = basic('Uint2B', 'unsigned short', 'unsigned', 2);
const INT8 = basic('Int8B', 'int64', 'signed', 8);
const UINT8 = basic('Uint8B', 'unsigned int64', 'unsigned', 8);
const INT16 = basic('Int16B', 'int128', 'signed', 16);
const UINT16 = basic('Uint16B', 'unsigned int128', 'unsigned', 16);

const KINDS: ReadonlyMap<number, BasicType> = new Map([
  [0x03, basic('Void', 'void', 'void', 0)],
  [0x08, basic('HRESULT', 'HRESULT', 'hresult', 4)],
  [0x10, CHAR],
  [0x11, INT2],
  [0x12, basic('Int4B', 'long', 'signed', 4)],
  [0x13, INT8],
  [0x14, INT16],
  [0x20, UCHAR],
  [0x21, UINT2],
  [0x22, basic('Uint4B', 'unsigned long', 'unsigned', 4)],
  [0x23, UINT8],
  [0x24, UINT16],
  [0x30, basic('Bool', 'bool', 'bool', 1)],
  [0x31, basic('Bool', 'bool', 'bool', 2)],
  [0x32, basic('Bool', 'bool', 'bool', 4)],
  [0x33, basic('Bool', 'bool', 'bool', 8)],
  [0x40, basic('Float', 'float', 'float', 4)],
  [0x41, basic('Double', 'double', 'float', 8)],
  [0x42, basic('Float10B', 'long double', 'float', 10)],
  [0x43, basic('Float16B', 'long double', 'float', 16)],
  [0x44, basic('Float6B', 'float', 'float', 6)],
  [0x45, basic('Float', 'float', 'float', 4)],
  [0x46, basic('Float2B', 'float', 'float', 2)],
  [0x68, CHAR],
  [0x69, UCHAR],
  [0x70, CHAR],
  [0x71, basic('Wchar', 'wchar_t', 'wchar', 2)],
  [0x72, INT2],
  [0x73, UINT2],
  [0x74, basic('Int4B', 'int', 'signed', 4)],
  [0x75, basic('Uint4B', 'unsigned int', 'unsigned', 4)],
  [0x76, INT8],
  [0x77, UINT8],
  [0x78, INT16],
  [0x79, UINT16],
  [0x7a, basic('Char16', 'char16_t', 'char16', 2)],
  [0x7b, basic('Char32', 'char32_t', 'char32', 4)],
  [0x7c, basic('Char8', 'char8_t', 'char8', 1)],
]);

/** Bytes of a pointer by its mode; 1 to 3 are of 16-bit Windows, and 1 with `void` is std::nullptr_t. */
const POINTER_BYTES = [0, 2, 4, 4, 4, 6, 8, 16];
const NULLPTR = 0x103;

/** The type of a number below 1000h; undefined for 0 (no type) and for what is not known. */
export function basicType(index: number, pointerSize: 4 | 8): Type | undefined {
  const target = KINDS.get(index & 0xff);
  const mode = (index >> 8) & 0xf;
  if (mode === 0) return target;
  if (index === NULLPTR) return { ...NULLPTR_TYPE, size: pointerSize };
  const size = POINTER_BYTES[mode];
  if (!target || size === undefined) return undefined;
  const pointer: PointerType = { kind: 'pointer', mode: 'pointer', size, target };
  return pointer;
}

const NULLPTR_TYPE = basic('std::nullptr_t', 'std::nullptr_t', 'unsigned', 8);
