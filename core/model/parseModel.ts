import {
  castType,
  closed,
  cppLiteral,
  cppName,
  infixHere,
  MEMBER,
  parseCppOperand,
  textArgument,
  type CppOperations,
  type Languages,
  type Scanner,
} from '../eval/index.ts';
import type { ModelNode } from './modelTree.ts';

/** Operators in one chain: each is a level for the evaluator. */
const MAX_CHAIN = 1000;
/** Members, calls and indexes behind one operand. */
const MAX_LINKS = 500;

const LAMBDA = /(?:\(\s*((?:[A-Za-z_]\w*\s*(?:,\s*[A-Za-z_]\w*\s*)*)?)\)|([A-Za-z_]\w*))\s*=>/y;
const VARIABLE = /@(\$?[\w$]+)/y;
const NEW = /new\s*\{/y;
const MEMBER_NAME = /\s*([A-Za-z_]\w*)\s*=(?![=>])/y;
const TEXT_START = /@?"/y;
const INTERPOLATED = /\$"((?:[^"\\]|\\[^])*)"/y;
/** What only C++ itself reads. */
const CPP_ALONE = /(?:#|sizeof\b|(?:static|reinterpret|const|dynamic)_cast\s*<)/y;
const WORD_VALUE = /(?:true|false|nullptr)\b/y;

/** An expression of dx, and the text behind it: what stands there are format specifiers. */
export interface ParsedModel {
  readonly node: ModelNode;
  readonly rest: string;
}

/** Reads an expression of dx. Throws `ExpressionError` with the place of what cannot be read. */
export function parseModel(text: string, { scanner, languages }: CppOperations): ParsedModel {
  const parser = new ModelParser(scanner, languages);
  const node = parser.expression();
  return { node, rest: text.slice(scanner.at) };
}

class ModelParser {
  /** parameters of the lambdas around: such a name is no type */
  private readonly parameters: string[] = [];
  private readonly languages: Languages;

  constructor(
    private readonly s: Scanner,
    languages: Languages,
  ) {
    const isType = (name: string): boolean =>
      !this.parameters.includes(name) && (languages.isType?.(name) ?? false);
    this.languages = { ...languages, isType };
  }

  expression(): ModelNode {
    const { s } = this;
    s.skipBlanks();
    const lambda = this.lambda();
    if (lambda) return lambda;
    const left = this.conditional();
    s.skipBlanks();
    const found = s.match(/=(?![=>])/y);
    if (!found) return left;
    s.take(1);
    const { last: at } = s;
    return { kind: 'assign', left, right: s.nested(() => this.expression()), at };
  }

  private lambda(): ModelNode | undefined {
    const { s } = this;
    const found = s.match(LAMBDA);
    if (!found) return undefined;
    const { at: start } = s;
    s.take(found[0].length);
    const names = (found[2] ?? found[1] ?? '').split(',').map((name) => name.trim());
    const parameters = names.filter((name) => name !== '');
    this.parameters.push(...parameters);
    const body = s.nested(() => this.expression());
    this.parameters.length -= parameters.length;
    return { kind: 'lambda', parameters, body, text: s.text.slice(start, s.at).trim(), at: start };
  }

  private conditional(): ModelNode {
    const { s } = this;
    const condition = this.binary(0);
    if (!s.accept('?')) return condition;
    const { last: at } = s;
    const then = s.nested(() => this.expression());
    if (!s.accept(':')) throw s.fault('Syntax error at');
    return { kind: 'choice', condition, then, otherwise: s.nested(() => this.expression()), at };
  }

  private binary(minimum: number): ModelNode {
    const { s } = this;
    let left = this.unary();
    for (let links = 0; ; links++) {
      const infix = infixHere(s);
      if (!infix || infix.power < minimum) return left;
      if (links > MAX_CHAIN) throw s.fault('Overflow error at');
      s.take(infix.length);
      const { last: at } = s;
      const right = s.nested(() => this.binary(infix.power + 1));
      left = { kind: 'binary', operator: infix.operator, left, right, at };
    }
  }

  private unary(): ModelNode {
    const { s } = this;
    s.skipBlanks();
    const c = s.peek();
    if (c === '+' || c === '-' || c === '~' || c === '!' || c === '*' || c === '&') {
      s.take(1);
      const { last: at } = s;
      return { kind: 'unary', operator: c, operand: s.nested(() => this.unary()), at };
    }
    const { at } = s;
    const type = this.lambdaHere() ? undefined : castType(s, this.languages);
    if (type) return { kind: 'cast', type, operand: s.nested(() => this.unary()), at };
    return this.postfix(this.primary());
  }

  private lambdaHere(): boolean {
    return this.s.match(LAMBDA) !== undefined;
  }

  private postfix(first: ModelNode): ModelNode {
    const { s } = this;
    let node = first;
    for (let links = 0; ; links++) {
      if (links > MAX_LINKS) throw s.fault('Overflow error at');
      s.skipBlanks();
      const { at } = s;
      const member = s.match(MEMBER);
      if (member) {
        s.take(member[0].length);
        const name = member[1] ?? '';
        node = { kind: 'member', operand: node, name, at: s.at - name.length };
      } else if (s.peek() === '[') {
        s.take(1);
        node = { kind: 'index', operand: node, index: closed(s, ']', () => this.expression()), at };
      } else if (s.peek() === '(') {
        s.take(1);
        node = { kind: 'call', callee: node, args: this.args(), at };
      } else return node;
    }
  }

  private args(): ModelNode[] {
    const { s } = this;
    const args: ModelNode[] = [];
    if (s.accept(')')) return args;
    do args.push(s.nested(() => this.expression()));
    while (s.accept(','));
    if (!s.accept(')')) throw s.fault('Syntax error at');
    return args;
  }

  private primary(): ModelNode {
    const { s } = this;
    const { at } = s;
    if (s.peek() === '(') {
      s.take(1);
      return closed(s, ')', () => this.expression());
    }
    if (s.match(CPP_ALONE)) return { kind: 'c++', node: parseCppOperand(s, this.languages), at };
    const literal = cppLiteral(s);
    if (literal) return literal;
    if (s.match(WORD_VALUE)) return { kind: 'c++', node: parseCppOperand(s, this.languages), at };
    const interpolated = s.match(INTERPOLATED);
    if (interpolated) {
      s.take(interpolated[0].length);
      return { kind: 'interpolated', parts: this.parts(at + 2, s.at - 1), at };
    }
    if (s.match(TEXT_START)) {
      const text = textArgument(s);
      if (!text) throw s.fault('Syntax error at');
      return { ...text, at };
    }
    if (s.match(NEW)) return this.object();
    const variable = s.match(VARIABLE);
    if (variable) {
      s.take(variable[0].length);
      return { kind: 'variable', name: variable[1] ?? '', at };
    }
    const name = cppName(s, false);
    if (name === undefined) throw s.fault('Numeric expression missing from');
    return { kind: 'name', name, at };
  }

  /** The pieces of an interpolated text, which lies between two offsets: texts, and what stands in braces. */
  private parts(start: number, end: number): (string | ModelNode)[] {
    const { s } = this;
    const parts: (string | ModelNode)[] = [];
    let text = '';
    s.at = start;
    while (s.at < end) {
      const c = s.peek();
      if ((c === '{' || c === '}') && s.peek(1) === c) {
        text += c;
        s.take(2);
      } else if (c === '{') {
        s.take(1);
        parts.push(text);
        text = '';
        parts.push(s.nested(() => this.expression()));
        if (!s.accept('}') || s.at > end) throw s.fault('Syntax error at');
      } else {
        text += c === '\\' ? s.peek(1) : c;
        s.take(c === '\\' ? 2 : 1);
      }
    }
    s.at = end + 1;
    return [...parts, text];
  }

  private object(): ModelNode {
    const { s } = this;
    const { at } = s;
    s.take(s.match(NEW)?.[0].length ?? 0);
    const members: (readonly [string, ModelNode])[] = [];
    if (!s.accept('}')) {
      do members.push(this.objectMember());
      while (s.accept(','));
      if (!s.accept('}')) throw s.fault('Syntax error at');
    }
    return { kind: 'object', members, at };
  }

  /** `Name = value`, or `m.Name`, which names itself as in C#. */
  private objectMember(): readonly [string, ModelNode] {
    const { s } = this;
    const named = s.match(MEMBER_NAME);
    if (named) s.take(named[0].length);
    const value = s.nested(() => this.expression());
    const name = named?.[1] ?? (value.kind === 'member' || value.kind === 'name' ? value.name : undefined);
    if (name === undefined) throw s.fault('Syntax error at');
    return [name, value];
  }
}
