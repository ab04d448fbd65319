import {
  readPointer,
  readStruct,
  readUtf16z,
  tryRead,
  type Address,
  type ExceptionRecord,
  type Machine,
  type Memory,
} from '../../target/index.ts';
import { ExceptionCode } from './exceptionRecord.ts';

/** 'SE01' and 'SE02' as the compiler makes character constants of them. */
const SIGNATURE_1 = 0x53453031;
const SIGNATURE_2 = 0x53453032;
const FORM_BINARY = 1;
const FORM_TEXT = 2;
const MAX_EXCEPTIONS = 64;
const MAX_STACK = 256;
const MAX_TEXT = 4096;

/** An exception that the Windows Runtime put aside: STOWED_EXCEPTION_INFORMATION_V1 or _V2. */
export interface StowedException {
  readonly address: Address;
  readonly version: 1 | 2;
  /** HRESULT */
  readonly resultCode: number;
  readonly threadId: number;
  /** where it was put aside, with the return addresses of that moment */
  readonly exceptionAddress?: Address;
  readonly stack?: readonly Address[];
  readonly text?: string;
  /** of version 2: `STOW`, `CLR1`, `W32E`, `LEO1`, `LMAX` */
  readonly nestedType?: string;
  readonly nested?: Address;
}

/**
 * The stowed exceptions of a record of code 0xC000027B: its first parameter is an array of pointers, its second the
 * number of them (Windows documentation, "_STOWED_EXCEPTION_INFORMATION_V2"). Those that the dump does not hold are left
 * out.
 */
export function stowedExceptions(
  memory: Memory,
  machine: Machine,
  record: ExceptionRecord,
): StowedException[] {
  const [array, count] = record.parameters;
  if (record.code >>> 0 !== ExceptionCode.StowedException || array === undefined || count === undefined)
    return [];
  const size = machine.pointerSize;
  const found: StowedException[] = [];
  const limit = Number(count & 0xffffffffn);
  for (let k = 0; k < Math.min(limit, MAX_EXCEPTIONS); k++) {
    const one = tryRead(() => {
      const address = readPointer(memory, array + BigInt(k * size), size);
      return address === 0n ? undefined : readOne(memory, machine, address);
    });
    if (one) found.push(one);
  }
  return found;
}

function readOne(memory: Memory, machine: Machine, address: Address): StowedException | undefined {
  const size = machine.pointerSize;
  const head = readStruct(memory, address, 16);
  const signature = head.u32(4);
  if (signature !== SIGNATURE_1 && signature !== SIGNATURE_2) return undefined;
  const version = signature === SIGNATURE_1 ? 1 : 2;
  const form = head.u32(12) & 3;
  // the union behind the head: a pointer, two counts and a pointer
  const body = readStruct(memory, address + 16n, size * 2 + 8);
  const base = {
    address,
    version,
    resultCode: head.u32(8),
    // thread ids are multiples of four: the form stands in the two bits below
    threadId: (head.u32(12) & ~3) >>> 0,
  } as const;
  const first = body.pointer(0, size);
  const nested = version === 2 ? readNested(memory, machine, address + 16n + BigInt(size * 2 + 8)) : {};
  if (form === FORM_TEXT) return { ...base, text: readUtf16z(memory, first, MAX_TEXT), ...nested };
  if (form !== FORM_BINARY) return { ...base, ...nested };
  const words = { size: body.u32(size), count: body.u32(size + 4) };
  const stack = readStack(memory, body.pointer(size + 8, size), words);
  return { ...base, exceptionAddress: first, stack, ...nested };
}

function readNested(
  memory: Memory,
  machine: Machine,
  address: Address,
): Pick<StowedException, 'nestedType' | 'nested'> {
  const size = machine.pointerSize;
  const r = tryRead(() => readStruct(memory, address, size * 2));
  const type = r?.u32(0) ?? 0;
  if (!r || type === 0) return {};
  const letters = [24, 16, 8, 0].map((shift) => String.fromCharCode((type >>> shift) & 0xff)).join('');
  return { nestedType: letters, nested: r.pointer(size, size) };
}

function readStack(memory: Memory, at: Address, words: { size: number; count: number }): Address[] {
  if (words.size !== 4 && words.size !== 8) return [];
  const { size } = words;
  const stack: Address[] = [];
  for (let k = 0; k < Math.min(words.count, MAX_STACK); k++) {
    const word = tryRead(() => readPointer(memory, at + BigInt(k * size), size));
    if (word === undefined) break;
    stack.push(word);
  }
  return stack;
}
