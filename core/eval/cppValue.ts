import type { Address } from '../target/index.ts';
import type { RecordType, Type } from '../types/index.ts';
import type { ReadableMemory } from './environment.ts';

/** A value of a C++ expression with its type. What lies in memory is read when it is needed: `&x` reads nothing. */
export interface CppValue {
  readonly type: Type;
  /**
   * A whole number as its type has it (pointers and characters too), a floating-point one, a truth as 0 or 1. Undefined
   * for what lies at `place` and for what has no single value.
   */
  readonly scalar?: bigint | number;
  /** where it lies: variables, members, what a pointer points to */
  readonly place?: CppPlace;
  /** the pseudo-register that it is: the only thing that can be assigned to */
  readonly pseudo?: string;
  /** the module whose types its type is from: it completes what is only declared */
  readonly module?: string;
}

export interface CppPlace {
  readonly address: Address;
  /** the process' memory, or of a variable in registers what stands in for it */
  readonly memory: ReadableMemory;
  /** the address is not the process': only `memory` knows it */
  readonly inRegisters?: boolean;
}

/** What a name means in the scope of an expression. */
export type CppName =
  | { readonly kind: 'variable'; readonly type: Type; readonly place: CppPlace; readonly module?: string }
  | { readonly kind: 'function'; readonly type: Type; readonly address: Address; readonly module?: string }
  | {
      readonly kind: 'constant';
      readonly type: Type;
      readonly value: bigint | number;
      readonly module?: string;
    }
  /** one that an expression may give another value: `setPseudo` hears of it */
  | {
      readonly kind: 'settable';
      readonly type: Type;
      readonly value: bigint | number;
      readonly module?: string;
    }
  | { readonly kind: 'type'; readonly type: Type; readonly module?: string };

/** What C++ expressions ask of a session beyond registers and memory. Look-ups may throw `AwaitFirst`. */
export interface CppNames {
  /**
   * A variable, function, constant or type: `x`, `m!x`, `$!x` (a local), `::x` (a global), `A::b`. Variables of the
   * frame in effect come first.
   */
  find(name: string): CppName | undefined;
  /** A type by its name, with or without a module. */
  type(name: string): { readonly type: Type; readonly module?: string } | undefined;
  /** The value of a function, where expressions may call any: NatVis' intrinsics. */
  call?(name: string, args: readonly CppValue[]): CppValue | undefined;
  /** The type of a pseudo-register; undefined for plain numbers. */
  pseudoType(name: string): { readonly type: Type; readonly module?: string } | undefined;
  /** The definition of a record that is only declared where it was found. */
  complete(record: RecordType, module: string | undefined): RecordType;
}
