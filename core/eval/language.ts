import type { CppNode } from './cppTree.ts';
import type { Expression, ExpressionLanguage } from './expression.ts';
import type { Scanner } from './scanner.ts';

/** What the parsers share: the radix of unprefixed MASM numbers, and each other, for `@@c++(…)` and `@@masm(…)`. */
export interface Languages {
  readonly radix: number;
  readonly parsers: { readonly masm: Parser<Expression>; readonly 'c++': Parser<CppNode> };
  /** Whether a name is a type: asked where `(x) - 1` may be a cast or a subtraction. */
  isType?(name: string): boolean;
  /** `name(…)` calls a function: in NatVis, whose intrinsics are such */
  readonly calls?: boolean;
}

/** Reads one expression from where the scanner stands, and leaves it behind the last token that belongs to it. */
export type Parser<Tree> = (s: Scanner, languages: Languages) => Tree;

/** An expression in a language that was named or changed to. */
export type Switched =
  | { readonly language: 'masm'; readonly body: Expression }
  | { readonly language: 'c++'; readonly body: CppNode };

const SWITCH = /@@(c\+\+|masm)?\(/iy;

/** `@@(…)`, `@@c++(…)`, `@@masm(…)`: an expression in the other or the named language, if one begins here. */
export function otherLanguage(
  s: Scanner,
  languages: Languages,
  here: ExpressionLanguage,
): Switched | undefined {
  const found = s.match(SWITCH);
  if (!found) return undefined;
  const named = found[1]?.toLowerCase();
  const language = named === 'c++' || named === 'masm' ? named : here === 'masm' ? 'c++' : 'masm';
  s.take(found[0].length);
  return language === 'c++'
    ? { language, body: closed(s, ')', () => languages.parsers['c++'](s, languages)) }
    : { language, body: closed(s, ')', () => languages.parsers.masm(s, languages)) };
}

/** What `read` reads, one level deeper, and the bracket that must follow. */
export function closed<T>(s: Scanner, bracket: ')' | ']', read: () => T): T {
  const inner = s.nested(read);
  if (!s.accept(bracket)) throw s.fault('Syntax error at');
  return inner;
}

/** An infix operator that stands where a scanner is. */
export interface Infix<Operator> {
  readonly operator: Operator;
  /** binding power: higher binds tighter */
  readonly power: number;
  readonly length: number;
}
