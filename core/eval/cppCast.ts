import { unmodified } from '../types/index.ts';
import { convertNumber } from './cppArithmetic.ts';
import type { CppNode } from './cppTree.ts';
import { isBool } from './cppTypes.ts';
import type { CppValue } from './cppValue.ts';
import type { CppEvaluator } from './evaluateCpp.ts';

/**
 * `(T)x` and the casts by name: "always performed". An object cast to another type is what lies at its place, seen as
 * that type.
 */
export function evaluateCast(
  evaluator: CppEvaluator,
  node: CppNode & { kind: 'cast' },
  compute: boolean,
): CppValue {
  const to = evaluator.typeOf(node.type, node);
  const value = evaluator.value(node.operand, compute);
  const t = unmodified(to.type);
  // a pointer keeps the module of what it was cast from where C++'s own type says nothing
  const module = to.module ?? value.module;
  if (t.kind === 'record' || t.kind === 'array') {
    if (!value.place) return evaluator.fail('Type conflict error at', node);
    return { type: to.type, place: value.place, module };
  }
  if (t.kind === 'basic' && t.size === 0) return { type: to.type, module };
  const { scalar } = evaluator.decayed(evaluator.read(value, node.operand, compute), node);
  if (t.kind === 'pointer') {
    if (typeof scalar !== 'bigint') return evaluator.fail('Type conflict error at', node);
    return { type: to.type, scalar: evaluator.address(scalar), module };
  }
  const truth = isBool(t) && scalar !== 0 && scalar !== 0n;
  const converted = convertNumber(truth ? 1n : scalar, to.type);
  if (converted === undefined) return evaluator.fail('Type conflict error at', node);
  return { type: to.type, scalar: converted, module };
}
