import type { MachineKind, RegisterContext } from '../target/index.ts';

/**
 * The general registers of one frame while a walk goes on, numbered as the processor's unwind codes number them.
 * Instruction and stack pointer stand apart as numbers, because every step counts with them; the slot of the stack
 * pointer in `values` is not used. `known` has a bit for each register whose value is this frame's own.
 */
export interface RegisterFile {
  ip: number;
  /** the instruction pointer where it is no user-mode address and `ip` is NaN: overwritten return addresses */
  raw?: bigint;
  sp: number;
  /** x86: what k prints as this frame's base where its own step does not say */
  frame?: number;
  readonly values: BigUint64Array;
  known: number;
  /** registers wider than 64 bits that lie saved on the stack: name to address; a new map for each change */
  saved?: ReadonlyMap<string, number>;
}

/** How a machine numbers its registers, and which of them a function must give back as it got them. */
export interface RegisterLayout {
  /** by number: `rax`, `rcx`, `rdx`, … as CONTEXT names them */
  readonly names: readonly string[];
  readonly sp: number;
  readonly fp: number;
  readonly width: 4 | 8;
  /** bits of the registers that survive a call */
  readonly preserved: number;
}

function bits(...numbers: number[]): number {
  return numbers.reduce((mask, n) => (mask | (1 << n)) >>> 0, 0);
}

const X64 = [
  ...['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi'],
  ...['r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'],
];
const ARM64 = [...Array.from({ length: 29 }, (_, i) => `x${i}`), 'fp', 'lr', 'sp'];

/** Numbers as in the encodings of instructions and unwind codes. */
export const REGISTER_LAYOUTS: Readonly<Record<Exclude<MachineKind, 'arm'>, RegisterLayout>> = {
  x86: {
    names: ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi'],
    sp: 4,
    fp: 5,
    width: 4,
    preserved: bits(3, 5, 6, 7),
  },
  // x64 software conventions: rbx, rbp, rdi, rsi, r12-r15 (and xmm6-15)
  x64: { names: X64, sp: 4, fp: 5, width: 8, preserved: bits(3, 5, 6, 7, 12, 13, 14, 15) },
  // ARM64 ABI conventions: x19-x28, fp (and d8-d15)
  arm64: {
    names: ARM64,
    sp: 31,
    fp: 29,
    width: 8,
    preserved: bits(19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29),
  },
};

/** The registers of a context, all known. */
export function registerFileOf(context: RegisterContext, layout: RegisterLayout): RegisterFile {
  const values = new BigUint64Array(layout.names.length);
  layout.names.forEach((name, i) => (values[i] = context.get(name) ?? 0n));
  return { ip: Number(context.ip), sp: Number(context.sp), values, known: -1 >>> 0 };
}

/** The caller's registers to begin with: what a call preserves; the step then sets what it recovers. */
export function callerFile(file: RegisterFile, layout: RegisterLayout): RegisterFile {
  return {
    ip: 0,
    sp: file.sp,
    values: file.values.slice(),
    known: (file.known & layout.preserved) >>> 0,
    saved: file.saved,
  };
}

/** Sets a register's value and marks it known. */
export function setRegister(file: RegisterFile, number: number, value: bigint): void {
  file.values[number] = value;
  file.known = (file.known | (1 << number)) >>> 0;
}

/** A register's value as an address, NaN where it is none a process can have. */
export function registerAddress(file: RegisterFile, number: number): number {
  const value = file.values[number] ?? 0n;
  return value >> 52n === 0n ? Number(value) : NaN;
}

/** Notes where a register that is wider than `values` can hold was saved. */
export function saveWide(file: RegisterFile, name: string, address: number): void {
  file.saved = new Map(file.saved).set(name, address);
}
