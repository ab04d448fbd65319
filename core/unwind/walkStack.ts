import type { Machine, Module, RegisterContext, Target, Thread } from '../target/index.ts';
import type { InlineFrame, SymbolService, UnwindSource } from '../symbols/index.ts';
import { Arm64Unwinder } from './arm64/arm64Unwinder.ts';
import { DynamicTables } from './dynamicTables.ts';
import { FpoOverrides } from './fpoOverrides.ts';
import type { Frame, FrameSource, StackTrace, WalkEnd } from './frame.ts';
import { ModuleIndex } from './moduleIndex.ts';
import {
  callerFile,
  REGISTER_LAYOUTS,
  registerFileOf,
  type RegisterFile,
  type RegisterLayout,
} from './registerFile.ts';
import { remembered } from './remembered.ts';
import { ShadowStack } from './shadowStack.ts';
import { stackBounds } from './stackBounds.ts';
import type { Step, Unwinder, WalkSpace } from './walkSpace.ts';
import { STACK_WINDOW, WordReader } from './wordReader.ts';
import { WalkedFrame } from './walkedFrame.ts';
import { X64Unwinder } from './x64/x64Unwinder.ts';
import { X86Unwinder } from './x86/x86Unwinder.ts';

/** No stack has more frames than this: 64 Ki is `.kframes` at its largest. */
const MAX_FRAMES = 0x10000;
/** How far the slot of a return address is looked for. Bytes. */
const MAX_FRAME = 0x100000;
/** Stacks are reserved in units of 64 KiB: nearer places belong to the same one. Bytes. */
const OTHER_STACK = 0x10000;
/** How often a walk may go to another stack: a chain of fibers is short, a hostile one has no end. */
const MAX_SWITCHES = 4;

export interface WalkInput {
  readonly target: Target;
  /** names, and what PDBs know of the stack; without it images and the stack itself must do */
  readonly symbols?: SymbolService;
  /** the view of the process: in a WOW64 dump each has its own stack */
  readonly machine: Machine;
  /** where the walk begins; undefined gives an empty trace */
  readonly registers: RegisterContext | undefined;
  /** whose stack it is: its TEB bounds the walk */
  readonly thread?: Thread;
  /** frames at most, inline ones included */
  readonly limit: number;
}

/**
 * Walks a stack from a context outwards. Never throws for what the dump holds or lacks; `AwaitFirst` from symbols
 * passes. Every walk ends for a reason that the trace names, and after `limit` frames at the latest.
 */
export function walkStack(input: WalkInput): StackTrace {
  const { machine, registers } = input;
  if (!registers) return { frames: [], end: 'no context', truncated: false };
  if (machine.kind === 'arm') return new Walk(input, registers, REGISTER_LAYOUTS.arm64).onlyFirst();
  return new Walk(input, registers, REGISTER_LAYOUTS[machine.kind]).run();
}

function unwinderFor(space: WalkSpace, machine: Machine): Unwinder {
  switch (machine.kind) {
    case 'x86':
      return new X86Unwinder(space);
    case 'x64':
      return new X64Unwinder(space);
    default:
      return new Arm64Unwinder(space);
  }
}

/** What was inlined where: many threads stand at the same places. */
const inlines = new WeakMap<UnwindSource, Map<number, readonly InlineFrame[]>>();

class Walk {
  private readonly frames: Frame[] = [];
  private readonly space: WalkSpace;
  private readonly limit: number;
  private readonly shadow: ShadowStack | undefined;
  private warned = false;
  private switches = 0;
  private readonly interrupted = new Set<string>();

  constructor(
    private readonly input: WalkInput,
    private readonly context: RegisterContext,
    private readonly layout: RegisterLayout,
  ) {
    this.limit = Math.min(Math.max(1, input.limit), MAX_FRAMES);
    this.space = makeSpace(input, context);
    this.shadow = ShadowStack.of(input.target, input.machine, input.thread, context);
  }

  run(): StackTrace {
    const unwinder = unwinderFor(this.space, this.input.machine);
    let file = registerFileOf(this.context, this.layout);
    let how: FrameSource = 'context';
    let exact = true;
    for (;;) {
      const step = this.confirm(file, unwinder.step(file, exact));
      const next: Step | WalkEnd = typeof step === 'string' ? step : this.check(file, exact, step);
      // a step that led nowhere says nothing of this frame either
      const isTaken = typeof next !== 'string' || next === 'null return address';
      const found = typeof step === 'string' || !isTaken ? undefined : step;
      const isGuess = typeof step === 'string' ? this.isUndescribed(step) : step.guess === true;
      if (!this.add(file, how, exact, found, isGuess)) return this.trace('frame limit', true);
      if (typeof next === 'string') return this.trace(next, false);
      if (this.frames.length >= this.limit) return this.trace('frame limit', true);
      file = next.caller;
      how = next.how;
      exact = next.exact ?? false;
    }
  }

  /** The one frame that the context itself gives, for machines that are not walked. */
  onlyFirst(): StackTrace {
    const file = {
      ip: Number(this.context.ip),
      sp: Number(this.context.sp),
      values: new BigUint64Array(0),
      known: 0,
    };
    this.add(file, 'context', true, undefined, false);
    return this.trace('machine not supported', false);
  }

  /**
   * The processor's own list of return addresses, where the dump has it, decides between guesses; where tables led to
   * an address that it does not know and that is no code, the stack was overwritten and the list is right.
   */
  private confirm(file: RegisterFile, step: Step | WalkEnd): Step | WalkEnd {
    const { shadow, space } = this;
    if (!shadow) return step;
    const { expected } = shadow;
    if (expected === undefined) return typeof step === 'string' || step.guess ? 'end of stack' : step;
    if (typeof step !== 'string') {
      if (step.exact || shadow.follow(step.caller.ip)) return step;
      if (!step.guess && step.how !== 'leaf' && space.modules.find(step.caller.ip)) return step;
    }
    shadow.follow(expected);
    const slot = findWord(space, file.sp, expected);
    if (slot === undefined) return step;
    const caller = { ...callerFile(file, this.layout), ip: expected, sp: slot + 8, known: 0 };
    return { caller, how: 'scan', guess: true };
  }

  /** A step is taken only where it leads outwards: that is what keeps every walk finite. */
  private check(file: RegisterFile, exact: boolean, step: Step): Step | WalkEnd {
    const { caller, anyStack = false } = step;
    // neither stack pointers nor exact places outside the address space can be gone on from
    if (!(caller.sp >= 0) || (Number.isNaN(caller.ip) && caller.raw === undefined)) return 'no progress';
    if (caller.ip === 0) return 'null return address';
    if (anyStack) return this.isNew(caller) ? step : 'no progress';
    const { bounds } = this.space;
    // where the thread stopped before it touched the stack (ARM64), its caller has the same sp: once a walk
    const rises = caller.sp > file.sp || (exact && caller.sp === file.sp);
    const leaves = bounds && file.sp >= bounds.low && file.sp <= bounds.high && caller.sp > bounds.high;
    if ((rises && !leaves) || this.switchesStack(file, step)) return step;
    return rises ? 'end of stack' : 'no progress';
  }

  /** An interrupted frame may lie anywhere, but it was interrupted once. */
  private isNew({ ip, sp }: RegisterFile): boolean {
    const place = `${ip} ${sp}`;
    const isNew = !this.interrupted.has(place);
    this.interrupted.add(place);
    return isNew;
  }

  /** Code that runs on a stack of its own making (fibers, coroutines) returns to another: unwind data may say so. */
  private switchesStack(file: RegisterFile, { caller, guess }: Step): boolean {
    const isFar = Math.abs(caller.sp - file.sp) >= OTHER_STACK;
    if (guess || !isFar || this.switches >= MAX_SWITCHES) return false;
    if (!this.space.modules.find(caller.ip)?.isCode(caller.ip)) return false;
    this.switches++;
    return this.space.stack.u32(caller.sp) !== undefined;
  }

  /** Adds a frame with the functions inlined at its place; false where the limit cut them. */
  private add(
    file: RegisterFile,
    how: FrameSource,
    exact: boolean,
    step: Step | undefined,
    isGuess: boolean,
  ): boolean {
    const { machine, limit } = this.input;
    const entry = this.space.modules.find(file.ip);
    const lookup = exact || file.ip === 0 ? file.ip : file.ip - 1;
    const base = {
      context: this.context,
      layout: this.layout,
      space: this.space,
      file,
      lookup,
      module: entry?.module,
      step,
      first: this.frames.length === 0,
      width: machine.pointerSize,
    };
    const inlined = entry ? this.inlinedAt(entry.module, lookup - entry.base) : [];
    for (const inline of inlined) {
      if (this.frames.length >= limit) return false;
      this.frames.push(new WalkedFrame(base, this.frames.length, 'inline', undefined, inline));
    }
    if (this.frames.length >= limit) return false;
    const warning = this.warning(entry?.module, isGuess);
    this.frames.push(new WalkedFrame(base, this.frames.length, how, warning));
    return true;
  }

  private inlinedAt(module: Module, rva: number): readonly InlineFrame[] {
    const unwind = this.space.unwindOf(module);
    return unwind?.inlineFrames
      ? remembered(inlines, unwind, rva, () => unwind.inlineFrames?.(rva) ?? [])
      : [];
  }

  /** Whether a walk ended in code that nothing describes: of x86 code only symbols could. */
  private isUndescribed(end: WalkEnd): boolean {
    return end === 'no caller found' || this.input.machine.kind === 'x86';
  }

  /** WinDbg warns once a stack, above the first frame whose caller is a guess. */
  private warning(module: Module | undefined, isGuess: boolean): Frame['warning'] {
    if (this.warned || (module && !isGuess)) return undefined;
    if (module && this.input.machine.kind === 'x86' && this.hasSymbols(module)) return undefined;
    this.warned = true;
    return module ? 'no unwind information' : 'no module';
  }

  private hasSymbols(module: Module): boolean {
    const status = this.space.symbolsOf(module)?.status;
    return status === 'pdb' || status === 'breakpad';
  }

  private trace(end: WalkEnd, truncated: boolean): StackTrace {
    return { frames: this.frames, end, truncated };
  }
}

/** The first slot at or above `from` that holds an address; a frame is at most as large as a default stack. */
function findWord(space: WalkSpace, from: number, address: number): number | undefined {
  for (let slot = from; slot < from + MAX_FRAME; slot += 8) {
    const word = space.stack.pointer(slot);
    if (word === undefined) return undefined;
    if (word === address) return slot;
  }
  return undefined;
}

function makeSpace(input: WalkInput, context: RegisterContext): WalkSpace {
  const { target, symbols, thread, machine } = input;
  const { memory } = target;
  return {
    memory,
    stack: new WordReader(memory, STACK_WINDOW),
    code: new WordReader(memory),
    modules: ModuleIndex.of(target),
    bounds: thread && stackBounds(thread, machine, memory, Number(context.sp)),
    dynamicTables: DynamicTables.of(target),
    overrides: FpoOverrides.of(target),
    symbolsOf: (module) => symbols?.of(module),
    unwindOf: (module) => symbols?.of(module)?.unwind,
  };
}
