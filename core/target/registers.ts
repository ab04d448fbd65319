import type { Machine } from './machine.ts';

/** A register by its place in Windows' CONTEXT record of one architecture (winnt.h). Offsets and sizes in bytes. */
export interface RegisterDefinition {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly kind: 'integer' | 'flags' | 'segment' | 'float' | 'vector' | 'debug';
  /** a part of another register (`ax` of `eax`): the lowest bit and the length in bits */
  readonly part?: { readonly of: string; readonly shift: number; readonly bits: number };
}

/**
 * One thread's registers: a copy of its CONTEXT record, read and written by register name. Unwinders clone it and set
 * what they recover; `known` says which registers are worth printing in a caller's frame.
 */
export interface RegisterContext {
  readonly machine: Machine;
  /** instruction pointer, stack pointer, frame pointer (ebp, rbp, fp/x29) of the architecture */
  ip: bigint;
  sp: bigint;
  fp: bigint;
  /** The value of a register by its WinDbg name, without `@`; undefined where the record has none of that name. */
  get(name: string): bigint | undefined;
  /** Sets a register and marks it known. Unknown names are ignored: returns false. */
  set(name: string, value: bigint): boolean;
  /** Raw bytes of a register of any size (xmm0, st0). */
  bytes(name: string): Uint8Array | undefined;
  /** Whether the value is recovered, and not merely left over from a callee. */
  known(name: string): boolean;
  /** A copy in which only the named registers count as known; all of them when names is absent. */
  clone(known?: Iterable<string>): RegisterContext;
  definitions(): readonly RegisterDefinition[];
}
