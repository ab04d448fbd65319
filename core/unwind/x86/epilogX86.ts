import type { WordReader } from '../wordReader.ts';
import type { RegisterFile } from '../registerFile.ts';
import { instructionLength } from './instructionX86.ts';
import { EBP, EDX, ESP, get32, set32 } from './registersX86.ts';

/** Longer ways to a return are no epilogs. */
const MAX_INSTRUCTIONS = 32;
const MAX_INSTRUCTION = 15;

/** Addresses of the function that the code belongs to, half open: a jump that leaves it ends an epilog. */
export interface CodeBounds {
  readonly start: number;
  readonly end: number;
}

/**
 * Carries out the code from `file.ip` to the return, where that is nothing but giving back stack and registers; then
 * `file` stands in the caller, and no table could know better. False, with `file` spoilt, where it is anything else.
 */
export function runEpilogX86(
  code: WordReader,
  stack: WordReader,
  file: RegisterFile,
  bounds: CodeBounds | undefined,
): boolean {
  let at = file.ip;
  for (let n = 0; n < MAX_INSTRUCTIONS; n++) {
    const b = code.upTo(at, MAX_INSTRUCTION);
    const first = b[0];
    if (first === 0xc3) return leave(stack, file, 0);
    if ((first === 0xf3 || first === 0xf2) && b[1] === 0xc3) return leave(stack, file, 0);
    if (first === 0xc2 && b.length >= 3) return leave(stack, file, (b[1] ?? 0) | ((b[2] ?? 0) << 8));
    // jmp [import]: a tail call, or the thunk itself
    if (first === 0xff && b[1] === 0x25) return leave(stack, file, 0);
    const target = jumpTarget(b, at);
    if (target !== undefined) return leavesFunction(target, at, bounds) && leave(stack, file, 0);
    const length = giveBack(b, stack, file) || harmless(b);
    if (length === 0) return false;
    at += length;
  }
  return false;
}

function leave(stack: WordReader, file: RegisterFile, extra: number): boolean {
  const target = stack.u32(file.sp);
  if (target === undefined) return false;
  file.ip = target;
  file.frame = file.sp - 4;
  file.sp += 4 + extra;
  return true;
}

function jumpTarget(b: Uint8Array, at: number): number | undefined {
  if (b[0] === 0xeb && b.length >= 2) return (at + 2 + i8(b, 1)) >>> 0;
  if (b[0] === 0xe9 && b.length >= 5) return (at + 5 + i32(b, 1)) >>> 0;
  return undefined;
}

function leavesFunction(target: number, at: number, bounds: CodeBounds | undefined): boolean {
  if (!bounds) return false;
  // a function's first instruction that jumps is a thunk; elsewhere a jump to its own start is a loop or a tail call
  return target < bounds.start || target >= bounds.end || at === bounds.start;
}

/** Instructions that release stack or restore registers: their length, 0 where it is another. */
function giveBack(b: Uint8Array, stack: WordReader, file: RegisterFile): number {
  const [b0 = 0, b1 = 0, b2 = 0] = b;
  if ((b0 & 0xf8) === 0x58 && b0 !== 0x5c) return pop(stack, file, b0 & 7) ? 1 : 0;
  if (b0 === 0xc9) {
    file.sp = get32(file, EBP);
    return pop(stack, file, EBP) ? 1 : 0;
  }
  // mov esp,ebp in both encodings
  if ((b0 === 0x8b && b1 === 0xe5) || (b0 === 0x89 && b1 === 0xec)) {
    file.sp = get32(file, EBP);
    return 2;
  }
  if (b0 === 0x83 && b1 === 0xc4 && b.length >= 3) return move(file, file.sp + i8(b, 2), 3);
  if (b0 === 0x81 && b1 === 0xc4 && b.length >= 6) return move(file, file.sp + i32(b, 2), 6);
  // lea esp,[ebp+n], lea esp,[esp+n]
  if (b0 === 0x8d && b1 === 0x65 && b.length >= 3) return move(file, get32(file, EBP) + i8(b, 2), 3);
  if (b0 === 0x8d && b1 === 0xa5 && b.length >= 6) return move(file, get32(file, EBP) + i32(b, 2), 6);
  if (b0 === 0x8d && b1 === 0x64 && b2 === 0x24 && b.length >= 4) return move(file, file.sp + i8(b, 3), 4);
  if (b0 === 0x8d && b1 === 0xa4 && b2 === 0x24 && b.length >= 7) return move(file, file.sp + i32(b, 3), 7);
  return 0;
}

function move(file: RegisterFile, sp: number, length: number): number {
  if (!(sp >= 0)) return 0;
  file.sp = sp;
  return length;
}

function pop(stack: WordReader, file: RegisterFile, register: number): boolean {
  const value = stack.u32(file.sp);
  if (value === undefined) return false;
  set32(file, register, value);
  file.sp += 4;
  return true;
}

/** Instructions that set a result and change neither the stack nor a register that the caller keeps. */
function harmless(b: Uint8Array): number {
  const [b0 = 0, b1 = 0] = b;
  const length = instructionLength(b, 0);
  if (b0 === 0x90 || (b0 & 0xfc) === 0xb0 || (b0 >= 0xb8 && b0 <= 0xba)) return length;
  const register = (b1 >> 3) & 7;
  const isRegister = b1 >> 6 === 3;
  // mov r8,r/m8; mov r32,r/m32; movzx; into eax, ecx or edx
  if (b0 === 0x8a && (register & 3) <= EDX) return length;
  if (b0 === 0x8b && register <= EDX) return length;
  // mov edi,edi and other two-byte gaps
  if (b0 === 0x8b && isRegister && register === (b1 & 7) && register !== ESP) return length;
  // mov r/m32,r32 between registers; xor, sub, and of a register with itself
  if (b0 === 0x89 && isRegister && (b1 & 7) <= EDX) return length;
  if (
    (b0 === 0x31 || b0 === 0x33 || b0 === 0x2b || b0 === 0x29) &&
    isRegister &&
    (b1 & 7) === register &&
    register <= EDX
  ) {
    return length;
  }
  if (
    b0 === 0x0f &&
    (b1 === 0xb6 || b1 === 0xb7 || b1 === 0x95 || b1 === 0x94) &&
    (((b[2] ?? 0) >> 3) & 7) <= EDX
  ) {
    return length;
  }
  // mov fs:[0],ecx or eax takes an exception registration away
  if (b0 === 0x64 && ((b1 === 0x89 && b[2] === 0x0d) || b1 === 0xa3)) return length;
  return 0;
}

function i8(b: Uint8Array, at: number): number {
  return ((b[at] ?? 0) << 24) >> 24;
}

function i32(b: Uint8Array, at: number): number {
  return (b[at] ?? 0) | ((b[at + 1] ?? 0) << 8) | ((b[at + 2] ?? 0) << 16) | ((b[at + 3] ?? 0) << 24);
}
