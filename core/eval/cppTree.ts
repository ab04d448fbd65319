import type { BasicType } from '../types/index.ts';
import type { CppValue } from './cppValue.ts';
import type { Expression } from './expression.ts';

/**
 * The tree of a C++ expression. `at` is the offset in the text of the token that names the node: the debugger's errors
 * repeat the text from there on.
 */
export type CppNode =
  | {
      readonly kind: 'number';
      readonly value: bigint | number;
      readonly type: BasicType;
      readonly at: number;
    }
  /** `@eax`, `@$teb` */
  | { readonly kind: 'register'; readonly name: string; readonly at: number }
  /** a variable, function, enumerator or (in sizeof and macros) a type: `x`, `m!x`, `$!x`, `A::b` */
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  /** a value that is known already: what the object model computes with goes through the same rules */
  | { readonly kind: 'value'; readonly value: CppValue; readonly at: number }
  /** `size(x)`: NatVis' intrinsics; read only where the languages say that there are functions */
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly CppNode[];
      readonly at: number;
    }
  /** `@@masm(…)` */
  | { readonly kind: 'masm'; readonly body: Expression; readonly at: number }
  | {
      readonly kind: 'unary';
      readonly operator: CppUnary;
      readonly operand: CppNode;
      readonly at: number;
    }
  /** ++ and -- */
  | {
      readonly kind: 'step';
      readonly by: 1 | -1;
      readonly prefix: boolean;
      readonly operand: CppNode;
      readonly at: number;
    }
  | {
      readonly kind: 'binary';
      readonly operator: CppBinary;
      readonly left: CppNode;
      readonly right: CppNode;
      readonly at: number;
    }
  /** with an operator: `+=` and its kin */
  | {
      readonly kind: 'assign';
      readonly operator: CppBinary | undefined;
      readonly left: CppNode;
      readonly right: CppNode;
      readonly at: number;
    }
  | {
      readonly kind: 'choice';
      readonly condition: CppNode;
      readonly then: CppNode;
      readonly otherwise: CppNode;
      readonly at: number;
    }
  /** `a, b`: all are computed, the last counts */
  | { readonly kind: 'sequence'; readonly items: readonly CppNode[]; readonly at: number }
  | { readonly kind: 'cast'; readonly type: TypeName; readonly operand: CppNode; readonly at: number }
  | { readonly kind: 'sizeof'; readonly of: CppNode | TypeName; readonly at: number }
  | {
      readonly kind: 'member';
      readonly operand: CppNode;
      readonly name: string;
      readonly at: number;
    }
  | { readonly kind: 'index'; readonly operand: CppNode; readonly index: CppNode; readonly at: number }
  | { readonly kind: 'macro'; readonly macro: CppMacro; readonly at: number };

export type CppUnary = '+' | '-' | '~' | '!' | '*' | '&';

export type CppBinary =
  | '*'
  | '/'
  | '%'
  | '+'
  | '-'
  | '<<'
  | '>>'
  | '<'
  | '<='
  | '>'
  | '>='
  | '=='
  | '!='
  | '&'
  | '^'
  | '|'
  | '&&'
  | '||';

/** A type as written: `unsigned char *`, `m!_PEB`, `int[4]`. */
export interface TypeName {
  readonly kind: 'type';
  /** a spelling of C++'s own types, or a name to look up */
  readonly base: readonly string[];
  readonly builtIn: boolean;
  /** stars */
  readonly pointers: number;
  /** dimensions, the outermost first */
  readonly dimensions: readonly number[];
  /** `T (*)[4]`: a pointer to the array */
  readonly toArray: boolean;
  readonly at: number;
}

/** The macros of winnt.h that the debugger knows, with a `#` before them (c---numbers-and-operators.md). */
export type CppMacro =
  | {
      readonly name: 'CONTAINING_RECORD';
      readonly address: CppNode;
      readonly type: TypeName;
      readonly field: string;
    }
  | {
      readonly name: 'FIELD_OFFSET' | 'RTL_FIELD_SIZE' | 'RTL_SIZEOF_THROUGH_FIELD';
      readonly type: TypeName;
      readonly field: string;
    }
  | {
      readonly name: 'RTL_CONTAINS_FIELD';
      readonly record: CppNode;
      readonly size: CppNode;
      readonly field: string;
    }
  | { readonly name: 'RTL_NUMBER_OF'; readonly array: CppNode };
