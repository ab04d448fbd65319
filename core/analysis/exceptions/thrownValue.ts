import {
  readAsciiz,
  readPointer,
  readStruct,
  readUtf16z,
  tryRead,
  type Address,
} from '../../target/index.ts';
import { baseAddress, type CppType, type BasePlace, type EhSpace } from './cppTypes.ts';

/** Text of an exception that is shown at most. Bytes. */
const MAX_TEXT = 2048;

interface Placed extends CppType {
  readonly place: BasePlace;
}

type Reader = (space: EhSpace, at: Address) => string | undefined;

const integer =
  (size: 1 | 2 | 4 | 8, signed: boolean): Reader =>
  ({ memory }, at) => {
    const r = readStruct(memory, at, size);
    let value = 0n;
    for (let k = size - 1; k >= 0; k--) value = (value << 8n) | BigInt(r.u8(k));
    return `0n${signed ? BigInt.asIntN(size * 8, value) : value}`;
  };
const text: Reader = ({ memory, machine }, at) => {
  const found = readAsciiz(memory, readPointer(memory, at, machine.pointerSize), MAX_TEXT);
  return found === undefined ? undefined : `"${found}"`;
};
const wideText: Reader = ({ memory, machine }, at) => {
  const found = readUtf16z(memory, readPointer(memory, at, machine.pointerSize), MAX_TEXT);
  return found === undefined ? undefined : `"${found}"`;
};
const errorCode =
  (offset: (pointerSize: number) => number): Reader =>
  ({ memory, machine }, at) => {
    const code = readStruct(memory, at + BigInt(offset(machine.pointerSize)), 4).u32(0);
    return `HRESULT 0x${code.toString(16).padStart(8, '0')}`;
  };

/**
 * How the value of simple types is read, by their decorated name (MSVC's name decoration): numbers, texts, and classes
 * whose layout their public header fixes: _com_error (comdef.h: vftable, then the HRESULT), CAtlException (atldef.h).
 */
const READERS: Readonly<Record<string, Reader>> = {
  '.D': integer(1, true),
  '.F': integer(2, true),
  '.G': integer(2, false),
  '.H': integer(4, true),
  '.I': integer(4, false),
  '.J': integer(4, true),
  '.K': integer(4, false),
  '._J': integer(8, true),
  '._K': integer(8, false),
  '._N': integer(1, false),
  '.M': ({ memory }, at) => String(new DataView(memory.read(at, 4).slice().buffer).getFloat32(0, true)),
  '.N': ({ memory }, at) => String(new DataView(memory.read(at, 8).slice().buffer).getFloat64(0, true)),
  '.PAD': text,
  '.PBD': text,
  '.PEAD': text,
  '.PEBD': text,
  '.PA_W': wideText,
  '.PB_W': wideText,
  '.PEA_W': wideText,
  '.PEB_W': wideText,
  '.?AV_com_error@@': errorCode((pointerSize) => pointerSize),
  '.?AVCAtlException@ATL@@': errorCode(() => 0),
};

const EXCEPTION_BASES = new Set(['.?AVexception@std@@', '.?AVexception@@']);

/**
 * What a thrown object says: the text of a std::exception (a pointer behind the vftable in all of Microsoft's runtimes
 * since Visual C++ 6; a null one means that the class keeps its text elsewhere), or the value of a simple type.
 */
export function thrownValue(
  space: EhSpace,
  object: Address,
  types: readonly Placed[],
): { what?: string; value?: string } {
  if (object === 0n) return {};
  const exception = types.find((t) => EXCEPTION_BASES.has(t.decorated));
  if (exception) return { what: tryRead(() => readWhat(space, baseAddress(space, object, exception.place))) };
  for (const type of types) {
    const reader = READERS[type.decorated];
    if (reader) return { value: tryRead(() => reader(space, baseAddress(space, object, type.place))) };
  }
  return {};
}

function readWhat({ memory, machine }: EhSpace, exception: Address): string | undefined {
  const size = machine.pointerSize;
  const pointer = readPointer(memory, exception + BigInt(size), size);
  return pointer === 0n ? undefined : readAsciiz(memory, pointer, MAX_TEXT);
}
