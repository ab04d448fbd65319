import type { UsageError } from '../errors/index.ts';
import type { Argument, BinaryOperator, Expression, FunctionName, UnaryOperator } from './expression.ts';
import { fault } from './fault.ts';
import { closed, otherLanguage, type Infix, type Languages } from './language.ts';
import { masmNumber } from './masmNumber.ts';
import type { Scanner } from './scanner.ts';
import { nameLength } from './nameLength.ts';
import { textArgument } from './textArgument.ts';

/** Unary operators that are words. They bind tighter than every binary one. */
const UNARY: Readonly<Record<string, UnaryOperator>> = {
  not: 'not',
  hi: 'hi',
  low: 'low',
  by: 'by',
  wo: 'wo',
  dwo: 'dwo',
  qwo: 'qwo',
  poi: 'poi',
  $pby: 'physical',
  $pwo: 'physical',
  $pdwo: 'physical',
  $pqwo: 'physical',
  $ppoi: 'physical',
};

/** Precedence as the tables of masm-numbers-and-operators.md have it. */
const BINARY: Readonly<Record<string, readonly [BinaryOperator, number]>> = {
  '|': ['|', 1],
  or: ['|', 1],
  '^': ['^', 2],
  xor: ['^', 2],
  '&': ['&', 3],
  and: ['&', 3],
  '=': ['==', 4],
  '==': ['==', 4],
  '!=': ['!=', 4],
  '<': ['<', 4],
  '<=': ['<=', 4],
  '>': ['>', 4],
  '>=': ['>=', 4],
  '<<': ['<<', 5],
  '>>': ['>>', 5],
  '>>>': ['>>>', 5],
  '+': ['+', 6],
  '-': ['-', 6],
  '*': ['*', 7],
  '/': ['/', 7],
  '%': ['mod', 7],
  mod: ['mod', 7],
};

const FUNCTIONS: Readonly<Record<string, readonly ('text' | 'number')[]>> = {
  $fnsucc: ['number', 'number', 'number'],
  $iment: ['number'],
  $scmp: ['text', 'text'],
  $sicmp: ['text', 'text'],
  $spat: ['text', 'text'],
  $vvalid: ['number', 'number'],
};

const INFIX = />>>|<<|>>|<=|>=|==|!=|[-*/%+<>=&^|]|(?:mod|and|or|xor)(?![\w$?@.!])/iy;
const MODULE_AND_NAME = /[\w$.]*!(?!=)/y;
const QUOTED_SYMBOL = /@!"([^"]*)"/y;
const REGISTER = /@([\w$.]+)/y;
const SOURCE_LINE = /`([^`]+)`/y;
const SEGMENT = /([c-gs]s):(?!:)/iy;
const WORD_START = /[A-Za-z_$?]/;

/** Reads a MASM expression. */
export function parseMasm(s: Scanner, languages: Languages): Expression {
  return binary(s, languages, 0);
}

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
  const entry = token === undefined ? undefined : BINARY[token.toLowerCase()];
  return token !== undefined && entry
    ? { operator: entry[0], power: entry[1], length: token.length }
    : undefined;
}

function prefix(s: Scanner, languages: Languages): Expression {
  s.skipBlanks();
  const c = s.peek();
  switch (c) {
    case '(':
    case '[':
      s.take(1);
      return closed(s, c === '(' ? ')' : ']', () => parseMasm(s, languages));
    case '+':
    case '-':
      s.take(1);
      return unary(s, languages, c);
    case '%':
      // the prefix of a flat address, which all of ours are (address-and-address-range-syntax.md)
      s.take(1);
      return unary(s, languages, '+');
    case '`':
      return sourceLine(s);
    case '@':
      return marked(s, languages);
    case '.':
      if (/[\w$?]/.test(s.peek(1))) break;
      s.take(1);
      return { kind: 'register', name: '$ip', at: s.last };
  }
  return symbolWithModule(s) ?? number(s, languages) ?? word(s, languages);
}

function unary(s: Scanner, languages: Languages, operator: UnaryOperator): Expression {
  const operand = s.nested(() => prefix(s, languages));
  return { kind: 'unary', operator, operand, at: s.last };
}

/** What `@` begins: a register, a quoted symbol, an expression of the other language. */
function marked(s: Scanner, languages: Languages): Expression {
  const other = otherLanguage(s, languages, 'masm');
  if (other) return other.language === 'masm' ? other.body : { kind: 'c++', body: other.body, at: s.last };
  const symbol = s.match(QUOTED_SYMBOL);
  if (symbol) {
    s.take(symbol[0].length);
    return { kind: 'symbol', name: symbol[1] ?? '', at: s.last };
  }
  const register = s.match(REGISTER);
  if (!register) throw s.fault('Syntax error at');
  s.take(register[0].length);
  return { kind: 'register', name: (register[1] ?? '').toLowerCase(), at: s.last };
}

function sourceLine(s: Scanner): Expression {
  const found = s.match(SOURCE_LINE);
  if (!found) throw s.fault('Syntax error at');
  s.take(found[0].length);
  return { kind: 'line', place: found[1] ?? '', at: s.last };
}

function symbolWithModule(s: Scanner): Expression | undefined {
  const module = s.match(MODULE_AND_NAME);
  if (!module) return undefined;
  const start = s.at;
  s.at += module[0].length;
  const length = nameLength(s, true);
  s.at = start;
  if (length === 0) throw fault("Couldn't resolve error at", s.text, start);
  const name = s.text.slice(start, start + module[0].length + length);
  s.take(name.length);
  return { kind: 'symbol', name: name.startsWith('!') ? name.slice(1) : name, at: s.last };
}

function number(s: Scanner, languages: Languages): Expression | undefined {
  const value = masmNumber(s, languages.radix);
  return value === undefined ? undefined : { kind: 'number', value, at: s.last };
}

function word(s: Scanner, languages: Languages): Expression {
  const segment = s.match(SEGMENT);
  if (segment) {
    s.take(segment[0].length);
    const operand = s.nested(() => prefix(s, languages));
    return { kind: 'segment', register: (segment[1] ?? '').toLowerCase(), operand, at: s.last };
  }
  const length = WORD_START.test(s.peek()) ? nameLength(s, false) : 0;
  if (length === 0) throw s.fault('Numeric expression missing from');
  const name = s.text.slice(s.at, s.at + length);
  const lower = name.toLowerCase();
  const operator = UNARY[lower];
  if (operator) {
    s.take(length);
    return unary(s, languages, operator);
  }
  const parameters = FUNCTIONS[lower];
  if (parameters) {
    s.take(length);
    return call(s, languages, lower as FunctionName, parameters);
  }
  s.take(length);
  return { kind: 'name', name, at: s.last };
}

function call(
  s: Scanner,
  languages: Languages,
  name: FunctionName,
  parameters: readonly ('text' | 'number')[],
): Expression {
  s.skipBlanks();
  const open = s.at;
  // WinDbg shows the whole argument list where a text in it is not closed
  const wrong = (): UsageError => fault('Syntax error at', s.text, parameters.includes('text') ? open : s.at);
  const args: Argument[] = [];
  for (const parameter of parameters) {
    if (!s.accept(args.length === 0 ? '(' : ',')) throw wrong();
    const arg = parameter === 'number' ? s.nested(() => parseMasm(s, languages)) : textArgument(s);
    if (!arg) throw wrong();
    args.push(arg);
  }
  if (!s.accept(')')) throw wrong();
  return { kind: 'call', name, args, at: s.last };
}
