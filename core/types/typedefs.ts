import { BASIC } from './basicTypes.ts';
import type { BasicType, PointerType, Type } from './model.ts';

/**
 * Windows' own names for scalars (basetsd.h, minwindef.h, winnt.h) and C++'s, for sources that do not have them: the
 * built-in layouts, and PDBs of programs that use none of them.
 */
const NAMES: readonly (readonly [type: keyof typeof BASIC, names: string])[] = [
  ['void', 'VOID void'],
  ['char', 'CHAR CCHAR char'],
  ['uchar', 'UCHAR BYTE BOOLEAN UINT8'],
  ['wchar', 'WCHAR wchar_t'],
  ['int2', 'SHORT INT16 short'],
  ['int4', 'LONG INT INT32 BOOL HRESULT NTSTATUS int long'],
  ['int8', 'LONGLONG LONG64 INT64 __int64 int64'],
  ['uint2', 'USHORT WORD UINT16 ATOM'],
  ['uint4', 'ULONG DWORD UINT UINT32 ULONG32 DWORD32 ACCESS_MASK COLORREF'],
  ['uint8', 'ULONGLONG ULONG64 DWORD64 DWORDLONG UINT64'],
];
const POINTER_SIZED_SIGNED = 'LONG_PTR INT_PTR SSIZE_T LPARAM LRESULT';
const POINTER_SIZED = 'ULONG_PTR DWORD_PTR UINT_PTR SIZE_T WPARAM KAFFINITY';
const TO_VOID = 'PVOID LPVOID HANDLE HMODULE HINSTANCE HWND';

const SCALARS: ReadonlyMap<string, BasicType> = new Map(
  NAMES.flatMap(([type, names]) => names.split(' ').map((name) => [name, BASIC[type]] as const)),
);

/** The type of a name that Windows' headers define for a scalar, or undefined. Case counts. */
export function windowsTypedef(name: string, pointerSize: 4 | 8): Type | undefined {
  const scalar = SCALARS.get(name);
  if (scalar) return scalar;
  if (has(POINTER_SIZED, name)) return pointerSize === 8 ? BASIC.uint8 : BASIC.uint4;
  if (has(POINTER_SIZED_SIGNED, name)) return pointerSize === 8 ? BASIC.int8 : BASIC.int4;
  if (has(TO_VOID, name)) return pointerTo(BASIC.void, pointerSize);
  const target = /^(?:LP|P)([A-Z0-9_]+)$/.exec(name)?.[1];
  const pointee = target === undefined ? undefined : SCALARS.get(target);
  return pointee && pointerTo(pointee, pointerSize);
}

function has(names: string, name: string): boolean {
  return names.split(' ').includes(name);
}

export function pointerTo(target: Type, size: 4 | 8): PointerType {
  return { kind: 'pointer', mode: 'pointer', size, target };
}
