import { UsageError } from '../errors/index.ts';
import type { Address } from '../target/index.ts';
import { type RecordType, recordOf, type Type, unmodified } from '../types/index.ts';
import { calculate, convertNumber, type CppNumber } from './cppArithmetic.ts';
import { evaluateCast } from './cppCast.ts';
import { evaluateMacro } from './cppMacroValue.ts';
import { combinePointers, movePointer } from './cppPointers.ts';
import { memberOf } from './cppMemberValue.ts';
import { readNumber } from './cppRead.ts';
import type { CppNode, TypeName } from './cppTree.ts';
import {
  BOOL,
  convertWhole,
  INT,
  pointerType,
  promoted,
  spelledType,
  UINT,
  UINT64,
  unsignedType,
  VOID,
} from './cppTypes.ts';
import type { CppPlace, CppValue } from './cppValue.ts';
import type { EvaluatorEnvironment } from './environment.ts';
import type { Expression } from './expression.ts';
import { fault, type Fault } from './fault.ts';
import { scalarOfBits, storedBits } from './storedBits.ts';

/** A type, and the module that completes it. */
export interface TypeOfModule {
  readonly type: Type;
  readonly module?: string;
}

/** The value of a C++ expression with its type. `masm` computes what stands in `@@masm(…)`. */
export function evaluateCpp(
  tree: CppNode,
  text: string,
  environment: EvaluatorEnvironment,
  masm: (tree: Expression) => bigint,
): CppValue {
  const evaluator = new CppEvaluator(text, environment, masm);
  return evaluator.read(evaluator.value(tree, true), tree, true);
}

/** With `compute` false only the type counts: C++ does not evaluate that operand, so nothing is read. */
export class CppEvaluator {
  readonly pointerSize: 4 | 8;

  constructor(
    private readonly text: string,
    readonly environment: EvaluatorEnvironment,
    private readonly masm: (tree: Expression) => bigint,
  ) {
    this.pointerSize = environment.machine.pointerSize;
  }

  value(node: CppNode, compute: boolean): CppValue {
    switch (node.kind) {
      case 'number':
        return { type: node.type, scalar: node.value };
      case 'register':
        return this.register(node, compute);
      case 'name':
        return this.name(node);
      case 'value':
        return node.value;
      case 'call':
        return this.call(node, compute);
      case 'masm':
        return { type: UINT64, scalar: compute ? this.masm(node.body) : 0n };
      case 'unary':
        return this.unary(node, compute);
      case 'step':
        return this.step(node, compute);
      case 'binary':
        return this.leftSpine(node, compute);
      case 'assign': {
        const right = this.number(node.right, compute);
        const left = this.value(node.left, compute);
        if (node.operator === undefined) return this.assign(left, right, node, compute);
        const before = this.read(left, node.left, compute);
        const result = this.combine(
          { kind: 'binary', operator: node.operator, left: node.left, right: node.right, at: node.at },
          before,
          right,
        );
        return this.assign(left, result, node, compute);
      }
      case 'choice':
        return this.choice(node, compute);
      case 'sequence': {
        const values = node.items.map((item) => this.value(item, compute));
        return values.at(-1) ?? this.fail('Syntax error at', node);
      }
      case 'cast':
        return evaluateCast(this, node, compute);
      case 'sizeof':
        return this.size(this.sizeOf(node));
      case 'member':
        return memberOf(this, node, compute);
      case 'index':
        return this.index(node, compute);
      case 'macro':
        return evaluateMacro(this, node, compute);
    }
  }

  /** A value whose number is known: what lies in memory is read, arrays and functions become their addresses. */
  read(value: CppValue, node: CppNode, compute: boolean): CppValue {
    if (value.scalar !== undefined) return value;
    const { type, place, module } = value;
    const t = unmodified(type);
    if (!place || t.kind === 'record' || t.kind === 'array' || t.kind === 'procedure') return value;
    if (t.kind === 'basic' && t.size === 0) return value;
    if (!compute) return { type, scalar: 0n, place, module };
    const scalar = readNumber(type, place);
    if (scalar === undefined) return this.fail('Memory access error at', node);
    return { ...value, scalar };
  }

  /** The value of a node as one that operators take: a number, or a pointer. */
  number(node: CppNode, compute: boolean): CppValue & { readonly scalar: bigint | number } {
    return this.decayed(this.read(this.value(node, compute), node, compute), node);
  }

  /** Arrays and functions as pointers; what has no value at all is refused. */
  decayed(value: CppValue, node: CppNode): CppValue & { readonly scalar: bigint | number } {
    const { scalar, place, type, module } = value;
    if (scalar !== undefined) return { ...value, scalar };
    const t = unmodified(type);
    if (place && t.kind === 'array') {
      return { type: pointerType(t.element, this.pointerSize), scalar: place.address, module };
    }
    if (place && t.kind === 'procedure') {
      return { type: pointerType(t, this.pointerSize), scalar: place.address, module };
    }
    return this.fail('Type conflict error at', node);
  }

  complete(record: RecordType, module: string | undefined): RecordType {
    return this.environment.names?.complete(record, module) ?? record;
  }

  /** sizeof of a type whose record may only be declared. */
  bytesOf(type: Type, module: string | undefined): number {
    const record = recordOf(type);
    return record ? this.complete(record, module).size : type.size;
  }

  /** A type as written. */
  typeOf(name: TypeName, node: CppNode): TypeOfModule {
    const spelled = name.builtIn ? spelledType(name.base) : undefined;
    const found = spelled ? { type: spelled } : this.environment.names?.type(name.base.join(' '));
    if (!found) throw fault("Couldn't resolve error at", this.text, name.at);
    const { module }: TypeOfModule = found;
    let type: Type = found.type;
    for (let i = 0; i < name.pointers; i++) type = pointerType(type, this.pointerSize);
    for (const count of [...name.dimensions].reverse()) {
      const size = this.bytesOf(type, module) * count;
      if (!Number.isSafeInteger(size)) return this.fail('Overflow error at', node);
      type = { kind: 'array', element: type, count, size };
    }
    return { type: name.toArray ? pointerType(type, this.pointerSize) : type, module };
  }

  /** An address in the process: 32-bit ones wrap. */
  address(value: bigint): Address {
    return BigInt.asUintN(this.pointerSize * 8, value);
  }

  /** A place within or beside another; negative offsets lie before it. */
  within(place: CppPlace, offset: number): CppPlace {
    const address = place.address + BigInt(offset);
    return { ...place, address: place.inRegisters ? address : this.address(address) };
  }

  fail(kind: Fault, node: { readonly at: number }): never {
    throw fault(kind, this.text, node.at);
  }

  size(bytes: number): CppValue {
    return { type: this.pointerSize === 8 ? UINT64 : UINT, scalar: BigInt(bytes) };
  }

  /** What a pointer points to. */
  pointed(value: CppValue, node: CppNode): CppValue {
    const t = unmodified(value.type);
    if (t.kind !== 'pointer' || typeof value.scalar !== 'bigint') return this.fail('Operand error at', node);
    const { memory } = this.environment;
    return { type: t.target, place: { address: this.address(value.scalar), memory }, module: value.module };
  }

  private register(node: CppNode & { kind: 'register' }, compute: boolean): CppValue {
    const { name } = node;
    const { environment } = this;
    const isPseudo = name.startsWith('$');
    const typed = isPseudo ? environment.names?.pseudoType(name) : undefined;
    const type = typed?.type ?? (isPseudo ? UINT64 : unsignedType(environment.registerBits?.(name) ?? 64));
    const pseudo = { ...(isPseudo && { pseudo: name }), ...(typed?.module && { module: typed.module }) };
    const { kind } = unmodified(type);
    if (isPseudo && (kind === 'record' || kind === 'array')) {
      // r? keeps the place of an object
      const address = this.address(environment.pseudo(name) ?? 0n);
      return { type, place: { address, memory: environment.memory }, ...pseudo };
    }
    if (!compute) return { type, scalar: 0n, ...pseudo };
    const value = isPseudo ? environment.pseudo(name) : environment.register(name);
    if (value === undefined) return this.fail('Bad register error at', node);
    const pointer = unmodified(type).kind === 'pointer';
    return { type, scalar: pointer ? this.address(value) : scalarOfBits(value, type), ...pseudo };
  }

  private name(node: CppNode & { kind: 'name' }): CppValue {
    const found = this.environment.names?.find(node.name);
    switch (found?.kind) {
      case 'variable':
        return { type: found.type, place: found.place, module: found.module };
      case 'function': {
        const { memory } = this.environment;
        return { type: found.type, place: { address: found.address, memory }, module: found.module };
      }
      case 'constant':
        return { type: found.type, scalar: found.value, module: found.module };
      case 'settable':
        return { type: found.type, scalar: found.value, module: found.module, pseudo: node.name };
      default:
        return this.fail("Couldn't resolve error at", node);
    }
  }

  private call(node: CppNode & { kind: 'call' }, compute: boolean): CppValue {
    const args = node.args.map((arg) => this.read(this.value(arg, compute), arg, compute));
    return this.environment.names?.call?.(node.name, args) ?? this.fail("Couldn't resolve error at", node);
  }

  private unary(node: CppNode & { kind: 'unary' }, compute: boolean): CppValue {
    const { operator, operand } = node;
    // only the place counts: what is at it is not read
    if (operator === '&') return this.addressOf(node, this.value(operand, compute));
    const value = this.number(operand, compute);
    if (operator === '*') return this.pointed(value, node);
    if (operator === '!') return { type: BOOL, scalar: isTrue(value) ? 0n : 1n };
    if (unmodified(value.type).kind === 'pointer') return this.fail('Operand error at', node);
    const type = promoted(value.type);
    const scalar = convertNumber(value.scalar, type);
    if (typeof scalar === 'number') {
      if (operator === '~') return this.fail('Operand error at', node);
      return { type, scalar: operator === '-' ? -scalar : scalar };
    }
    if (scalar === undefined) return this.fail('Operand error at', node);
    const result = operator === '-' ? -scalar : operator === '~' ? ~scalar : scalar;
    return { type, scalar: convertWhole(result, type) };
  }

  private addressOf(node: CppNode & { kind: 'unary' }, value: CppValue): CppValue {
    if (!value.place) return this.fail('Operand error at', node);
    const { address, inRegisters } = value.place;
    if (inRegisters) {
      throw new UsageError('the variable is in a register: it has no address', 'unresolved');
    }
    const t = unmodified(value.type);
    const target = t.kind === 'basic' && t.encoding === 'none' ? VOID : value.type;
    return { type: pointerType(target, this.pointerSize), scalar: address, module: value.module };
  }

  private step(node: CppNode & { kind: 'step' }, compute: boolean): CppValue {
    const left = this.value(node.operand, compute);
    const before = this.decayed(this.read(left, node.operand, compute), node.operand);
    const one: CppValue & CppNumber = { type: INT, scalar: 1n };
    const operator = node.by === 1 ? '+' : '-';
    const binary = {
      kind: 'binary',
      operator,
      left: node.operand,
      right: node.operand,
      at: node.at,
    } as const;
    const after = this.assign(left, this.combine(binary, before, one), node, compute);
    return node.prefix ? after : { type: before.type, scalar: before.scalar, module: before.module };
  }

  private assign(left: CppValue, right: CppValue, node: CppNode, compute: boolean): CppValue {
    if (left.pseudo === undefined) {
      if (!left.place) return this.fail('Operand error at', node);
      throw new UsageError(
        'a dump cannot be written to: only pseudo-registers are assigned',
        'not-applicable',
      );
    }
    const { scalar } = this.decayed(right, node);
    const bits = storedBits(scalar, left.type);
    if (compute && !this.environment.setPseudo(left.pseudo, bits))
      return this.fail('Bad register error at', node);
    return { type: left.type, scalar: scalarOfBits(bits, left.type), pseudo: left.pseudo };
  }

  private choice(node: CppNode & { kind: 'choice' }, compute: boolean): CppValue {
    const condition = isTrue(this.number(node.condition, compute));
    const then = this.value(node.then, compute && condition);
    const otherwise = this.value(node.otherwise, compute && !condition);
    const chosen = condition ? then : otherwise;
    if (!isNumeric(then.type) || !isNumeric(otherwise.type)) return chosen;
    const { type } =
      calculate('+', { type: then.type, scalar: 0n }, { type: otherwise.type, scalar: 0n }) ?? chosen;
    const read = this.read(chosen, condition ? node.then : node.otherwise, compute);
    const scalar = read.scalar === undefined ? undefined : convertNumber(read.scalar, type);
    return scalar === undefined ? chosen : { type, scalar };
  }

  private sizeOf(node: CppNode & { kind: 'sizeof' }): number {
    const { of } = node;
    if (of.kind === 'type') {
      const { type, module } = this.typeOf(of, node);
      return this.bytesOf(type, module);
    }
    if (of.kind === 'name') {
      const found = this.environment.names?.find(of.name);
      if (found?.kind === 'type') return this.bytesOf(found.type, found.module);
    }
    const { type, module } = this.value(of, false);
    return this.bytesOf(type, module);
  }

  /** A chain of operators leans to the left and is as long as the text: walked without recursion. */
  private leftSpine(node: CppNode & { kind: 'binary' }, compute: boolean): CppValue {
    const pending: (CppNode & { kind: 'binary' })[] = [];
    let first: CppNode = node;
    while (first.kind === 'binary') {
      pending.push(first);
      first = first.left;
    }
    let left: CppValue = this.number(first, compute);
    for (let next = pending.pop(); next; next = pending.pop()) left = this.binary(next, left, compute);
    return left;
  }

  private binary(node: CppNode & { kind: 'binary' }, left: CppValue, compute: boolean): CppValue {
    const { operator } = node;
    if (operator === '&&' || operator === '||') {
      const known = isTrue(left);
      const decided = known === (operator === '||');
      const right = isTrue(this.number(node.right, compute && !decided));
      return { type: BOOL, scalar: (decided ? known : right) ? 1n : 0n };
    }
    const right = this.number(node.right, compute);
    // a division that is not computed may be by zero
    if (!compute && (operator === '/' || operator === '%')) {
      return { type: calculate('+', { type: left.type, scalar: 0n }, right)?.type ?? INT, scalar: 0n };
    }
    return this.combine(node, left, right);
  }

  private combine(node: CppNode & { kind: 'binary' }, left: CppValue, right: CppValue): CppValue {
    const a = this.decayed(left, node);
    const b = this.decayed(right, node);
    const pointers = [a, b].some(({ type }) => unmodified(type).kind === 'pointer');
    const result = pointers ? combinePointers(this, node, a, b) : calculate(node.operator, a, b);
    return result ?? this.fail('Operand error at', node);
  }

  private index(node: CppNode & { kind: 'index' }, compute: boolean): CppValue {
    const value = this.value(node.operand, compute);
    const index = this.number(node.index, compute);
    if (typeof index.scalar !== 'bigint') return this.fail('Operand error at', node);
    const t = unmodified(value.type);
    if (t.kind === 'array' && value.place) {
      const offset = Number(index.scalar) * (this.bytesOf(t.element, value.module) || 1);
      if (!Number.isSafeInteger(offset)) return this.fail('Overflow error at', node);
      return { type: t.element, place: this.within(value.place, offset), module: value.module };
    }
    if (t.kind !== 'pointer') return this.fail('Type is not an array or pointer for operator[]', node);
    const pointer = this.decayed(this.read(value, node.operand, compute), node);
    return this.pointed(movePointer(this, node, pointer, index.scalar), node);
  }
}

function isTrue({ scalar }: CppValue): boolean {
  return scalar !== 0n && scalar !== 0 && scalar !== undefined && !Number.isNaN(scalar);
}

function isNumeric(type: Type): boolean {
  const t = unmodified(type);
  return t.kind === 'basic' ? t.size > 0 : t.kind === 'enum' || t.kind === 'bit field';
}
