import type { RegisterFile } from '../registerFile.ts';
import { scanStack } from '../scanStack.ts';
import type { Step, WalkSpace } from '../walkSpace.ts';
import { judgeX86 } from './judgeX86.ts';
import { followProlog } from './prologX86.ts';
import { callerX86, EBP, get32, set32 } from './registersX86.ts';

/** What an FPO record says, in bytes and registers. */
export interface FpoRecord {
  /** address of the function's first byte */
  readonly start: number;
  readonly prolog: number;
  readonly locals: number;
  readonly savedRegisterCount: number;
  readonly usesBp: boolean;
}

/** Words that a function may have pushed beyond what its record counts: arguments of calls. */
const MAX_PENDING_WORDS = 64;

/**
 * One step in a function without frame pointer. Its record counts what the whole prolog puts on the stack; where the
 * code is there, following it tells how far the prolog has come and where ebp was saved.
 */
export function stepByFpo(
  space: WalkSpace,
  file: RegisterFile,
  record: FpoRecord,
  calleeParameters: number | undefined,
): Step | undefined {
  const offset = file.ip - record.start;
  const inProlog = offset < record.prolog ? followProlog(space.code, record.start, file.ip, true) : undefined;
  const depth = inProlog?.reached ? inProlog.depth : record.locals + 4 * record.savedRegisterCount;
  const from = file.sp + depth + (inProlog?.reached ? 0 : (calleeParameters ?? 0));
  const slot = findReturn(space, from, record.start);
  if (slot === undefined) return undefined;
  const ip = space.stack.u32(slot);
  if (ip === undefined) return undefined;
  const caller = callerX86(file);
  caller.ip = ip;
  caller.sp = slot + 4;
  if (record.usesBp) restoreEbp(space, file, record, slot, caller);
  return { caller, how: 'fpo', frame: slot - 4, parameters: slot + 4 };
}

function findReturn(space: WalkSpace, from: number, start: number): number | undefined {
  const here = space.stack.u32(from);
  if (here !== undefined && (here === 0 || judgeX86(space, here, start) !== 'no')) return from;
  return scanStack(space, from, MAX_PENDING_WORDS, 4, (address) => judgeX86(space, address, start))?.slot;
}

/**
 * ebp is one of the saved registers. Where its push is not seen in the code, it is taken to be the second one, after
 * ebx: that is how MSVC orders them.
 */
function restoreEbp(
  space: WalkSpace,
  file: RegisterFile,
  record: FpoRecord,
  slot: number,
  caller: RegisterFile,
): void {
  const body = followProlog(space.code, record.start, record.start + Math.max(record.prolog, 1), true);
  const seen = body?.saved.get(EBP);
  const at =
    seen !== undefined ? slot - seen : slot - record.locals - 4 * Math.min(2, record.savedRegisterCount);
  const value = space.stack.u32(at);
  set32(caller, EBP, value ?? get32(file, EBP));
}
