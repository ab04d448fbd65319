import type { Module, Memory } from '../target/index.ts';
import type { ModuleSymbols, UnwindSource } from '../symbols/index.ts';
import type { DynamicTables } from './dynamicTables.ts';
import type { FpoOverrides } from './fpoOverrides.ts';
import type { FrameSource, WalkEnd } from './frame.ts';
import type { ModuleIndex } from './moduleIndex.ts';
import type { RegisterFile } from './registerFile.ts';
import type { WordReader } from './wordReader.ts';

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
  readonly dynamicTables: DynamicTables;
  symbolsOf(module: Module): ModuleSymbols | undefined;
  unwindOf(module: Module): UnwindSource | undefined;
  /** x86: what a person set in place of symbols' records */
  readonly overrides: FpoOverrides;
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
  /** x86: what symbols call the virtual frame, $T0 of frame data, where it is not the return address' slot */
  readonly base?: number;
  /** nothing in image or symbols said how: the caller is a guess */
  readonly guess?: boolean;
  /** the frame is known, and what lies where the return address was is none: something wrote over it */
  readonly overwritten?: boolean;
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
