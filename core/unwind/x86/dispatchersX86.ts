import type { ModuleEntry } from '../moduleIndex.ts';
import type { RegisterFile } from '../registerFile.ts';
import type { Step, WalkSpace } from '../walkSpace.ts';
import { judgeX86 } from './judgeX86.ts';
import { callerX86, set32 } from './registersX86.ts';

/** Where the kernel enters user mode by other ways than a return: ntdll's dispatchers. */
const EXCEPTION = 'KiUserExceptionDispatcher';
const CALLBACK = 'KiUserCallbackDispatcher';
/** The dispatchers are short; what comes later is another function. */
const MAX_DISPATCHER = 0x100;
/** Words above esp among which the arguments of the dispatcher are looked for. */
const ARGUMENT_WORDS = 12;

/** offsets in the x86 CONTEXT (winnt.h) */
const CONTEXT = {
  Edi: 0x9c,
  Esi: 0xa0,
  Ebx: 0xa4,
  Edx: 0xa8,
  Ecx: 0xac,
  Eax: 0xb0,
  Ebp: 0xb4,
  Eip: 0xb8,
  SegCs: 0xbc,
  Esp: 0xc4,
};
/** CONTEXT_i386 */
const CONTEXT_I386 = 0x10000;
/** CONTEXT_CONTROL and CONTEXT_INTEGER */
const CONTEXT_CONTROL_INTEGER = 3;
/** EXCEPTION_RECORD.ExceptionAddress */
const RECORD_ADDRESS = 0x0c;
const PARAMETER_MAX = 0x10000;

const places = new WeakMap<ModuleEntry, ReadonlyMap<string, number>>();

/** The interrupted frame under one of ntdll's dispatchers; undefined in other code, or where its record is not found. */
export function stepOverDispatcher(
  space: WalkSpace,
  entry: ModuleEntry,
  file: RegisterFile,
  lookup: number,
): Step | undefined {
  if (!/^ntdll(_|$)/i.test(entry.module.name)) return undefined;
  const rva = lookup - entry.base;
  for (const [name, start] of dispatchersOf(space, entry)) {
    if (rva < start || rva >= start + MAX_DISPATCHER) continue;
    const step = name === EXCEPTION ? underException(space, file) : underCallback(space, file);
    if (step) return step;
  }
  return undefined;
}

function dispatchersOf(space: WalkSpace, entry: ModuleEntry): ReadonlyMap<string, number> {
  const known = places.get(entry);
  if (known) return known;
  const found = new Map<string, number>();
  for (const name of [EXCEPTION, CALLBACK]) {
    const rva =
      entry.module.image?.exports().byName(name)?.rva ?? space.symbolsOf(entry.module)?.find(name)[0]?.rva;
    if (rva !== undefined) found.set(name, rva);
  }
  // symbols may come later: only what was found is kept
  if (found.size > 0) places.set(entry, found);
  return found;
}

/** The dispatcher's arguments, PEXCEPTION_RECORD and PCONTEXT, lie at esp; they are told by what they point to. */
function underException(space: WalkSpace, file: RegisterFile): Step | undefined {
  const { stack } = space;
  for (let i = 0; i < ARGUMENT_WORDS; i++) {
    const record = stack.u32(file.sp + 4 * i);
    const context = stack.u32(file.sp + 4 * i + 4);
    if (record === undefined || context === undefined || !isContext(space, file.sp, record, context))
      continue;
    const caller = callerX86(file);
    const word = (offset: number): number => stack.u32(context + offset) ?? 0;
    caller.ip = word(CONTEXT.Eip);
    caller.sp = word(CONTEXT.Esp);
    const { Eax, Ecx, Edx, Ebx, Ebp, Esi, Edi } = CONTEXT;
    for (const [register, offset] of [Eax, Ecx, Edx, Ebx, undefined, Ebp, Esi, Edi].entries()) {
      if (offset !== undefined) set32(caller, register, word(offset));
    }
    const note = `CONTEXT @ ${context.toString(16).padStart(8, '0')}`;
    return {
      caller,
      how: 'unwind info',
      exact: true,
      anyStack: true,
      frame: file.frame ?? file.sp - 8,
      parameters: file.sp + 4 * i,
      note,
    };
  }
  return undefined;
}

function isContext({ stack }: WalkSpace, sp: number, record: number, context: number): boolean {
  if (context < sp || context % 4 !== 0) return false;
  const flags = stack.u32(context) ?? 0;
  if ((flags & CONTEXT_I386) === 0 || (flags & CONTEXT_CONTROL_INTEGER) !== CONTEXT_CONTROL_INTEGER)
    return false;
  const ip = stack.u32(context + CONTEXT.Eip);
  const isUserCode = ((stack.u32(context + CONTEXT.SegCs) ?? 0) & 0xffff_0003) === 3;
  if (ip === undefined || !isUserCode) return false;
  const address = stack.u32(record + RECORD_ADDRESS);
  // eip may have been moved past a breakpoint
  return address !== undefined && Math.abs(address - ip) <= 2;
}

/**
 * The kernel copies a callback's argument to the user stack and puts {0, routine index, pointer, length} below it
 * (KeUserModeCallback). When the callback's function has returned, esp points to the pointer and the length; the
 * system call's stack lies above the copy.
 */
function underCallback(space: WalkSpace, file: RegisterFile): Step | undefined {
  const { stack } = space;
  for (let i = 0; i < ARGUMENT_WORDS; i++) {
    const at = file.sp + 4 * i;
    const pointer = stack.u32(at);
    const length = stack.u32(at + 4);
    if (pointer !== at + 8 || length === undefined || length > PARAMETER_MAX) continue;
    const slot = (pointer + length + 3) & ~3;
    const ip = stack.u32(slot >>> 0);
    if (ip === undefined || judgeX86(space, ip) === 'no') continue;
    const caller = callerX86(file);
    caller.ip = ip;
    caller.sp = (slot >>> 0) + 4;
    return { caller, how: 'unwind info', frame: file.frame ?? file.sp - 8, parameters: at };
  }
  return undefined;
}
