import type { AssertionInfo } from '../../../minidump/index.ts';
import type { CppException, StowedException } from '../../exceptions/index.ts';
import type { HeapFailureSummary } from '../crashInput.ts';
import type {
  Access,
  Blame,
  Deadlock,
  FaultingInstruction,
  FoundException,
  NamedFrame,
  Recursion,
  Suspect,
  ThreadWait,
} from '../model.ts';
import type { StackExhaustion } from '../stackExhaustion.ts';

/** All that was found out: what suspicions are drawn from. */
export interface Clues {
  readonly exception?: FoundException;
  readonly access?: Access;
  readonly instruction?: FaultingInstruction;
  readonly frames: readonly NamedFrame[];
  readonly blame?: Blame;
  readonly recursion?: Recursion;
  readonly exhaustion?: StackExhaustion;
  readonly cpp?: CppException;
  readonly stowed: readonly StowedException[];
  /** what the C runtime told the handler that wrote the dump */
  readonly assertion?: AssertionInfo;
  readonly heapFailure?: HeapFailureSummary;
  readonly wrongFrees?: readonly Suspect[];
  readonly waits: readonly ThreadWait[];
  readonly deadlocks: readonly Deadlock[];
}

/** One kind of suspicion: none, one or several, each with what speaks for it. */
export type Suspicion = (clues: Clues) => readonly Suspect[];

/** The exception's code, unsigned; 0 where there is none. */
export function codeOf({ exception }: Clues): number {
  return (exception?.record.code ?? 0) >>> 0;
}

/** `0xc0000005`. */
export function hexCode(code: number): string {
  return `0x${(code >>> 0).toString(16).padStart(8, '0')}`;
}
