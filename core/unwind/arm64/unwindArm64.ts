import { coverageBy, type Coverage, type TablePlace } from '../unwindTables.ts';
import { MAX_ADDRESS } from '../wordReader.ts';
import {
  callerFile,
  REGISTER_LAYOUTS,
  registerAddress,
  saveWide,
  setRegister,
  type RegisterFile,
} from '../registerFile.ts';
import type { Step, WalkSpace } from '../walkSpace.ts';
import { arm64Tables, type Arm64Function, type Arm64Table } from './arm64Table.ts';
import { stripSignature } from './pointerSignature.ts';
import type { Arm64Code } from './unwindCodes.ts';

const LAYOUT = REGISTER_LAYOUTS.arm64;
const FP = 29;
const LR = 30;
const SP = 31;
const IMAGE_FILE_MACHINE_ARM64 = 0xaa64;
const IMAGE_FILE_MACHINE_ARM64X = 0xa64e;
/** offsets in ARM64_NT_CONTEXT (winnt.h): X[31], Sp, Pc, V[32] */
const CONTEXT_X = 0x08;
const CONTEXT_SP = 0x100;
const CONTEXT_PC = 0x108;
const CONTEXT_V = 0x110;

/**
 * One step by unwind tables. Undefined where none covers the code and lr is not the answer, or what it needs is not
 * in memory. `exact`: see `Step`.
 */
export function unwindArm64(space: WalkSpace, file: RegisterFile, exact: boolean): Step | undefined {
  const place = tableFor(space, file.ip);
  if (!place) return undefined;
  const { table, base } = place;
  // a call may be the last instruction of its function
  const found = table.find(file.ip - base - (exact ? 0 : 4)) ?? table.find(file.ip - base);
  if (!found) return exact ? leafArm64(file) : undefined;
  const caller = callerFile(file, LAYOUT);
  caller.known = (caller.known | (file.known & (1 << LR))) >>> 0;
  const end = undo(space, codesLeft(found, (file.ip - base - found.begin) >> 2, exact), caller);
  if (end === 'failed') return undefined;
  if (end === 'interrupted') return { caller, how: 'unwind info', exact: true, anyStack: true };
  setPc(caller);
  return { caller, how: 'unwind info' };
}

/** What the unwind tables say of the code at an address. */
export function coverageArm64(space: WalkSpace, address: number): Coverage {
  return coverageBy(tableFor(space, address), address);
}

/** A function without a frame: lr holds the return address. */
export function leafArm64(file: RegisterFile): Step {
  const caller = callerFile(file, LAYOUT);
  setRegister(caller, LR, file.values[LR] ?? 0n);
  setPc(caller);
  return { caller, how: 'leaf' };
}

function setPc(caller: RegisterFile): void {
  const lr = caller.values[LR] ?? 0n;
  caller.ip = lr < BigInt(MAX_ADDRESS) ? Number(lr) : NaN;
  caller.raw = Number.isNaN(caller.ip) ? lr : undefined;
}

/** x64 and ARM64EC code in an ARM64 process has tables of another shape: of these nothing is known here. */
function tableFor(space: WalkSpace, ip: number): TablePlace<Arm64Table> | undefined {
  const machine = space.modules.find(ip)?.module.image?.machine;
  const isArm64 =
    machine === undefined || machine === IMAGE_FILE_MACHINE_ARM64 || machine === IMAGE_FILE_MACHINE_ARM64X;
  return isArm64 ? arm64Tables.at(space, ip) : undefined;
}

/**
 * The codes that are still to be undone `offset` instructions into a function: in the prolog those that were carried
 * out, in an epilog those that were not, all of them elsewhere.
 */
function codesLeft({ unwind }: Arm64Function, offset: number, exact: boolean): readonly Arm64Code[] {
  if (offset < unwind.prolog) return unwind.codes.slice(unwind.prolog - offset);
  if (!exact) return unwind.codes;
  for (const { start, codes } of unwind.epilogs) {
    if (offset > start && offset < start + codes.length) return codes.slice(offset - start);
  }
  return unwind.codes;
}

function undo(
  space: WalkSpace,
  codes: readonly Arm64Code[],
  caller: RegisterFile,
): 'done' | 'interrupted' | 'failed' {
  for (const code of codes) {
    switch (code.op) {
      case 'alloc':
        caller.sp += code.size;
        break;
      case 'save':
        if (!restore(space, code, caller)) return 'failed';
        break;
      case 'frame':
        caller.sp = registerAddress(caller, FP) - code.offset;
        break;
      case 'sign':
        setRegister(caller, LR, stripSignature(caller.values[LR] ?? 0n));
        break;
      case 'end':
        if (!code.chained) return 'done';
        break;
      case 'machine frame':
        return takeMachineFrame(space, caller) ? 'interrupted' : 'failed';
      case 'context':
        return takeContext(space, caller) ? 'interrupted' : 'failed';
      case 'unknown':
        return 'failed';
    }
  }
  return 'done';
}

function restore(space: WalkSpace, code: Arm64Code & { op: 'save' }, caller: RegisterFile): boolean {
  const size = code.bank === 'q' ? 16 : 8;
  for (const [i, register] of code.registers.entries()) {
    const at = caller.sp + code.offset + size * i;
    if (code.bank !== 'x') saveWide(caller, `${code.bank === 'q' ? 'v' : 'd'}${register}`, at);
    else {
      const value = space.stack.u64(at);
      if (value === undefined) return false;
      if (register !== SP) setRegister(caller, register, value);
    }
  }
  caller.sp += code.release;
  return true;
}

function takeMachineFrame(space: WalkSpace, caller: RegisterFile): boolean {
  const sp = space.stack.pointer(caller.sp);
  const pc = space.stack.pointer(caller.sp + 8);
  if (!sp || !pc) return false;
  caller.sp = sp;
  caller.ip = pc;
  return true;
}

function takeContext(space: WalkSpace, caller: RegisterFile): boolean {
  const at = caller.sp;
  const sp = space.stack.pointer(at + CONTEXT_SP);
  const pc = space.stack.pointer(at + CONTEXT_PC);
  if (!sp || !pc) return false;
  for (let i = 0; i <= LR; i++) setRegister(caller, i, space.stack.u64(at + CONTEXT_X + 8 * i) ?? 0n);
  for (let i = 0; i < 32; i++) saveWide(caller, `v${i}`, at + CONTEXT_V + 16 * i);
  caller.sp = sp;
  caller.ip = pc;
  return true;
}
