import { unmodified } from '../types/index.ts';
import { calculate, type CppNumber } from './cppArithmetic.ts';
import type { CppNode } from './cppTree.ts';
import { convertWhole, INT, INT64, UINT, UINT64 } from './cppTypes.ts';
import type { CppValue } from './cppValue.ts';
import type { CppEvaluator } from './evaluateCpp.ts';

type Operand = CppValue & CppNumber;

/** An operation of which at least one side is a pointer; undefined for what pointers cannot do. */
export function combinePointers(
  evaluator: CppEvaluator,
  node: CppNode & { kind: 'binary' },
  a: Operand,
  b: Operand,
): CppValue | undefined {
  const { operator } = node;
  if (typeof a.scalar !== 'bigint' || typeof b.scalar !== 'bigint') return undefined;
  const left = isPointer(a);
  const right = isPointer(b);
  if (operator === '+') {
    if (left && right) return undefined;
    return left ? movePointer(evaluator, node, a, b.scalar) : movePointer(evaluator, node, b, a.scalar);
  }
  if (operator === '-') {
    if (!left) return undefined;
    if (!right) return movePointer(evaluator, node, a, -b.scalar);
    const type = evaluator.pointerSize === 8 ? INT64 : INT;
    const step = BigInt(stepOf(evaluator, node, a));
    return { type, scalar: convertWhole((a.scalar - b.scalar) / step, type) };
  }
  // comparisons and bits: as addresses
  const type = evaluator.pointerSize === 8 ? UINT64 : UINT;
  const [x, y] = [a.scalar, b.scalar].map((value) => ({ type, scalar: evaluator.address(value) }));
  return x && y && calculate(operator, x, y);
}

/** A pointer moved by so many of what it points to. */
export function movePointer(
  evaluator: CppEvaluator,
  node: CppNode,
  pointer: Operand,
  count: bigint,
): CppValue {
  if (typeof pointer.scalar !== 'bigint') return evaluator.fail('Operand error at', node);
  const step = BigInt(stepOf(evaluator, node, pointer));
  const scalar = evaluator.address(pointer.scalar + count * step);
  return { type: pointer.type, scalar, module: pointer.module };
}

/** Bytes from one element to the next; of `void` one. "You can't add an offset to a function pointer." */
function stepOf(evaluator: CppEvaluator, node: CppNode, { type, module }: CppValue): number {
  const t = unmodified(type);
  if (t.kind !== 'pointer' || unmodified(t.target).kind === 'procedure') {
    return evaluator.fail('Operand error at', node);
  }
  return evaluator.bytesOf(t.target, module) || 1;
}

function isPointer({ type }: CppValue): boolean {
  return unmodified(type).kind === 'pointer';
}
