import { MemoryUnreadable, UsageError } from '../errors/index.ts';
import type { Address } from '../target/index.ts';
import type { EvaluatorEnvironment, SourcePlace } from './environment.ts';
import type { BinaryOperator, Expression, UnaryOperator } from './expression.ts';
import { fault, type Fault } from './fault.ts';
import { callFunction } from './callFunction.ts';
import { evaluateCpp } from './evaluateCpp.ts';
import { numberOf } from './cppInteger.ts';
import { toAddress } from './width.ts';

/** Registers that a word without `@` means before any symbol of that name (masm-numbers-and-operators.md). */
const COMMON_REGISTERS =
  /^(?:e(?:[abcd]x|[sd]i|[bs]p|ip|fl)|r(?:[abcd]x|[sd]i|[bs]p|ip|8|9|1[0-5])|x(?:[0-9]|1[0-9]|2[0-8])|fp|lr|sp|pc)$/;

/** The value of a MASM expression, 0 up to 2^64. Symbols, registers and memory come from the environment. */
export function evaluateTree(tree: Expression, text: string, environment: EvaluatorEnvironment): bigint {
  return new TreeEvaluator(text, environment).value(tree);
}

class TreeEvaluator {
  constructor(
    private readonly text: string,
    private readonly environment: EvaluatorEnvironment,
  ) {}

  value(node: Expression): bigint {
    switch (node.kind) {
      case 'number':
        return node.value;
      case 'register':
        return this.register(node.name) ?? this.fail('Bad register error at', node);
      case 'name':
        return this.name(node);
      case 'symbol':
        return this.symbol(node);
      case 'line':
        return this.one(this.environment.sourceLine?.(sourcePlace(node.place)) ?? [], node);
      case 'segment': {
        const base = this.environment.segmentBase(node.register);
        if (base === undefined) return this.fail('Bad register error at', node);
        return u64(base + this.value(node.operand));
      }
      case 'unary':
        return this.unary(node.operator, this.value(node.operand), node);
      case 'binary':
        return this.leftSpine(node);
      case 'c++': {
        const value = evaluateCpp(node.body, this.text, this.environment, (tree) => this.value(tree));
        return u64(numberOf(value) ?? this.fail('Operand error at', node));
      }
      case 'call':
        return u64(this.call(node));
    }
  }

  /** A chain of operators is a tree that leans to the left, as long as the text: walked without recursion. */
  private leftSpine(node: Expression): bigint {
    const pending: (Expression & { kind: 'binary' })[] = [];
    let first = node;
    while (first.kind === 'binary') {
      pending.push(first);
      first = first.left;
    }
    let left = this.value(first);
    for (let next = pending.pop(); next; next = pending.pop()) left = this.binary(next, left);
    return left;
  }

  private binary(node: Expression & { kind: 'binary' }, left: bigint): bigint {
    const right = this.value(node.right);
    const result = compute(node.operator, left, right, this.environment.machine.pointerSize);
    return result === undefined ? this.fail('Operand error at', node) : u64(result);
  }

  private unary(operator: UnaryOperator, value: bigint, node: Expression): bigint {
    switch (operator) {
      case '+':
        return value;
      case '-':
        return u64(-value);
      case '~':
        return u64(~value);
      case 'not':
        return truth(value === 0n);
      case 'hi':
        return (value >> 16n) & 0xffffn;
      case 'low':
        return value & 0xffffn;
      case 'by':
        return this.read(value, 1, node);
      case 'wo':
        return this.read(value, 2, node);
      case 'dwo':
        return this.read(value, 4, node);
      case 'qwo':
        return this.read(value, 8, node);
      case 'poi':
        return this.read(value, this.environment.machine.pointerSize, node);
      case 'physical':
        throw new UsageError('a user-mode dump has no physical memory', 'not-applicable');
    }
  }

  private read(value: bigint, size: number, node: Expression): bigint {
    const address = toAddress(value, this.environment.machine.pointerSize);
    try {
      const bytes = this.environment.memory.read(address, size);
      let result = 0n;
      for (let i = bytes.length - 1; i >= 0; i--) result = (result << 8n) | BigInt(bytes[i] ?? 0);
      return result;
    } catch (e) {
      if (e instanceof MemoryUnreadable) return this.fail('Memory access error at', node);
      throw e;
    }
  }

  private register(name: string): bigint | undefined {
    const value = name.startsWith('$') ? this.environment.pseudo(name) : this.environment.register(name);
    return value === undefined ? undefined : u64(value);
  }

  /** The documented order is number, symbol, register; modules and common registers come first: they cost nothing. */
  private name(node: Expression & { kind: 'name' }): bigint {
    const { name } = node;
    const lower = name.toLowerCase();
    if (lower.startsWith('$') || COMMON_REGISTERS.test(lower)) {
      const value = this.register(lower);
      if (value !== undefined) return value;
    }
    const module = this.environment.moduleBase(name);
    if (module !== undefined) return module;
    const addresses = this.environment.symbol(name);
    if (addresses.length > 0) return this.one(addresses, node);
    return this.register(lower) ?? this.fail("Couldn't resolve error at", node);
  }

  private symbol(node: Expression & { kind: 'symbol' }): bigint {
    return this.one(this.environment.symbol(node.name), node);
  }

  private one(addresses: readonly Address[], node: Expression): bigint {
    const [address, second] = addresses;
    if (address === undefined) return this.fail("Couldn't resolve error at", node);
    if (second === undefined) return address;
    const matches = addresses.slice(0, 4).map((a) => a.toString(16));
    throw fault('Ambiguous symbol error at', this.text, node.at, `matches ${matches.join(', ')}`);
  }

  private call(node: Expression & { kind: 'call' }): bigint {
    const numbers = node.args.flatMap((a) => (a.kind === 'text' ? [] : [this.value(a)]));
    const texts = node.args.flatMap((a) => (a.kind === 'text' ? [a.text] : []));
    return callFunction(node.name, numbers, texts, this.environment) ?? this.fail('Operand error at', node);
  }

  private fail(kind: Fault, node: Expression): never {
    throw fault(kind, this.text, node.at);
  }
}

function u64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

function truth(value: boolean): bigint {
  return value ? 1n : 0n;
}

/** Undefined for what has no result: a division by zero. `-1` and `ffffffff` are equal on a 32-bit machine. */
function compute(
  operator: BinaryOperator,
  left: bigint,
  right: bigint,
  pointerSize: 4 | 8,
): bigint | undefined {
  const compare = (test: (a: bigint, b: bigint) => boolean): bigint =>
    truth(test(toAddress(left, pointerSize), toAddress(right, pointerSize)));
  switch (operator) {
    case '*':
      return left * right;
    case '/':
      return right ? left / right : undefined;
    case 'mod':
      return right ? left % right : undefined;
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '<<':
      return right < 64n ? left << right : 0n;
    case '>>':
      return right < 64n ? left >> right : 0n;
    case '>>>':
      return BigInt.asIntN(64, left) >> (right < 64n ? right : 63n);
    case '&':
      return left & right;
    case '^':
      return left ^ right;
    case '|':
      return left | right;
    case '==':
      return compare((a, b) => a === b);
    case '!=':
      return compare((a, b) => a !== b);
    case '<':
      return compare((a, b) => a < b);
    case '<=':
      return compare((a, b) => a <= b);
    case '>':
      return compare((a, b) => a > b);
    case '>=':
      return compare((a, b) => a >= b);
  }
}

/** `module!file:12`, each part optional; the line is decimal unless `0x` says otherwise (source-line-syntax.md). */
function sourcePlace(text: string): SourcePlace {
  const match = /^(?:([^!]*)!)?(.*?)(?::(0x[0-9a-f]{1,6}|[0-9]{1,7}))?$/i.exec(text.trim());
  const line = match?.[3];
  return {
    module: match?.[1] || undefined,
    file: match?.[2] || undefined,
    line: line === undefined ? undefined : Number(line),
  };
}
