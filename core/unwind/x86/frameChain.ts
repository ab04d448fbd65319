import type { RegisterFile } from '../registerFile.ts';
import { SCAN_WORDS, scanStack } from '../scanStack.ts';
import type { Step, WalkSpace } from '../walkSpace.ts';
import { judgeX86 } from './judgeX86.ts';
import type { PrologState } from './prologX86.ts';
import { callerX86, EBP, EBX, EDI, ESI, forget, get32, set32 } from './registersX86.ts';

/** A step by the frame that ebp points to: the caller's ebp, and the return address above it. */
export function stepByFrameChain(space: WalkSpace, file: RegisterFile): Step | undefined {
  const ebp = get32(file, EBP);
  if (!(ebp >= file.sp) || ebp % 4 !== 0) return undefined;
  const saved = space.stack.u32(ebp);
  const ip = space.stack.u32(ebp + 4);
  if (saved === undefined || ip === undefined) return undefined;
  // the outermost frame: nothing to return to, and no frame above it
  const isLast = ip === 0 && (saved === 0 || saved > ebp);
  if (!isLast && (judgeX86(space, ip) === 'no' || (saved !== 0 && saved <= ebp))) return undefined;
  const caller = callerX86(file);
  forget(caller, EBX, ESI, EDI);
  set32(caller, EBP, saved);
  caller.ip = ip;
  caller.sp = ebp + 8;
  return { caller, how: 'frame pointer', frame: ebp, parameters: ebp + 8, guess: true };
}

/** A function seen through its own code. */
export interface FollowedFunction {
  readonly state: PrologState;
  /** address of its first byte */
  readonly start: number;
  /** bytes that the call in progress pushed as arguments; undefined where nobody knows */
  readonly calleeParameters: number | undefined;
}

/** A step by what the function's own code has done to the stack so far. */
export function stepByProlog(
  space: WalkSpace,
  file: RegisterFile,
  followed: FollowedFunction,
): Step | undefined {
  const { state } = followed;
  const slot = returnSlot(space, file, followed);
  const ip = slot === undefined ? undefined : space.stack.u32(slot);
  if (slot === undefined || ip === undefined) return undefined;
  const caller = callerX86(file);
  for (const [register, depth] of state.saved) {
    const value = space.stack.u32(slot - depth);
    if (value !== undefined) set32(caller, register, value);
  }
  const isFrame = state.frame !== undefined || slot === get32(file, EBP) + 4;
  // ebp points below the return address all the same: the prolog was not the function's
  if (isFrame && !state.saved.has(EBP)) set32(caller, EBP, space.stack.u32(slot - 4) ?? 0);
  caller.ip = ip;
  caller.sp = slot + 4;
  return {
    caller,
    how: isFrame ? 'frame pointer' : 'fpo',
    frame: slot - 4,
    parameters: slot + 4,
    guess: true,
  };
}

function returnSlot(
  space: WalkSpace,
  file: RegisterFile,
  { state, start, calleeParameters }: FollowedFunction,
): number | undefined {
  if (state.frame !== undefined) {
    const slot = get32(file, EBP) + state.frame;
    return isReturn(space, slot, start) ? slot : undefined;
  }
  if (state.aligned) return undefined;
  const slot = file.sp + state.depth;
  if (state.reached) return isReturn(space, slot, start) ? slot : undefined;
  // arguments of the call in progress lie below what the prolog made, or were moved into room that it made
  const places = calleeParameters ? [slot + calleeParameters, slot] : [slot];
  const here = places.find((s) => judgeX86(space, space.stack.u32(s) ?? 0, start) !== 'no');
  return here ?? scanStack(space, slot, SCAN_WORDS, 4, (address) => judgeX86(space, address, start))?.slot;
}

function isReturn(space: WalkSpace, slot: number, start: number): boolean {
  const ip = space.stack.u32(slot);
  return ip !== undefined && (ip === 0 || judgeX86(space, ip, start) !== 'no');
}
