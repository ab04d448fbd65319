import type { Instruction } from '../../disasm/index.ts';
import type { MemoryRegion } from '../../process/index.ts';
import type {
  Address,
  ExceptionRecord,
  Machine,
  Module,
  RegisterContext,
  Thread,
  UnloadedModule,
} from '../../target/index.ts';
import type { Frame, StackTrace } from '../../unwind/index.ts';
import type { CppException, StowedException } from '../exceptions/index.ts';
import type { FillPattern } from './fillPatterns.ts';

/** Where the exception was taken from. */
export type ExceptionSource =
  /** the dump's exception stream */
  | 'exception stream'
  /** an EXCEPTION_POINTERS, or the arguments of KiUserExceptionDispatcher, on a thread's stack */
  | 'pointers on a stack'
  /** record and context as KiUserExceptionDispatcher has them on a 64-bit stack */
  | 'dispatcher on a stack';

/** The exception that the analysis is about. */
export interface FoundException {
  readonly source: ExceptionSource;
  readonly machine: Machine;
  readonly thread?: Thread;
  readonly threadId: number;
  readonly record: ExceptionRecord;
  readonly registers?: RegisterContext;
  /** where record and context lie, if not in a stream */
  readonly recordAddress?: Address;
  readonly contextAddress?: Address;
}

export type AccessKind = 'read' | 'write' | 'execute';

/** What an address is, as far as the dump tells. */
export interface Place {
  readonly address: Address;
  readonly kind:
    | 'null page'
    | 'non-canonical'
    | 'system space'
    | 'stack'
    | 'guard page'
    | 'heap'
    | 'module'
    | 'unloaded module'
    | 'free'
    | 'reserved'
    | 'other'
    | 'unknown';
  /** in words: `in the stack of thread 0 (2a6c), 0x30 bytes above its stack pointer` */
  readonly text: string;
  readonly module?: Module;
  readonly unloaded?: UnloadedModule;
  readonly thread?: Thread;
  readonly region?: MemoryRegion;
}

/** A read, write or execution that failed. */
export interface Access {
  readonly kind: AccessKind;
  /** as the record has it; -1 for what the processor does not tell (non-canonical addresses) */
  readonly reported: Address;
  /** the address that the instruction named, where it is known to differ from what was reported */
  readonly address: Address;
  readonly place: Place;
  /** how the kind and address are known */
  readonly evidence: string;
}

/** A register's value, judged. */
export interface JudgedRegister {
  readonly name: string;
  readonly value: bigint;
  readonly verdict: 'null' | 'small' | 'pattern' | 'non-canonical' | 'text' | 'plain';
  readonly pattern?: FillPattern;
  /** `null`, `fill pattern feeefeee (…)`, `the text "AAAA"` */
  readonly text: string;
}

/** The instruction at the fault. */
export interface FaultingInstruction {
  readonly address: Address;
  /** undefined where neither dump nor image has the code */
  readonly instruction?: Instruction;
  /** address and bytes of its memory operand with the registers of the fault */
  readonly operand?: { readonly address: Address; readonly size: number; readonly value?: bigint };
  /** registers that its memory operand or branch uses */
  readonly registers: readonly JudgedRegister[];
}

/** A frame with its name. */
export interface NamedFrame {
  readonly frame: Frame;
  readonly module?: Module;
  /** undefined where only the module is known */
  readonly function?: string;
  /** from the function, else from the module */
  readonly displacement: bigint;
  readonly source?: { readonly file: string; readonly line: number };
  /** the name is of an export table, which need not hold the function itself */
  readonly isExport: boolean;
}

/** The frame that is held responsible, and why not the ones before it. */
export interface Blame {
  readonly frame: NamedFrame;
  /** `AccessV!main+101` */
  readonly symbol: string;
  readonly skipped: readonly { readonly frame: NamedFrame; readonly why: string }[];
  /** every frame was one to skip, so that the first had to do */
  readonly isFallback: boolean;
}

export type Certainty = 'certain' | 'likely' | 'possible';

/** What may have gone wrong, with what speaks for it. */
export interface Suspect {
  readonly kind: string;
  readonly certainty: Certainty;
  readonly statement: string;
  readonly evidence: readonly string[];
}

/** Frames that repeat on a stack. */
export interface Recursion {
  /** of the cycle, from its innermost frame outwards */
  readonly cycle: readonly NamedFrame[];
  readonly firstFrame: number;
  readonly repeats: number;
  /** bytes of stack of one round */
  readonly bytesPerRound: bigint;
}

/** What a thread waits for. */
export interface ThreadWait {
  readonly thread: Thread;
  /** the function it waits in */
  readonly function: string;
  /** `critical section app!lock (00404000) owned by thread 1 (1a4)` */
  readonly reason: string;
  /** of a wait for objects their handles, where they are known: `handle 4c, Event` */
  readonly objects?: string;
  readonly idle: boolean;
  /** it runs nothing until somebody resumes it */
  readonly isSuspended?: true;
  /** the critical section, if it waits for one */
  readonly section?: Address;
  readonly owner?: Thread;
  readonly evidence: string;
}

/** Threads that wait for each other in a circle. */
export interface Deadlock {
  readonly waits: readonly ThreadWait[];
}

/** WinDbg's bucket: the class of the failure, its code, and where. */
export interface Bucket {
  /** `NULL_POINTER_READ` */
  readonly problemClass: string;
  /** `NULL_POINTER_READ_c0000005_app.exe!main` */
  readonly id: string;
  /** `NullPtr`, `NullClassPtr` */
  readonly dereference?: string;
}

/** What !analyze knows of a dump. Everything in it was read; nothing was changed. */
export interface CrashAnalysis {
  readonly exception?: FoundException;
  readonly cpp?: CppException;
  readonly stowed: readonly StowedException[];
  readonly machine: Machine;
  /** the thread that is looked at: that of the exception, else the current one */
  readonly thread?: Thread;
  readonly access?: Access;
  readonly instruction?: FaultingInstruction;
  readonly trace: StackTrace;
  readonly frames: readonly NamedFrame[];
  readonly recursion?: Recursion;
  readonly blame?: Blame;
  readonly bucket: Bucket;
  /** the most certain first */
  readonly suspects: readonly Suspect[];
  /** what threads wait for, where that was asked or there is no exception */
  readonly waits: readonly ThreadWait[];
  readonly deadlocks: readonly Deadlock[];
  /** the analysis looks for a hang: there is no exception, or it was asked to */
  readonly isHang: boolean;
}
