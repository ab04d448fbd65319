import type { RegisterFile } from '../registerFile.ts';
import { SCAN_WORDS, scanStack, type Verdict } from '../scanStack.ts';
import type { Step, WalkSpace } from '../walkSpace.ts';
import { callStyle } from './callStyle.ts';
import { runFrameProgram } from './frameProgram.ts';
import { judgeX86 } from './judgeX86.ts';
import { callerX86, EBP, EBX, EDI, ESI, get32, set32 } from './registersX86.ts';

/** What a FRAMEDATA or STACK WIN record says, as far as a step needs it. Bytes. */
export interface ProgramRecord {
  readonly program: string;
  readonly locals: number;
  readonly savedRegisters: number;
  readonly parameters: number;
}

/** What is known of the frame that a program is run in. */
export interface ProgramFrame {
  /** bytes of parameters that the frame before this one took from it; undefined where nobody knows */
  readonly calleeParameters: number | undefined;
  /** address of the function's first byte, where it is known */
  readonly functionStart: number | undefined;
}

/** Words that code between calls pushes and nobody counts: arguments of an outer call, saved temporaries. */
const MAX_PENDING_WORDS = 64;

/** What Windows and Wine leave above a thread's first frame. */
const STACK_END_BYTES = 0x200;

const SAVED: readonly (readonly [string, number])[] = [
  ['$ebx', EBX],
  ['$ebp', EBP],
  ['$esi', ESI],
  ['$edi', EDI],
];

/** One step by a frame program. Undefined where it does not run or its result cannot be the caller. */
export function stepByProgram(
  space: WalkSpace,
  file: RegisterFile,
  record: ProgramRecord,
  frame: ProgramFrame,
): Step | undefined {
  const search = returnSearch(space, file, record, frame);
  const variables = new Map<string, number>([
    ['$eip', file.ip],
    ['$esp', file.sp],
    ['.cbSavedRegs', record.savedRegisters],
    ['.cbLocals', record.locals],
    ['.cbParams', record.parameters],
    ['.cbCalleeParams', frame.calleeParameters ?? 0],
    ['.raSearch', search],
    ['.raSearchStart', search],
  ]);
  for (const [name, register] of SAVED) variables.set(name, get32(file, register));
  variables.set('$eax', get32(file, 0));
  variables.set('$ecx', get32(file, 1));
  variables.set('$edx', get32(file, 2));
  const result = runFrameProgram(record.program, variables, (at) => space.stack.u32(at));
  const ip = result?.get('$eip');
  const sp = result?.get('$esp');
  if (ip === undefined || sp === undefined || !(sp > file.sp)) return undefined;
  const overwritten = ip !== 0 && judgeX86(space, ip) === 'no';
  if (overwritten && record.program.includes('.raSearch')) return undefined;
  const caller = callerX86(file);
  caller.ip = ip;
  caller.sp = sp;
  for (const [name, register] of SAVED) {
    const value = result?.get(name);
    if (value !== undefined) set32(caller, register, value);
  }
  return {
    caller,
    how: 'frame data',
    frame: sp - 8,
    parameters: sp,
    base: result?.get('$T0'),
    overwritten,
  };
}

/**
 * `.raSearch`: where the return address lies when the frame pointer does not say. Locals and saved registers lie below
 * it, and what the function has pushed since: so the place is searched from there on. The arguments of the call in
 * progress are among the locals where the compiler keeps room for them (Clang without optimisation, GCC), and below
 * them where they are pushed (MSVC). A program that aligns its frame keeps the way back at ebp.
 */
function returnSearch(
  space: WalkSpace,
  file: RegisterFile,
  record: ProgramRecord,
  { calleeParameters, functionStart }: ProgramFrame,
): number {
  if (record.program.includes('@')) return get32(file, EBP) + 4;
  const judge = (address: number): Verdict => judgeX86(space, address, functionStart);
  const verdictAt = (slot: number): Verdict => judge(space.stack.u32(slot) ?? 0);
  const lowest = file.sp + record.locals + record.savedRegisters;
  const pushed = lowest + (calleeParameters ?? 0);
  const ordered = [pushed];
  if (pushed !== lowest) {
    const style = functionStart === undefined ? undefined : callStyle(space.code, functionStart, file.ip);
    if (style === 'move') ordered.unshift(lowest);
    else ordered.push(lowest);
  }
  const slot = ordered.find((s) => verdictAt(s) === 'sure') ?? ordered.find((s) => verdictAt(s) === 'maybe');
  if (slot !== undefined) return slot;
  const start = ordered[0] ?? lowest;
  const words = calleeParameters === undefined ? SCAN_WORDS : MAX_PENDING_WORDS;
  const found = scanStack(space, lowest + 4, words, 4, judge);
  // the thread's outermost function returns to 0
  if (space.stack.u32(start) === 0 && found?.verdict !== 'sure' && isStackEnd(space, start)) return start;
  return found?.slot ?? start;
}

/** Whether a slot lies among the last words of the thread's stack, above which no function's frame can be. */
function isStackEnd({ bounds }: WalkSpace, slot: number): boolean {
  return bounds !== undefined && slot < bounds.high && slot >= bounds.high - STACK_END_BYTES;
}
