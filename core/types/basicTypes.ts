import type { BasicEncoding, BasicType } from './model.ts';

function basic(name: string, cName: string, encoding: BasicEncoding, size: number): BasicType {
  return { kind: 'basic', name, cName, encoding, size };
}

/**
 * The scalar types of the built-in layouts. `name` is what dt prints for a PDB's basic type, `cName` what ?? and dv
 * print. A layout knows width and sign only: four bytes are called `long`, as ULONG and LONG are in Windows' headers.
 */
export const BASIC = {
  void: basic('Void', 'void', 'void', 0),
  char: basic('Char', 'char', 'char', 1),
  uchar: basic('UChar', 'unsigned char', 'char', 1),
  wchar: basic('Wchar', 'wchar_t', 'wchar', 2),
  int2: basic('Int2B', 'short', 'signed', 2),
  int4: basic('Int4B', 'long', 'signed', 4),
  int8: basic('Int8B', 'int64', 'signed', 8),
  uint2: basic('Uint2B', 'unsigned short', 'unsigned', 2),
  uint4: basic('Uint4B', 'unsigned long', 'unsigned', 4),
  uint8: basic('Uint8B', 'unsigned int64', 'unsigned', 8),
} as const;
