import {
  readStruct,
  type Address,
  type ExceptionRecord,
  type Machine,
  type Memory,
} from '../../target/index.ts';

/** EXCEPTION_MAXIMUM_PARAMETERS (winnt.h) */
const MAX_PARAMETERS = 15;

/** Codes that the analysis knows by what they mean (ntstatus.h, winnt.h). */
export const ExceptionCode = {
  AccessViolation: 0xc0000005,
  InPageError: 0xc0000006,
  GuardPage: 0x80000001,
  Breakpoint: 0x80000003,
  SingleStep: 0x80000004,
  Wow64SingleStep: 0x4000001e,
  Wow64Breakpoint: 0x4000001f,
  IllegalInstruction: 0xc000001d,
  ArrayBoundsExceeded: 0xc000008c,
  IntegerDivideByZero: 0xc0000094,
  IntegerOverflow: 0xc0000095,
  PrivilegedInstruction: 0xc0000096,
  StackOverflow: 0xc00000fd,
  PossibleDeadlock: 0xc0000194,
  StowedException: 0xc000027b,
  HeapCorruption: 0xc0000374,
  FailFast: 0xc0000409,
  InvalidParameter: 0xc000000d,
  InvalidCrtParameter: 0xc0000417,
  VerifierStop: 0xc0000421,
  FailFastException: 0xc0000602,
  ApplicationHang: 0xcfffffff,
  CppException: 0xe06d7363,
  ClrException: 0xe0434352,
  OldClrException: 0xe0434f4d,
} as const;

/**
 * EXCEPTION_RECORD32 or EXCEPTION_RECORD64 (winnt.h) in memory; throws `MemoryUnreadable`. A count of parameters beyond
 * the array is cut.
 */
export function readExceptionRecord(memory: Memory, machine: Machine, address: Address): ExceptionRecord {
  const size = machine.pointerSize;
  const wide = size === 8;
  const r = readStruct(memory, address, wide ? 0x98 : 0x50);
  const count = Math.min(MAX_PARAMETERS, r.u32(wide ? 0x18 : 0x10));
  return {
    code: r.u32(0),
    flags: r.u32(4),
    record: r.pointer(8, size),
    address: r.pointer(wide ? 0x10 : 0x0c, size),
    parameters: Array.from({ length: count }, (_, i) => r.pointer((wide ? 0x20 : 0x14) + i * size, size)),
  };
}

/** The record and context that an EXCEPTION_POINTERS leads to, as addresses; throws `MemoryUnreadable`. */
export function readExceptionPointers(
  memory: Memory,
  machine: Machine,
  address: Address,
): { record: Address; context: Address } {
  const size = machine.pointerSize;
  const r = readStruct(memory, address, size * 2);
  return { record: r.pointer(0, size), context: r.pointer(size, size) };
}
