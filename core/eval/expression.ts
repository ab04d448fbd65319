import type { CppNode } from './cppTree.ts';

/**
 * The tree of a MASM expression. `at` is the offset in the expression's text of the last
 * token that belongs to the node, or of the token that names it: WinDbg's errors repeat the text from there on.
 */
export type Expression =
  | {
      readonly kind: 'number';
      readonly value: bigint;
      readonly at: number;
    }
  /** a word without `@` and `!`: module, symbol or register, in that order */
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  /** `@eax`, `@$peb`, and `.` for `$ip` */
  | { readonly kind: 'register'; readonly name: string; readonly at: number }
  /** `module!name`, `!name`, `@!"module!name"` */
  | { readonly kind: 'symbol'; readonly name: string; readonly at: number }
  /** `` `module!file:line` `` without the accents */
  | { readonly kind: 'line'; readonly place: string; readonly at: number }
  /** `@@c++(…)`: computed by the other language's rules */
  | { readonly kind: 'c++'; readonly body: CppNode; readonly at: number }
  | {
      readonly kind: 'segment';
      readonly register: string;
      readonly operand: Expression;
      readonly at: number;
    }
  | {
      readonly kind: 'unary';
      readonly operator: UnaryOperator;
      readonly operand: Expression;
      readonly at: number;
    }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: number;
    }
  | {
      readonly kind: 'call';
      readonly name: FunctionName;
      readonly args: readonly Argument[];
      readonly at: number;
    };

export type ExpressionLanguage = 'masm' | 'c++';

/** An argument of a MASM function: `$scmp` takes texts, the others numbers. */
export type Argument = Expression | { readonly kind: 'text'; readonly text: string };

export type UnaryOperator =
  | '+'
  | '-'
  | 'not'
  | '~'
  | 'hi'
  | 'low'
  | 'by'
  | 'wo'
  | 'dwo'
  | 'qwo'
  | 'poi'
  /** reads of physical memory: `$pby`… */
  | 'physical';

export type BinaryOperator =
  | '*'
  | '/'
  | 'mod'
  | '+'
  | '-'
  | '<<'
  | '>>'
  | '>>>'
  | '<'
  | '<='
  | '>'
  | '>='
  | '=='
  | '!='
  | '&'
  | '^'
  | '|';

export type FunctionName = '$fnsucc' | '$iment' | '$scmp' | '$sicmp' | '$spat' | '$vvalid';

/** Deeper nesting is refused: parsers and evaluator call themselves once or twice a level. */
export const MAX_DEPTH = 200;
