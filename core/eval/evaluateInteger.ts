import type { EvaluatorEnvironment } from './environment.ts';
import type { BinaryOperator, Expression, UnaryOperator } from './expression.ts';
import { fault } from './fault.ts';
import {
  BOOL,
  commonType,
  convert,
  INT,
  promoted,
  UINT64,
  unsignedType,
  type IntegerValue,
} from './integerType.ts';

/** The value of a C++ expression of whole numbers, with its type. `masm` computes what stands in `@@masm(…)`. */
export function evaluateInteger(
  tree: Expression,
  text: string,
  environment: EvaluatorEnvironment,
  masm: (tree: Expression) => bigint,
): IntegerValue {
  return new IntegerEvaluator(text, environment, masm).value(tree, true);
}

class IntegerEvaluator {
  constructor(
    private readonly text: string,
    private readonly environment: EvaluatorEnvironment,
    private readonly masm: (tree: Expression) => bigint,
  ) {}

  /** With `compute` false only the type counts: C++ does not evaluate that operand, so it may not fail. */
  value(node: Expression, compute: boolean): IntegerValue {
    switch (node.kind) {
      case 'number':
        return { type: node.type ?? INT, value: node.value };
      case 'register':
        return this.register(node, compute);
      case 'language': {
        if (node.language === 'c++') return this.value(node.body, compute);
        return { type: UINT64, value: compute ? this.masm(node.body) : 0n };
      }
      case 'unary':
        return unary(node.operator, this.value(node.operand, compute));
      case 'binary':
        return this.leftSpine(node, compute);
      case 'choice': {
        const condition = this.value(node.condition, compute).value !== 0n;
        const then = this.value(node.then, compute && condition);
        const otherwise = this.value(node.otherwise, compute && !condition);
        const type = commonType(then.type, otherwise.type);
        return { type, value: convert(condition ? then.value : otherwise.value, type) };
      }
      default:
        throw new Error(`the C++ parser makes no ${node.kind}`);
    }
  }

  private register(node: Expression & { kind: 'register' }, compute: boolean): IntegerValue {
    const { name } = node;
    const pseudo = name.startsWith('$');
    const type = pseudo ? UINT64 : unsignedType(this.environment.registerBits?.(name) ?? 64);
    if (!compute) return { type, value: 0n };
    const value = pseudo ? this.environment.pseudo(name) : this.environment.register(name);
    if (value === undefined) throw fault('Bad register error at', this.text, node.at);
    return { type, value: convert(value, type) };
  }

  /** A chain of operators leans to the left and is as long as the text: walked without recursion. */
  private leftSpine(node: Expression, compute: boolean): IntegerValue {
    const pending: (Expression & { kind: 'binary' })[] = [];
    let first = node;
    while (first.kind === 'binary') {
      pending.push(first);
      first = first.left;
    }
    let left = this.value(first, compute);
    for (let next = pending.pop(); next; next = pending.pop()) left = this.binary(next, left, compute);
    return left;
  }

  private binary(node: Expression & { kind: 'binary' }, left: IntegerValue, compute: boolean): IntegerValue {
    const { operator } = node;
    if (operator === '&&' || operator === '||') {
      const decided = (left.value !== 0n) === (operator === '||');
      const right = this.value(node.right, compute && !decided);
      return { type: BOOL, value: decided ? left.value && 1n : right.value && 1n };
    }
    const right = this.value(node.right, compute);
    if (operator === '<<' || operator === '>>') return shift(operator, left, right);
    if ((operator === '/' || operator === 'mod') && right.value === 0n) {
      if (compute) throw fault('Operand error at', this.text, node.at);
      return { type: commonType(left.type, right.type), value: 0n };
    }
    return arithmetic(operator, left, right);
  }
}

function unary(operator: UnaryOperator, { type, value }: IntegerValue): IntegerValue {
  if (operator === 'not') return { type: BOOL, value: value === 0n ? 1n : 0n };
  const result = promoted(type);
  return {
    type: result,
    value: convert(operator === '-' ? -value : operator === '~' ? ~value : value, result),
  };
}

/** A shift by the width or more, which C++ leaves open, moves all bits out. */
function shift(operator: '<<' | '>>', left: IntegerValue, right: IntegerValue): IntegerValue {
  const type = promoted(left.type);
  const value = convert(left.value, type);
  const count = right.value >= 0n && right.value < BigInt(type.bits) ? right.value : undefined;
  if (operator === '<<') return { type, value: count === undefined ? 0n : convert(value << count, type) };
  return { type, value: value >> (count ?? BigInt(type.bits)) };
}

function arithmetic(operator: BinaryOperator, left: IntegerValue, right: IntegerValue): IntegerValue {
  const type = commonType(left.type, right.type);
  const a = convert(left.value, type);
  const b = convert(right.value, type);
  const compare = (result: boolean): IntegerValue => ({ type: BOOL, value: result ? 1n : 0n });
  const number = (value: bigint): IntegerValue => ({ type, value: convert(value, type) });
  switch (operator) {
    case '*':
      return number(a * b);
    case '/':
      return number(a / b);
    case 'mod':
      return number(a % b);
    case '+':
      return number(a + b);
    case '-':
      return number(a - b);
    case '&':
      return number(a & b);
    case '^':
      return number(a ^ b);
    case '|':
      return number(a | b);
    case '==':
      return compare(a === b);
    case '!=':
      return compare(a !== b);
    case '<':
      return compare(a < b);
    case '<=':
      return compare(a <= b);
    case '>':
      return compare(a > b);
    case '>=':
      return compare(a >= b);
    default:
      throw new Error(`the C++ parser makes no ${operator} here`);
  }
}
