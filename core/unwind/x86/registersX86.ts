import { callerFile, REGISTER_LAYOUTS, setRegister, type RegisterFile } from '../registerFile.ts';

/** Numbers as instructions encode them. */
export const EAX = 0;
export const EDX = 2;
export const EBX = 3;
export const ESP = 4;
export const EBP = 5;
export const ESI = 6;
export const EDI = 7;

const LAYOUT = REGISTER_LAYOUTS.x86;

export function get32(file: RegisterFile, register: number): number {
  return register === ESP ? file.sp : Number((file.values[register] ?? 0n) & 0xffffffffn);
}

export function set32(file: RegisterFile, register: number, value: number): void {
  setRegister(file, register, BigInt(value >>> 0));
}

/** The caller as far as a call preserves registers. */
export function callerX86(file: RegisterFile): RegisterFile {
  return callerFile(file, LAYOUT);
}

/** Forgets registers that the skipped code may have changed. */
export function forget(file: RegisterFile, ...registers: number[]): void {
  for (const r of registers) file.known = (file.known & ~(1 << r)) >>> 0;
}
