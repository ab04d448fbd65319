import { UsageError } from '../errors/index.ts';
import type { BinaryOperator, Expression } from './expression.ts';
import { CHAR, literalType } from './integerType.ts';
import { closed, otherLanguage, type Infix, type Languages } from './language.ts';
import type { Scanner } from './scanner.ts';

/**
 * C++ expressions, as far as whole numbers go: literals, registers, arithmetic. Names, types, casts and members are
 * refused by name, not misread.
 */
export function parseCpp(s: Scanner, languages: Languages): Expression {
  const condition = binary(s, languages, 0);
  if (!s.accept('?')) return condition;
  const then = s.nested(() => parseCpp(s, languages));
  if (!s.accept(':')) throw s.fault('Syntax error at');
  const otherwise = s.nested(() => parseCpp(s, languages));
  return { kind: 'choice', condition, then, otherwise, at: s.last };
}

/** Precedence of [expr.mul] to [expr.log.or] of the C++ standard. */
const BINARY: Readonly<Record<string, readonly [BinaryOperator, number]>> = {
  '||': ['||', 1],
  '&&': ['&&', 2],
  '|': ['|', 3],
  '^': ['^', 4],
  '&': ['&', 5],
  '==': ['==', 6],
  '!=': ['!=', 6],
  '<': ['<', 7],
  '<=': ['<=', 7],
  '>': ['>', 7],
  '>=': ['>=', 7],
  '<<': ['<<', 8],
  '>>': ['>>', 8],
  '+': ['+', 9],
  '-': ['-', 9],
  '*': ['*', 10],
  '/': ['/', 10],
  '%': ['mod', 10],
};

const INFIX = /(?:&&|\|\||<<|>>|<=|>=|==|!=|[-*/%+<>&^|])(?!=)/y;
const LITERALS: readonly (readonly [RegExp, number])[] = [
  [/0x([0-9a-f`]*)(u?(?:ll|l|i64)?|(?:ll|l)u)(?![\w.])/iy, 16],
  [/0n([0-9]*)()(?![\w.])/iy, 10],
  [/0t([0-7]*)()(?![\w.])/iy, 8],
  [/0y([01]*)()(?![\w.])/iy, 2],
  [/0([0-7]*)(u?(?:ll|l|i64)?|(?:ll|l)u)(?![\w.])/iy, 8],
  [/([1-9][0-9]*)(u?(?:ll|l|i64)?|(?:ll|l)u)(?![\w.])/iy, 10],
];
const CHARACTER = /'([\x20-\x7e])'/y;
const REGISTER = /@([\w$]+)/y;
/** names, casts by name, strings, addresses of and pointers to: all need types */
const TYPED = /[\w$"'&*#]/;

function binary(s: Scanner, languages: Languages, minimum: number): Expression {
  let left = prefix(s, languages);
  for (;;) {
    const infix = infixHere(s);
    if (!infix || infix.power < minimum) return left;
    s.take(infix.length);
    const right = s.nested(() => binary(s, languages, infix.power + 1));
    left = { kind: 'binary', operator: infix.operator, left, right, at: s.last };
  }
}

function infixHere(s: Scanner): Infix<BinaryOperator> | undefined {
  s.skipBlanks();
  const token = s.match(INFIX)?.[0];
  const entry = token === undefined ? undefined : BINARY[token];
  return token !== undefined && entry
    ? { operator: entry[0], power: entry[1], length: token.length }
    : undefined;
}

function prefix(s: Scanner, languages: Languages): Expression {
  s.skipBlanks();
  const other = otherLanguage(s, languages, 'c++');
  if (other) return other;
  const c = s.peek();
  if (c === '(') {
    s.take(1);
    return closed(s, ')', () => parseCpp(s, languages));
  }
  if (c === '+' || c === '-' || c === '~' || c === '!') {
    s.take(1);
    const operand = s.nested(() => prefix(s, languages));
    return { kind: 'unary', operator: c === '!' ? 'not' : c, operand, at: s.last };
  }
  return literal(s);
}

function literal(s: Scanner): Expression {
  for (const [pattern, radix] of LITERALS) {
    const found = s.match(pattern);
    if (!found) continue;
    s.take(found[0].length);
    const value = s.number(found[1] ?? '', radix);
    return { kind: 'number', value, type: literalType(value, radix, found[2] ?? ''), at: s.last };
  }
  const character = s.match(CHARACTER);
  if (character) {
    s.take(character[0].length);
    return { kind: 'number', value: BigInt(character[1]?.charCodeAt(0) ?? 0), type: CHAR, at: s.last };
  }
  const register = s.match(REGISTER);
  if (register) {
    s.take(register[0].length);
    return { kind: 'register', name: (register[1] ?? '').toLowerCase(), at: s.last };
  }
  if (!TYPED.test(s.peek())) throw s.fault('Numeric expression missing from');
  const rest = s.text.slice(s.at, s.at + 80);
  throw new UsageError(
    `C++ expressions with names or types cannot be evaluated yet: '${rest}'`,
    'not-available',
  );
}
