import type { Module, Memory } from '../target/index.ts';
import type { ModuleSymbols, UnwindSource } from '../symbols/index.ts';
import type { FrameSource, WalkEnd } from './frame.ts';
import type { ModuleIndex } from './moduleIndex.ts';
import type { RegisterFile } from './registerFile.ts';
import type { WordReader } from './wordReader.ts';

/** Function tables that the process made at run time: a dump's FunctionTable stream. */
export interface DynamicFunctionTable {
  /** the addresses it is for, half open */
  readonly start: bigint;
  readonly end: bigint;
  /** what its RVAs count from */
  readonly base: bigint;
  /** RUNTIME_FUNCTION records of the dump's machine */
  readonly entries: Uint8Array;
}

/** Where a thread's stack lies, half open. */
export interface StackBounds {
  readonly low: number;
  readonly high: number;
}

/** What the steps of one walk share. */
export interface WalkSpace {
  readonly memory: Memory;
  /** two readers, so that looking at code does not push out the stack's window */
  readonly stack: WordReader;
  readonly code: WordReader;
  readonly modules: ModuleIndex;
  /** undefined where the TEB is not there, or the thread is not known */
  readonly bounds: StackBounds | undefined;
  readonly dynamicTables: readonly DynamicFunctionTable[];
  symbolsOf(module: Module): ModuleSymbols | undefined;
  unwindOf(module: Module): UnwindSource | undefined;
}

/** From one frame to its caller. */
export interface Step {
  readonly caller: RegisterFile;
  /** how the caller was found */
  readonly how: FrameSource;
  /** the caller's `ip` is where it was stopped, and no return address */
  readonly exact?: boolean;
  /** the caller's stack may lie below this frame's: another stack, an interrupted function */
  readonly anyStack?: boolean;
  /** what k prints as this frame's base, where it is not the machine's usual one */
  readonly frame?: number;
  /** address of this frame's first argument, where it is not the machine's usual one */
  readonly parameters?: number;
  readonly note?: string;
  /** nothing in image or symbols said how: the caller is a guess */
  readonly guess?: boolean;
}

/** Walks one machine's frames; may remember what it saw of the frames before. */
export interface Unwinder {
  /** The caller of the frame that `file` stands in, or why there is none. `exact`: see `Step`. */
  step(file: RegisterFile, exact: boolean): Step | WalkEnd;
}

/** Sets the caller's instruction pointer from a 64-bit return address on the stack; false where it cannot be read. */
export function readReturn64(space: WalkSpace, caller: RegisterFile, slot: number): boolean {
  const ip = space.stack.pointer(slot);
  if (ip === undefined) return false;
  caller.ip = ip;
  caller.raw = Number.isNaN(ip) ? space.stack.u64(slot) : undefined;
  return true;
}
