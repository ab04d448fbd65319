import type { Machine } from '../machine.ts';

/**
 * A register by its place in Windows' CONTEXT record of one architecture (winnt.h). `offset` and `size` are in bytes;
 * a register that is part of another (`ax` of `eax`, `zf` of `efl`) names the bits instead.
 */
export interface RegisterDefinition {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly kind: 'integer' | 'flags' | 'segment' | 'float' | 'vector' | 'debug';
  readonly part?: { readonly of: string; readonly shift: number; readonly bits: number };
}

/** The registers of an architecture, and which of them play the parts that every debugger needs. */
export interface RegisterSet {
  readonly machine: Machine;
  /** sizeof(CONTEXT) in bytes */
  readonly contextSize: number;
  readonly ip: string;
  readonly sp: string;
  readonly fp: string;
  readonly definitions: readonly RegisterDefinition[];
}

/**
 * One thread's registers: a copy of its CONTEXT record, read and written by WinDbg's register names. Unwinders clone
 * it and set what they recover; `known` says which registers are worth printing in a caller's frame.
 */
export interface RegisterContext {
  readonly machine: Machine;
  /** instruction, stack and frame pointer (ebp, rbp, x29), zero-extended */
  ip: bigint;
  sp: bigint;
  fp: bigint;
  /** The value of a register by its WinDbg name, without `@`; undefined where the record has none of that name. */
  get(name: string): bigint | undefined;
  /** Sets a register, cut to its size, and marks it known; false where there is none of that name. */
  set(name: string, value: bigint): boolean;
  /** Raw bytes of a register of any size (xmm0, st0), little-endian. */
  bytes(name: string): Uint8Array | undefined;
  /** Whether the value is this frame's own, and not merely left over from a callee. */
  known(name: string): boolean;
  /** A copy; with `known`, only those registers count as known in it. */
  clone(known?: Iterable<string>): RegisterContext;
  definitions(): readonly RegisterDefinition[];
}
