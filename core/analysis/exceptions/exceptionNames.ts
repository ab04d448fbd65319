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
