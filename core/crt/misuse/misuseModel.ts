import type { Pacer } from '../../heap/index.ts';
import type { Address, Module } from '../../target/index.ts';
import type { CrtContext } from '../crtInput.ts';
import type { AddressAnswer } from '../explainAddress.ts';
import type { CrtMap, RuntimeCopy } from '../model.ts';
import type { CallFrame, CallStack } from './callFrame.ts';
import type { ArgumentSource } from './frameArguments.ts';
import type { FreeByCode } from './freesByCode.ts';

/** What is wrong with a free. */
export type MisuseKind =
  /** memory of one runtime is freed by another */
  | 'cross-module free'
  /** a heap is given a block of another heap */
  | 'wrong heap'
  /** what is freed is no start of a block */
  | 'not a block'
  /** what is freed is free already */
  | 'double free'
  /** a debug runtime is stopping at its own check, and what it was given is known */
  | 'debug assertion';

/** A frame that takes memory back. */
export interface FreeingFrame {
  readonly frame: CallFrame;
  /** `MSVCR90D!free` */
  readonly function: string;
  readonly pointer: Address;
  readonly from: ArgumentSource;
  /** the heap it is told to use, where it is told */
  readonly handle?: Address;
  /** it works below the debug heap: of a debug block it should be given the header */
  readonly base: boolean;
  /** what shows that it frees, where no symbol names it */
  readonly byCode?: FreeByCode;
}

/** Evidence of memory that is freed by the wrong one. */
export interface Misuse {
  readonly kind: MisuseKind;
  /** `shown`: all that it rests on is in the dump; `likely`: some of it is concluded */
  readonly certainty: 'shown' | 'likely';
  readonly thread?: CallStack['thread'];
  readonly pointer: Address;
  /** whose memory it is */
  readonly memory: AddressAnswer;
  /** the runtime that has allocated it, and the modules that allocate through it */
  readonly allocator?: RuntimeCopy;
  readonly allocatedBy: readonly Module[];
  /** the runtime that is asked to free it, and the module whose code asks */
  readonly freer?: RuntimeCopy;
  readonly freedBy?: Module;
  /** the heap that the freer's runtime gives it back to */
  readonly freerHeap?: Address;
  /** the frames that take the memory back, innermost first */
  readonly frames: readonly FreeingFrame[];
  /** the frame of the code that asks for the free */
  readonly caller?: { readonly frame: CallFrame; readonly function: string };
  /** sentences, the strongest first */
  readonly evidence: readonly string[];
}

/** A function's name and where it begins. */
export interface FrameName {
  readonly name: string;
  readonly start: Address;
  /** it is the nearest export: functions that are not exported may lie between */
  readonly ofExport?: boolean;
}

/** What the search asks of its surroundings: who names frames. */
export interface MisuseInput {
  readonly context: CrtContext;
  readonly map: CrtMap;
  readonly stacks: readonly CallStack[];
  /** The function of a frame; undefined where no symbol names it. */
  nameOf(frame: CallFrame): FrameName | undefined;
  readonly pace: Pacer;
}
