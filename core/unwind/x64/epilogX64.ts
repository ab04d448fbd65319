import type { WordReader } from '../wordReader.ts';
import { registerAddress, setRegister, type RegisterFile } from '../registerFile.ts';

/** An epilog pops at most 15 registers; each step below consumes an instruction. */
const MAX_INSTRUCTIONS = 24;
const MAX_INSTRUCTION = 16;
const RSP = 4;
const RBP = 5;

/** How an epilog leaves the function. */
export interface EpilogEnd {
  /** address of a direct jump's target; undefined for returns and indirect jumps */
  readonly jump?: number;
}

/**
 * Carries out the rest of an epilog from `file.ip`, as x64 compilers must write it: at most one release of the stack,
 * pops, then a return or a jump ("x64 prolog and epilog", Microsoft). Changes `file`, so that it stands in the caller;
 * undefined, with `file` spoilt, where the code is no epilog. `frameRegister` may be released through (0: none).
 */
export function runEpilogX64(
  code: WordReader,
  stack: WordReader,
  file: RegisterFile,
  frameRegister: number,
): EpilogEnd | undefined {
  let at = file.ip;
  for (let n = 0; n < MAX_INSTRUCTIONS; n++) {
    const bytes = code.upTo(at, MAX_INSTRUCTION);
    const end = endOf(bytes, at);
    if (end) return leave(stack, file, end);
    const length =
      n === 0
        ? release(bytes, stack, file, frameRegister) || pop(bytes, stack, file)
        : pop(bytes, stack, file);
    if (length === 0) return undefined;
    at += length;
  }
  return undefined;
}

interface End extends EpilogEnd {
  /** bytes that `ret n` takes off beyond the return address */
  readonly extra: number;
}

function endOf(b: Uint8Array, at: number): End | undefined {
  const first = b[0];
  if (first === 0xc3) return { extra: 0 };
  // rep ret, bnd ret
  if ((first === 0xf3 || first === 0xf2) && b[1] === 0xc3) return { extra: 0 };
  if (first === 0xc2 && b.length >= 3) return { extra: (b[1] ?? 0) | ((b[2] ?? 0) << 8) };
  if (first === 0xeb && b.length >= 2) return { extra: 0, jump: at + 2 + (((b[1] ?? 0) << 24) >> 24) };
  if (first === 0xe9 && b.length >= 5) return { extra: 0, jump: at + 5 + i32(b, 1) };
  // jmp [rip+x], with or without a prefix that makes room
  if (first === 0xff && b[1] === 0x25) return { extra: 0 };
  if (first === 0x48 && b[1] === 0xff && b[2] === 0x25) return { extra: 0 };
  // jumps through a register or memory count only with REX.W: without it they are jump tables
  if (first !== undefined && (first & 0xf8) === 0x48 && b[1] === 0xff && ((b[2] ?? 0) & 0x38) === 0x20)
    return { extra: 0 };
  return undefined;
}

function leave(stack: WordReader, file: RegisterFile, end: End): EpilogEnd | undefined {
  const target = stack.pointer(file.sp);
  if (target === undefined) return undefined;
  file.ip = target;
  file.sp += 8 + end.extra;
  return end;
}

/** `add rsp,n`, `lea rsp,[frame+n]`, `leave`: gives the instruction's length, 0 where it is none of these. */
function release(b: Uint8Array, stack: WordReader, file: RegisterFile, frameRegister: number): number {
  if (b[0] === 0x48 && b[1] === 0x83 && b[2] === 0xc4 && b.length >= 4) {
    file.sp += ((b[3] ?? 0) << 24) >> 24;
    return 4;
  }
  if (b[0] === 0x48 && b[1] === 0x81 && b[2] === 0xc4 && b.length >= 7) {
    file.sp += i32(b, 3);
    return 7;
  }
  if (b[0] === 0xc9 && frameRegister === RBP) {
    const frame = registerAddress(file, RBP);
    const saved = stack.u64(frame);
    if (saved === undefined) return 0;
    setRegister(file, RBP, saved);
    file.sp = frame + 8;
    return 1;
  }
  return releaseByFrame(b, file, frameRegister);
}

/** `lea rsp,[frame+n]`: REX.W, 8D, modrm with rsp as the register, the frame register as base. */
function releaseByFrame(b: Uint8Array, file: RegisterFile, frameRegister: number): number {
  const rex = b[0] ?? 0;
  const modrm = b[2] ?? 0;
  if ((rex & 0xfe) !== 0x48 || b[1] !== 0x8d || ((modrm >> 3) & 7) !== RSP || frameRegister === 0) return 0;
  const base = (modrm & 7) | ((rex & 1) << 3);
  // a base of 4 or 12 needs another byte, and is no frame register that compilers choose
  if (base !== frameRegister || (modrm & 7) === 4) return 0;
  const mode = modrm >> 6;
  const length = mode === 1 ? 4 : mode === 2 ? 7 : 0;
  if (length === 0 || b.length < length) return 0;
  const displacement = mode === 1 ? ((b[3] ?? 0) << 24) >> 24 : i32(b, 3);
  file.sp = registerAddress(file, base) + displacement;
  return length;
}

function pop(b: Uint8Array, stack: WordReader, file: RegisterFile): number {
  const rex = (b[0] ?? 0) >> 4 === 4 ? (b[0] ?? 0) : 0;
  const opcode = rex ? b[1] : b[0];
  if (opcode === undefined || (opcode & 0xf8) !== 0x58) return 0;
  const value = stack.u64(file.sp);
  if (value === undefined) return 0;
  const register = (opcode & 7) | ((rex & 1) << 3);
  if (register === RSP) return 0;
  setRegister(file, register, value);
  file.sp += 8;
  return rex ? 2 : 1;
}

function i32(b: Uint8Array, at: number): number {
  return (b[at] ?? 0) | ((b[at + 1] ?? 0) << 8) | ((b[at + 2] ?? 0) << 16) | ((b[at + 3] ?? 0) << 24);
}
