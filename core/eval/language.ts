import type { Expression, ExpressionLanguage } from './expression.ts';
import type { Scanner } from './scanner.ts';

/** What the parsers share: the radix of unprefixed MASM numbers, and each other, for `@@c++(…)` and `@@masm(…)`. */
export interface Languages {
  readonly radix: number;
  readonly parsers: Readonly<Record<ExpressionLanguage, Parser>>;
}

/** Reads one expression from where the scanner stands, and leaves it behind the last token that belongs to it. */
export type Parser = (s: Scanner, languages: Languages) => Expression;

const SWITCH = /@@(c\+\+|masm)?\(/iy;

/** `@@(…)`, `@@c++(…)`, `@@masm(…)`: an expression in the other or the named language, if one begins here. */
export function otherLanguage(
  s: Scanner,
  languages: Languages,
  here: ExpressionLanguage,
): Expression | undefined {
  const found = s.match(SWITCH);
  if (!found) return undefined;
  const named = found[1]?.toLowerCase();
  const language = named === 'c++' || named === 'masm' ? named : here === 'masm' ? 'c++' : 'masm';
  s.take(found[0].length);
  const body = closed(s, ')', () => languages.parsers[language](s, languages));
  return { kind: 'language', language, body, at: s.last };
}

/** What `read` reads, one level deeper, and the bracket that must follow. */
export function closed(s: Scanner, bracket: ')' | ']', read: () => Expression): Expression {
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
