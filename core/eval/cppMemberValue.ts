import { MemoryUnreadable } from '../errors/index.ts';
import { ByteReader } from '../bytes/index.ts';
import { recordOf, unmodified } from '../types/index.ts';
import { findCppMember, type FoundMember } from './cppMember.ts';
import type { CppNode } from './cppTree.ts';
import type { CppPlace, CppValue } from './cppValue.ts';
import type { CppEvaluator } from './evaluateCpp.ts';

/** `a.b` and `a->b`: a pointer is followed either way, as references are shown as pointers. */
export function memberOf(
  evaluator: CppEvaluator,
  node: CppNode & { kind: 'member' },
  compute: boolean,
): CppValue {
  const operand = evaluator.value(node.operand, compute);
  const isPointer = unmodified(operand.type).kind === 'pointer';
  const object = isPointer
    ? evaluator.pointed(evaluator.read(operand, node.operand, compute), node)
    : operand;
  const declared = recordOf(object.type);
  const record = declared && evaluator.complete(declared, object.module);
  const complete = (r: typeof record & object): typeof r => evaluator.complete(r, object.module);
  const member = record && findCppMember(record, node.name, complete);
  if (!member) return evaluator.fail('Type does not have given member error at', node);
  return placeMember(evaluator, node, object, member, compute);
}

/** A member of an object as a value of its own. */
function placeMember(
  evaluator: CppEvaluator,
  node: CppNode & { kind: 'member' },
  object: CppValue,
  member: FoundMember,
  compute: boolean,
): CppValue {
  const { place, module } = object;
  switch (member.kind) {
    case 'static': {
      const name = `${module === undefined ? '' : `${module}!`}${member.owner.name}::${member.name}`;
      const found = evaluator.environment.names?.find(name);
      if (found?.kind === 'variable') return { type: member.type, place: found.place, module };
      if (found?.kind === 'constant') return { type: member.type, scalar: found.value, module };
      return evaluator.fail("Couldn't resolve error at", node);
    }
    case 'virtual': {
      if (!place) return evaluator.fail('Operand error at', node);
      const offset = compute ? virtualOffset(evaluator, place, member) : 0;
      if (offset === undefined) return evaluator.fail('Memory access error at', node);
      const base = evaluator.within(place, offset);
      return placeMember(evaluator, node, { ...object, place: base }, member.rest, compute);
    }
    case 'field': {
      if (!place) return evaluator.fail('Operand error at', node);
      return { type: member.type, place: evaluator.within(place, member.offset), module };
    }
  }
}

/** How far behind the object's start a virtual base lies: the vbtable's entries count from the vbtable pointer. */
function virtualOffset(
  evaluator: CppEvaluator,
  place: CppPlace,
  { pointerOffset, tableIndex }: FoundMember & { kind: 'virtual' },
): number | undefined {
  const { pointerSize } = evaluator;
  try {
    const { address } = evaluator.within(place, pointerOffset);
    const table = new ByteReader(place.memory.read(address, pointerSize)).pointer(0, pointerSize);
    const entry = evaluator.address(table + BigInt(tableIndex * 4));
    return pointerOffset + new ByteReader(evaluator.environment.memory.read(entry, 4)).i32(0);
  } catch (e) {
    if (e instanceof MemoryUnreadable) return undefined;
    throw e;
  }
}
