import type { CppBinary, CppNode, CppUnary, TypeName } from '../eval/index.ts';
import type { BasicType } from '../types/index.ts';

/**
 * The tree of an expression of dx: C++ with strings, calls, lambdas and anonymous objects as C# has them ("Using LINQ
 * With the debugger objects" of the debugger's manual). `at` is the offset in the text of the token that names the node.
 */
export type ModelNode =
  | {
      readonly kind: 'number';
      readonly value: bigint | number;
      readonly type: BasicType;
      readonly at: number;
    }
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  /** `$"bp {m.CodeAddress}"` */
  | { readonly kind: 'interpolated'; readonly parts: readonly (string | ModelNode)[]; readonly at: number }
  /** a lambda's parameter, `Debugger`, or a name of C++ */
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  /** `@$curprocess`, `@rip`: as typed, without the sign */
  | { readonly kind: 'variable'; readonly name: string; readonly at: number }
  /** what is C++ alone: sizeof, macros, casts by name */
  | { readonly kind: 'c++'; readonly node: CppNode; readonly at: number }
  | { readonly kind: 'unary'; readonly operator: CppUnary; readonly operand: ModelNode; readonly at: number }
  | {
      readonly kind: 'binary';
      readonly operator: CppBinary;
      readonly left: ModelNode;
      readonly right: ModelNode;
      readonly at: number;
    }
  | { readonly kind: 'assign'; readonly left: ModelNode; readonly right: ModelNode; readonly at: number }
  | {
      readonly kind: 'choice';
      readonly condition: ModelNode;
      readonly then: ModelNode;
      readonly otherwise: ModelNode;
      readonly at: number;
    }
  | { readonly kind: 'cast'; readonly type: TypeName; readonly operand: ModelNode; readonly at: number }
  | { readonly kind: 'member'; readonly operand: ModelNode; readonly name: string; readonly at: number }
  | { readonly kind: 'index'; readonly operand: ModelNode; readonly index: ModelNode; readonly at: number }
  | {
      readonly kind: 'call';
      readonly callee: ModelNode;
      readonly args: readonly ModelNode[];
      readonly at: number;
    }
  | {
      readonly kind: 'lambda';
      readonly parameters: readonly string[];
      readonly body: ModelNode;
      /** as typed: what is shown of it */
      readonly text: string;
      readonly at: number;
    }
  /** `new { Name = m.Name, Size = m.Size }` */
  | {
      readonly kind: 'object';
      readonly members: readonly (readonly [name: string, value: ModelNode])[];
      readonly at: number;
    };
