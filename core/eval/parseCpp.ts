import { cppLiteral } from './cppLiteral.ts';
import { cppMacro } from './cppMacro.ts';
import { cppName, typeName } from './cppName.ts';
import type { CppBinary, CppNode, TypeName } from './cppTree.ts';
import { BOOL } from './cppTypes.ts';
import { closed, otherLanguage, type Infix, type Languages } from './language.ts';
import type { Scanner } from './scanner.ts';

/** Precedence of [expr.mul] to [expr.log.or] of the C++ standard. */
const BINARY: Readonly<Record<string, readonly [CppBinary, number]>> = {
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
  '%': ['%', 10],
};

const INFIX = /(?:&&|\|\||<<|>>|<=|>=|==|!=|[-*/%+<>&^|])(?!=)/y;
const ASSIGNMENT = /(?:<<|>>|[-*/%+&^|])?=(?!=)/y;
const REGISTER = /@([\w$]+)/y;
const STRING = /L?"(?:[^"\\]|\\[^])*"/y;
export const MEMBER = /(?:->|\.)\s*((?:[A-Za-z_$][\w$]*::)*~?[A-Za-z_$][\w$]*)/y;
const NAMED_CAST = /(?:static_cast|reinterpret_cast|const_cast|dynamic_cast)(?=\s*<)/y;
const KEYWORD = /(?:sizeof|true|false|nullptr)\b/y;
/** Behind `(x)` a value that no operator binds to it: x is a type. */
const LITERAL_START = /\s*[\d@"'#]/y;
/** Behind `(x)` something that is an operand if x is a type. */
const OPERAND_START = /\s*(?:[\w(~*&+-]|!(?!=))/y;
/** Members and indexes behind one operand: each is a level for the evaluator. */
const MAX_CHAIN = 200;

/** Reads a C++ expression without commas: what stands in argument lists and at the start of other text. */
export function parseCpp(s: Scanner, languages: Languages): CppNode {
  const left = conditional(s, languages);
  s.skipBlanks();
  const found = s.match(ASSIGNMENT)?.[0];
  if (found === undefined) return left;
  s.take(found.length);
  const at = s.last;
  const right = s.nested(() => parseCpp(s, languages));
  return { kind: 'assign', operator: BINARY[found.slice(0, -1)]?.[0], left, right, at };
}

/** Reads a whole C++ expression: `a, b` computes both. */
export function parseCppSequence(s: Scanner, languages: Languages): CppNode {
  const first = parseCpp(s, languages);
  if (!s.accept(',')) return first;
  const items = [first];
  do items.push(parseCpp(s, languages));
  while (s.accept(','));
  return { kind: 'sequence', items, at: s.last };
}

function conditional(s: Scanner, languages: Languages): CppNode {
  const condition = binary(s, languages, 0);
  if (!s.accept('?')) return condition;
  const then = s.nested(() => parseCpp(s, languages));
  if (!s.accept(':')) throw s.fault('Syntax error at');
  const otherwise = s.nested(() => parseCpp(s, languages));
  return { kind: 'choice', condition, then, otherwise, at: s.last };
}

function binary(s: Scanner, languages: Languages, minimum: number): CppNode {
  let left = prefix(s, languages);
  for (;;) {
    const infix = infixHere(s);
    if (!infix || infix.power < minimum) return left;
    s.take(infix.length);
    const at = s.last;
    const right = s.nested(() => binary(s, languages, infix.power + 1));
    left = { kind: 'binary', operator: infix.operator, left, right, at };
  }
}

/** The operator between two operands that stands here. */
export function infixHere(s: Scanner): Infix<CppBinary> | undefined {
  s.skipBlanks();
  const token = s.match(INFIX)?.[0];
  // the rest of the line is a comment
  const entry = token === undefined || s.text.startsWith('//', s.at) ? undefined : BINARY[token];
  return token !== undefined && entry
    ? { operator: entry[0], power: entry[1], length: token.length }
    : undefined;
}

/** An operand with what stands before and behind it: what binds closer than any operator between two. */
export function prefix(s: Scanner, languages: Languages): CppNode {
  s.skipBlanks();
  const c = s.peek();
  if ((c === '+' || c === '-') && s.peek(1) === c) {
    s.take(2);
    const { last: at } = s;
    const operand = s.nested(() => prefix(s, languages));
    return { kind: 'step', by: c === '+' ? 1 : -1, prefix: true, operand, at };
  }
  if (c === '+' || c === '-' || c === '~' || c === '!' || c === '*' || c === '&') {
    s.take(1);
    const { last: at } = s;
    const operand = s.nested(() => prefix(s, languages));
    return { kind: 'unary', operator: c, operand, at };
  }
  return cast(s, languages) ?? postfix(s, languages, primary(s, languages));
}

/** `(T)x`; undefined, with nothing taken, where a parenthesis holds an expression. */
function cast(s: Scanner, languages: Languages): CppNode | undefined {
  const { at } = s;
  const type = castType(s, languages);
  if (!type) return undefined;
  const operand = s.nested(() => prefix(s, languages));
  return { kind: 'cast', type, operand, at };
}

/** The `(T)` of a cast; undefined, with nothing taken, where a parenthesis holds an expression. */
export function castType(s: Scanner, languages: Languages): TypeName | undefined {
  if (s.peek() !== '(') return undefined;
  const start = s.at;
  s.take(1);
  const type = typeName(s);
  if (type && s.accept(')')) {
    const surely = type.builtIn || type.pointers > 0 || type.toArray || s.match(LITERAL_START) !== undefined;
    if (surely || (s.match(OPERAND_START) && isType(type, languages))) return type;
  }
  s.at = start;
  return undefined;
}

function isType(type: TypeName, languages: Languages): boolean {
  return languages.isType?.(type.base.join(' ')) ?? false;
}

function postfix(s: Scanner, languages: Languages, first: CppNode): CppNode {
  let node = first;
  for (let links = 0; ; links++) {
    if (links > MAX_CHAIN) throw s.fault('Overflow error at');
    s.skipBlanks();
    const member = s.match(MEMBER);
    if (member) {
      s.take(member[0].length);
      const name = member[1] ?? '';
      node = { kind: 'member', operand: node, name, at: s.at - name.length };
    } else if (s.peek() === '[') {
      s.take(1);
      const { last: at } = s;
      const index = closed(s, ']', () => parseCppSequence(s, languages));
      node = { kind: 'index', operand: node, index, at };
    } else if (s.text.startsWith('++', s.at) || s.text.startsWith('--', s.at)) {
      s.take(2);
      node = {
        kind: 'step',
        by: s.text[s.last] === '+' ? 1 : -1,
        prefix: false,
        operand: node,
        at: s.last,
      };
    } else return node;
  }
}

function primary(s: Scanner, languages: Languages): CppNode {
  const other = otherLanguage(s, languages, 'c++');
  if (other) return other.language === 'masm' ? { kind: 'masm', body: other.body, at: s.last } : other.body;
  if (s.peek() === '(') {
    s.take(1);
    return closed(s, ')', () => parseCppSequence(s, languages));
  }
  const literal = cppLiteral(s) ?? keyword(s, languages) ?? cppMacro(s, languages);
  if (literal) return literal;
  const register = s.text.startsWith('@!', s.at) ? undefined : s.match(REGISTER);
  if (register) {
    s.take(register[0].length);
    return { kind: 'register', name: (register[1] ?? '').toLowerCase(), at: s.last };
  }
  // "strings have no meaning to the expression evaluator" (c---numbers-and-operators.md)
  if (s.match(STRING)) throw s.fault('Operand error at');
  const { at } = s;
  const name = cppName(s, false);
  if (name === undefined) throw s.fault('Numeric expression missing from');
  if (languages.calls && s.accept('(')) return { kind: 'call', name, args: argumentList(s, languages), at };
  return { kind: 'name', name, at };
}

function argumentList(s: Scanner, languages: Languages): CppNode[] {
  const args: CppNode[] = [];
  if (s.accept(')')) return args;
  do args.push(s.nested(() => parseCpp(s, languages)));
  while (s.accept(','));
  if (!s.accept(')')) throw s.fault('Syntax error at');
  return args;
}

/** sizeof, casts by name, the words that are values. */
function keyword(s: Scanner, languages: Languages): CppNode | undefined {
  const { at } = s;
  const named = s.match(NAMED_CAST)?.[0];
  if (named !== undefined) {
    s.take(named.length);
    s.accept('<');
    const type = typeName(s);
    if (!type || !s.accept('>') || !s.accept('(')) throw s.fault('Syntax error at');
    const operand = closed(s, ')', () => parseCppSequence(s, languages));
    return { kind: 'cast', type, operand, at };
  }
  const word = s.match(KEYWORD)?.[0];
  if (word === undefined) return undefined;
  s.take(word.length);
  if (word === 'sizeof') return { kind: 'sizeof', of: sizeofOperand(s, languages), at };
  return { kind: 'number', value: word === 'true' ? 1n : 0n, type: BOOL, at };
}

/** `sizeof(T)`, `sizeof(x)`, `sizeof x`: what can only be a type is one; of a name it shows when it is looked up. */
function sizeofOperand(s: Scanner, languages: Languages): CppNode | TypeName {
  s.skipBlanks();
  const start = s.at;
  if (s.peek() === '(') {
    s.take(1);
    const type = typeName(s);
    const plain = type && !type.builtIn && type.pointers === 0 && type.dimensions.length === 0;
    if (type && s.accept(')')) {
      const ends = s.match(/\s*(?:->|\.|\[|\+\+|--)/y) === undefined;
      if (ends) return plain ? { kind: 'name', name: type.base.join(' '), at: type.at } : type;
    }
    s.at = start;
  }
  return s.nested(() => prefix(s, languages));
}
