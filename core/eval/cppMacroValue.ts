import { findField, recordOf, unmodified } from '../types/index.ts';
import type { CppNode, TypeName } from './cppTree.ts';
import { BOOL, LONG, pointerType } from './cppTypes.ts';
import type { CppValue } from './cppValue.ts';
import type { CppEvaluator } from './evaluateCpp.ts';

/** The macros of winnt.h (c---numbers-and-operators.md, "Macros in C++ expressions"). */
export function evaluateMacro(
  evaluator: CppEvaluator,
  node: CppNode & { kind: 'macro' },
  compute: boolean,
): CppValue {
  const { macro } = node;
  switch (macro.name) {
    case 'FIELD_OFFSET':
      return { type: LONG, scalar: BigInt(fieldOf(evaluator, node, macro.type, macro.field).offset) };
    case 'RTL_FIELD_SIZE':
      return evaluator.size(fieldOf(evaluator, node, macro.type, macro.field).size);
    case 'RTL_SIZEOF_THROUGH_FIELD': {
      const { offset, size } = fieldOf(evaluator, node, macro.type, macro.field);
      return evaluator.size(offset + size);
    }
    case 'CONTAINING_RECORD': {
      const { scalar } = evaluator.number(macro.address, compute);
      if (typeof scalar !== 'bigint') return evaluator.fail('Operand error at', node);
      const { type, module } = evaluator.typeOf(macro.type, node);
      const { offset } = fieldOf(evaluator, node, macro.type, macro.field);
      const start = evaluator.address(scalar - BigInt(offset));
      return { type: pointerType(type, evaluator.pointerSize), scalar: start, module };
    }
    case 'RTL_CONTAINS_FIELD': {
      const { type, module } = evaluator.value(macro.record, false);
      const t = unmodified(type);
      const declared = recordOf(t.kind === 'pointer' ? t.target : t);
      const place = declared && findField(evaluator.complete(declared, module), macro.field);
      const { scalar } = evaluator.number(macro.size, compute);
      if (!place) return evaluator.fail('Type does not have given member error at', node);
      const end = place.offset + evaluator.bytesOf(place.type, module);
      return { type: BOOL, scalar: Number(scalar) >= end ? 1n : 0n };
    }
    case 'RTL_NUMBER_OF': {
      const array = unmodified(evaluator.value(macro.array, false).type);
      return array.kind === 'array'
        ? evaluator.size(array.count)
        : evaluator.fail('Type is not an array or pointer for operator[]', node);
    }
  }
}

function fieldOf(
  evaluator: CppEvaluator,
  node: CppNode,
  name: TypeName,
  field: string,
): { readonly offset: number; readonly size: number } {
  const { type, module } = evaluator.typeOf(name, node);
  const declared = recordOf(type);
  const place = declared && findField(evaluator.complete(declared, module), field);
  if (!place) return evaluator.fail('Type does not have given member error at', node);
  return { offset: place.offset, size: evaluator.bytesOf(place.type, module) };
}
