/**
 * What the debugger calls exception codes in its event line and in .exr: the names of its own event filters
 * (documentation of `sx`, "Controlling exceptions and events"). Codes that are not here are "Unknown exception".
 */
const NAMES: Readonly<Record<number, string>> = {
  0x40010005: 'Control-C exception',
  0x40010008: 'Control-Break exception',
  0x4000001e: 'WOW64 single step exception',
  0x4000001f: 'WOW64 breakpoint',
  0x40080201: 'Windows Runtime Originate Error',
  0x40080202: 'Windows Runtime Transform Error',
  0x80000001: 'Guard page violation',
  0x80000002: 'Data misaligned',
  0x80000003: 'Break instruction exception',
  0x80000004: 'Single step exception',
  0xc0000005: 'Access violation',
  0xc0000006: 'In-page I/O error',
  0xc0000008: 'Invalid handle',
  0xc000001c: 'Invalid system call',
  0xc000001d: 'Illegal instruction',
  0xc000001e: 'Invalid lock sequence',
  0xc0000094: 'Integer divide-by-zero',
  0xc0000095: 'Integer overflow',
  0xc00000fd: 'Stack overflow',
  0xc0000409: 'Security check failure or stack buffer overrun',
  0xc0000420: 'Assertion failure',
  0xc000041d: 'User callback exception',
  0xcfffffff: 'Application hang',
  0xe0000001: 'Application verifier stop',
  0xe0434f4d: 'CLR exception',
  0xe0434352: 'CLR exception',
  0xe06d7363: 'C++ EH exception',
};

/** `Access violation`, or undefined where the debugger has no name for the code. */
export function exceptionName(code: number): string | undefined {
  return NAMES[code >>> 0];
}

/** What an access violation did, by its first parameter (EXCEPTION_RECORD, winnt.h). */
export function accessKind(parameter: bigint): string | undefined {
  switch (parameter) {
    case 0n:
      return 'read from';
    case 1n:
      return 'write to';
    case 8n:
      return 'execute non-executable';
    default:
      return undefined;
  }
}

const FAULTS: ReadonlySet<number> = new Set([
  0x80000001, // STATUS_GUARD_PAGE_VIOLATION
  0x80000002, // STATUS_DATATYPE_MISALIGNMENT
  0x80000003, // STATUS_BREAKPOINT
  0x80000004, // STATUS_SINGLE_STEP
  0xc0000005, // STATUS_ACCESS_VIOLATION
  0xc0000006, // STATUS_IN_PAGE_ERROR
  0xc000001d, // STATUS_ILLEGAL_INSTRUCTION
  0xc000001e, // STATUS_INVALID_LOCK_SEQUENCE
  0xc000008d, // STATUS_FLOAT_DENORMAL_OPERAND
  0xc000008e, // STATUS_FLOAT_DIVIDE_BY_ZERO
  0xc000008f, // STATUS_FLOAT_INEXACT_RESULT
  0xc0000090, // STATUS_FLOAT_INVALID_OPERATION
  0xc0000091, // STATUS_FLOAT_OVERFLOW
  0xc0000092, // STATUS_FLOAT_STACK_CHECK
  0xc0000093, // STATUS_FLOAT_UNDERFLOW
  0xc0000094, // STATUS_INTEGER_DIVIDE_BY_ZERO
  0xc0000095, // STATUS_INTEGER_OVERFLOW
  0xc0000096, // STATUS_PRIVILEGED_INSTRUCTION
  0xc00000fd, // STATUS_STACK_OVERFLOW
  0xc00002b4, // STATUS_FLOAT_MULTIPLE_FAULTS
  0xc00002b5, // STATUS_FLOAT_MULTIPLE_TRAPS
]);

/**
 * Whether an exception may be an instruction's own: Windows makes these codes of the processor's faults (ntstatus.h;
 * Intel SDM volume 3, "Exception and Interrupt Reference"). A program can raise them too.
 */
export function comesFromProcessor(code: number): boolean {
  return FAULTS.has(code >>> 0);
}

/** Whether a program made the code up itself: the "Customer" bit, 29 (winerror.h). Windows' own codes do not have it. */
export function isCustomerCode(code: number): boolean {
  return (code & 0x20000000) !== 0;
}
