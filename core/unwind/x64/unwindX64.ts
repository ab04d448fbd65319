import {
  callerFile,
  REGISTER_LAYOUTS,
  registerAddress,
  saveWide,
  setRegister,
  type RegisterFile,
} from '../registerFile.ts';
import { readReturn64, type Step, type WalkSpace } from '../walkSpace.ts';
import { coverageBy, type Coverage, type TablePlace } from '../unwindTables.ts';
import { functionTables, type FunctionTable } from './functionTable.ts';
import { runEpilogX64 } from './epilogX64.ts';
import {
  UWOP,
  type RuntimeFunction,
  type UnwindCode,
  type UnwindInfo,
  type WodEpilog,
} from './unwindModel.ts';

const LAYOUT = REGISTER_LAYOUTS.x64;
const RSP = 4;
/** the machine frame that an interrupt pushes: rip, cs, eflags, rsp, ss (Intel SDM volume 3, 6.14) */
const MACHINE_FRAME_RSP = 0x18;
/** call rel32 */
const CALL_E8 = 0xe8;

/** offsets in CONTEXT (winnt.h, AMD64): rax to r15 in the order of their numbers, rip, xmm0 */
const CONTEXT_RAX = 0x78;
const CONTEXT_RSP = 0x98;
const CONTEXT_RIP = 0xf8;
const CONTEXT_XMM0 = 0x1a0;

/**
 * One step by unwind tables. Undefined where no table covers the code, or what it needs is not in memory;
 * `exact` says that `file.ip` is where the thread stopped in this frame, so that prologs and epilogs count.
 */
export function unwindX64(space: WalkSpace, file: RegisterFile, exact: boolean): Step | undefined {
  const place = functionTables.at(space, file.ip);
  if (!place) return undefined;
  const { table, base } = place;
  const record = findRecord(space, place, file.ip, exact);
  if (!record) return leaf(space, file);
  if (exact) {
    const done = epilog(space, place, record, file);
    if (done) return done;
  }
  const caller = callerFile(file, LAYOUT);
  const end = undo(space, table, record, file.ip - base - record.begin, caller);
  if (end === 'failed') return undefined;
  if (end === 'machine frame') {
    takeContext(space, file.sp, caller);
    return { caller, how: 'unwind info', exact: true, anyStack: true };
  }
  return returnTo(space, caller) ? { caller, how: 'unwind info' } : undefined;
}

/** What the unwind tables say of the code at an address. */
export function coverageX64(space: WalkSpace, address: number): Coverage {
  return coverageBy(functionTables.at(space, address), address);
}

/**
 * The record for a frame. A return address may be one past the end of its function, where a call to a function that
 * does not return comes last; so what lies before it decides when the two differ.
 */
function findRecord(
  space: WalkSpace,
  { table, base }: TablePlace<FunctionTable>,
  ip: number,
  exact: boolean,
): RuntimeFunction | undefined {
  const here = table.find(ip - base);
  if (exact || (here && here.begin !== ip - base)) return here;
  const before = table.find(ip - base - 1);
  if (!before || !here) return before ?? here;
  return followsCall(space, ip) ? before : here;
}

function followsCall(space: WalkSpace, ip: number): boolean {
  const bytes = space.code.bytes(ip - 7, 7);
  if (!bytes) return true;
  const direct = bytes[2] === CALL_E8;
  const indirect = [0, 1, 3, 4, 5].some((i) => bytes[i] === 0xff && ((bytes[i + 1] ?? 0) & 0x38) === 0x10);
  return direct || indirect;
}

function leaf(space: WalkSpace, file: RegisterFile): Step | undefined {
  const caller = callerFile(file, LAYOUT);
  return returnTo(space, caller) ? { caller, how: 'leaf' } : undefined;
}

function returnTo(space: WalkSpace, caller: RegisterFile): boolean {
  if (!readReturn64(space, caller, caller.sp)) return false;
  caller.sp += 8;
  return true;
}

function epilog(
  space: WalkSpace,
  { table, base }: TablePlace<FunctionTable>,
  record: RuntimeFunction,
  file: RegisterFile,
): Step | undefined {
  const info = table.info(record);
  if (info?.wodEpilogs) return describedEpilog(space, { table, base }, record, info.wodEpilogs, file);
  const caller = callerFile(file, LAYOUT);
  caller.ip = file.ip;
  const end = runEpilogX64(space.code, space.stack, caller, info?.frameRegister ?? 0);
  if (!end) return undefined;
  if (end.jump !== undefined && !leavesFunction(table, record, end.jump - base)) return undefined;
  return { caller, how: 'unwind info' };
}

/** An epilog that the record describes: what of it is still to come is undone, then what the parent fragment did. */
function describedEpilog(
  space: WalkSpace,
  { table, base }: TablePlace<FunctionTable>,
  record: RuntimeFunction,
  epilogs: readonly WodEpilog[],
  file: RegisterFile,
): Step | undefined {
  for (const { start, last, toParent, codes } of epilogs) {
    const offset = file.ip - base - (start < 0 ? record.end + start : record.begin + start);
    if (offset < 0 || offset > last) continue;
    const caller = callerFile(file, LAYOUT);
    const toCome = codes.filter((c) => c.prologOffset > offset);
    const frame = toCome.find((c) => c.op === UWOP.SET_FPREG);
    const at = frame ? registerAddress(caller, frame.info) - frame.value : caller.sp;
    if (undoCodes(space, toCome, at, caller) !== 'done') return undefined;
    const [, ...parents] = toParent ? table.chain(record) : [];
    for (const link of parents) {
      const info = table.info(link);
      if (!info || info.damaged || undoInfo(space, info, Infinity, caller) !== 'done') return undefined;
    }
    return returnTo(space, caller) ? { caller, how: 'unwind info' } : undefined;
  }
  return undefined;
}

/** A jump is an epilog's end where it leaves the function, or begins it anew (a tail call of itself). */
function leavesFunction(table: FunctionTable, record: RuntimeFunction, target: number): boolean {
  if (target >= record.begin && target < record.end) return target === record.begin;
  const there = table.find(target);
  if (!there) return true;
  return primary(table, there) !== primary(table, record) || target === there.begin;
}

function primary(table: FunctionTable, record: RuntimeFunction): number {
  return table.chain(record).at(-1)?.begin ?? record.begin;
}

/** Undoes the codes of a record and those it is chained to. `offset` is the distance of the pc from its begin. */
function undo(
  space: WalkSpace,
  table: FunctionTable,
  record: RuntimeFunction,
  offset: number,
  caller: RegisterFile,
): 'done' | 'machine frame' | 'failed' {
  let first = true;
  for (const link of table.chain(record)) {
    const info = table.info(link);
    if (!info || info.damaged) return 'failed';
    const end = undoInfo(space, info, first ? offset : Infinity, caller);
    if (end !== 'done') return end;
    first = false;
  }
  return 'done';
}

function undoInfo(
  space: WalkSpace,
  info: UnwindInfo,
  offset: number,
  caller: RegisterFile,
): 'done' | 'machine frame' | 'failed' {
  const done = info.codes.filter((code) => code.prologOffset <= offset);
  return undoCodes(space, done, frameBase(info, offset, caller), caller);
}

/** Undoes operations one after the other. `frame` is what the places of saved registers count from. */
function undoCodes(
  space: WalkSpace,
  codes: readonly UnwindCode[],
  frame: number,
  caller: RegisterFile,
): 'done' | 'machine frame' | 'failed' {
  const { stack } = space;
  for (const code of codes) {
    switch (code.op) {
      case UWOP.PUSH_NONVOL: {
        const value = stack.u64(caller.sp);
        if (value === undefined) return 'failed';
        setRegister(caller, code.info, value);
        caller.sp += 8;
        break;
      }
      case UWOP.ALLOC_LARGE:
      case UWOP.ALLOC_SMALL:
        caller.sp += code.value;
        break;
      case UWOP.SET_FPREG:
        caller.sp = frame;
        break;
      case UWOP.SAVE_NONVOL:
      case UWOP.SAVE_NONVOL_FAR: {
        const value = stack.u64(frame + code.value);
        if (value !== undefined) setRegister(caller, code.info, value);
        else caller.known &= ~(1 << code.info);
        break;
      }
      case UWOP.SAVE_XMM128:
      case UWOP.SAVE_XMM128_FAR:
        saveWide(caller, `xmm${code.info}`, frame + code.value);
        break;
      case UWOP.PUSH_MACHFRAME: {
        const at = caller.sp + (code.info === 1 ? 8 : 0);
        const ip = stack.pointer(at);
        const sp = stack.pointer(at + MACHINE_FRAME_RSP);
        if (ip === undefined || !sp) return 'failed';
        caller.ip = ip;
        caller.sp = sp;
        return 'machine frame';
      }
    }
  }
  return 'done';
}

/** What saved registers' offsets count from: rsp after the prolog, or the frame register once it is set. */
function frameBase(info: UnwindInfo, offset: number, caller: RegisterFile): number {
  if (info.frameRegister === 0) return caller.sp;
  const isSet =
    offset >= info.prologSize || info.codes.some((c) => c.op === UWOP.SET_FPREG && c.prologOffset <= offset);
  if (!isSet) return caller.sp;
  const base = info.frameRegister === RSP ? caller.sp : registerAddress(caller, info.frameRegister);
  return base - info.frameOffset;
}

/**
 * Under a machine frame that exception dispatching made, the whole CONTEXT of the interrupted code lies at the
 * dispatcher's rsp (ntdll's unwind codes for it say so): then no register is lost.
 */
function takeContext(space: WalkSpace, at: number, caller: RegisterFile): void {
  const { stack } = space;
  if (stack.pointer(at + CONTEXT_RIP) !== caller.ip || stack.pointer(at + CONTEXT_RSP) !== caller.sp) return;
  for (let i = 0; i < LAYOUT.names.length; i++) {
    const value = stack.u64(at + CONTEXT_RAX + 8 * i);
    if (value !== undefined) setRegister(caller, i, value);
  }
  for (let i = 0; i < 16; i++) saveWide(caller, `xmm${i}`, at + CONTEXT_XMM0 + 16 * i);
}
