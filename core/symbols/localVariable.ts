import type { Type } from '../types/index.ts';

/** Code from the RVA `start` up to `end`. */
export interface CodeRange {
  readonly start: number;
  readonly end: number;
}

/** Where a variable's value is. `part` is the offset in the variable of a piece that is kept apart from the rest. */
export type VariableLocation =
  | { readonly kind: 'register'; readonly registers: readonly string[]; readonly part?: number }
  | {
      readonly kind: 'register relative';
      readonly register: string;
      readonly offset: number;
      readonly part?: number;
    }
  /**
   * Offset from the frame's base as x86's frame data computes it (`$T0`; CodeView calls it VFRAME). Where the frame is
   * not realigned that is the address of the return address.
   */
  | { readonly kind: 'frame relative'; readonly offset: number; readonly part?: number }
  | { readonly kind: 'static'; readonly rva: number }
  /** offset in the module's block of thread-local storage */
  | { readonly kind: 'thread'; readonly offset: number }
  | { readonly kind: 'constant'; readonly value: bigint | number };

/** A parameter or local as it is at one address. */
export interface LocalVariable {
  readonly name: string;
  readonly type: Type | undefined;
  readonly isParameter: boolean;
  /** made by the compiler, not in the source */
  readonly compilerGenerated: boolean;
  /** where the value is at the address asked for: none where it was optimised away, several for a value in pieces */
  readonly locations: readonly VariableLocation[];
  /** the code in which it has a location at all; undefined: all of its scope. RVAs. */
  readonly ranges: readonly CodeRange[] | undefined;
}

/** A procedure, a block in it, or a function inlined into it; what lies inside comes later. */
export interface LocalScope {
  readonly kind: 'procedure' | 'block' | 'inline';
  /** of a procedure or an inlined function */
  readonly name: string | undefined;
  /** RVA of its first instruction */
  readonly start: number;
  readonly variables: readonly LocalVariable[];
}
