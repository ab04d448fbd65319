import { UsageError } from '../errors/index.ts';
import type { CppEvaluator, CppName, CppNames, CppNode, CppValue } from '../eval/index.ts';
import { callMethod } from './callMethod.ts';
import { compareValues, isTextual, textOf } from './compareValues.ts';
import type { ModelContext } from './modelContext.ts';
import { ModelError, reasonOf, unbound } from './modelError.ts';
import { methodValue } from './modelObject.ts';
import type { ModelNode } from './modelTree.ts';
import {
  boolValue,
  functionValue,
  objectValue,
  textValue,
  type ModelValue,
  type NativeValue,
} from './modelValue.ts';
import { itemsOf } from './sequence.ts';

/** Names in effect: the parameters of the lambdas around. */
type Scope = ReadonlyMap<string, ModelValue>;

/** Calls within calls: a lambda that calls itself for ever is stopped here. */
const MAX_CALLS = 200;

/** Evaluates expressions of dx: operations on values of the process are C++'s own. */
export class ModelEvaluator {
  private calls = 0;

  constructor(
    readonly context: ModelContext,
    /** what the offsets of the tree count in: C++'s errors repeat it */
    private readonly text: string,
  ) {}

  /** The value of an expression. Throws `ModelError`, what C++ throws, and `AwaitFirst`. */
  async value(node: ModelNode, scope: Scope = new Map()): Promise<ModelValue> {
    switch (node.kind) {
      case 'number':
        return { kind: 'native', value: { type: node.type, scalar: node.value }, plain: true };
      case 'text':
        return textValue(node.text);
      case 'interpolated': {
        const parts: string[] = [];
        for (const part of node.parts) {
          parts.push(
            typeof part === 'string' ? part : await textOf(this.context, await this.value(part, scope)),
          );
        }
        return textValue(parts.join(''));
      }
      case 'name':
        return scope.get(node.name) ?? this.context.root(node.name) ?? this.cpp(node);
      case 'variable':
        return this.variable(node);
      case 'c++':
        return plain(this.cpp(node.node, this.operations(scope)));
      case 'unary':
        return this.unary(node, scope);
      case 'binary':
        return this.binary(node, scope);
      case 'assign':
        return this.assign(node, scope);
      case 'choice':
        return this.value((await this.isTrue(node.condition, scope)) ? node.then : node.otherwise, scope);
      case 'cast': {
        const operand = this.native(await this.value(node.operand, scope), 'cast');
        return this.cpp({ kind: 'cast', type: node.type, operand: leaf(operand, node), at: node.at });
      }
      case 'member':
        return this.member(await this.value(node.operand, scope), node);
      case 'index':
        return this.index(node, scope);
      case 'call':
        return this.call(node, scope);
      case 'lambda':
        return functionValue(node.text, (args) => this.lambda(node, args, scope));
      case 'object': {
        const members: { name: string; get: () => ModelValue }[] = [];
        for (const [name, member] of node.members) {
          const value = await this.orFailure(() => this.value(member, scope));
          members.push({ name, get: () => value });
        }
        return objectValue({ properties: members });
      }
    }
  }

  /** A value, or why there is none where the list that it is for goes on. */
  async orFailure(compute: () => Promise<ModelValue>): Promise<ModelValue> {
    try {
      return await compute();
    } catch (e) {
      return { kind: 'failure', reason: reasonOf(e) };
    }
  }

  /** What a function gives. */
  async apply(callee: ModelValue | undefined, args: readonly ModelValue[]): Promise<ModelValue> {
    if (callee?.kind !== 'function') throw new ModelError('A function object is expected', 'usage');
    if (++this.calls > MAX_CALLS) throw new ModelError('Calls are nested too deep', 'usage');
    try {
      const resting = this.context.breathe();
      if (resting) await resting;
      return await callee.call(args);
    } finally {
      this.calls--;
    }
  }

  /** Whether a value is true: a number or pointer that is not zero. */
  truth(value: ModelValue): boolean {
    const { scalar } = this.operations().decayed(this.read(this.native(value, 'condition').value), AT_START);
    return scalar !== 0n && scalar !== 0 && !Number.isNaN(scalar);
  }

  /** A whole number, of a count or a position. */
  whole(value: ModelValue | undefined, what: string): number {
    const { scalar } = value?.kind === 'native' ? this.read(value.value) : { scalar: undefined };
    const number = typeof scalar === 'bigint' ? Number(scalar) : scalar;
    if (number === undefined || !Number.isSafeInteger(number))
      throw new ModelError(`${what} takes a number`, 'usage');
    return number;
  }

  /** A binary operation on two values that are known. */
  async combine(
    operator: (ModelNode & { kind: 'binary' })['operator'],
    left: ModelValue,
    right: ModelValue,
    at = 0,
  ): Promise<ModelValue> {
    const { context } = this;
    const comparison = COMPARISONS[operator];
    const both = isTextual(context, left) && isTextual(context, right);
    // a pointer to text is a pointer beside a number
    if (both || left.kind === 'text' || right.kind === 'text') {
      if (operator === '+') return textValue((await textOf(context, left)) + (await textOf(context, right)));
      if (comparison) return boolValue(comparison(await compareValues(context, left, right)));
    }
    if (left.kind === 'object' && right.kind === 'object' && comparison)
      return boolValue(comparison(await compareValues(context, left, right)));
    const node: CppNode = {
      kind: 'binary',
      operator,
      left: leaf(this.native(left, operator), { at }),
      right: leaf(this.native(right, operator), { at }),
      at,
    };
    return plain(this.cpp(node));
  }

  private async variable(node: ModelNode & { kind: 'variable' }): Promise<ModelValue> {
    const known = await this.context.variable(node.name);
    if (known) return known;
    try {
      return { kind: 'native', value: this.operations().value(registerNode(node), true) };
    } catch (e) {
      throw e instanceof UsageError && e.code === 'unresolved' ? unbound(`@${node.name}`) : e;
    }
  }

  private async unary(node: ModelNode & { kind: 'unary' }, scope: Scope): Promise<ModelValue> {
    const { operator, at } = node;
    const value = await this.value(node.operand, scope);
    if (operator === '!') return boolValue(!this.truth(value));
    const native = this.native(value, operator);
    const pointer = operator === '*' ? this.context.natives.pointer?.(native.value) : undefined;
    const operand = leaf(pointer ? { kind: 'native', value: pointer } : native, node);
    const result = this.cpp({ kind: 'unary', operator, operand, at });
    return operator === '*' || operator === '&' ? result : plain(result);
  }

  private async binary(node: ModelNode & { kind: 'binary' }, scope: Scope): Promise<ModelValue> {
    const { operator, at } = node;
    if (operator === '&&' || operator === '||') {
      const left = await this.isTrue(node.left, scope);
      return boolValue(left === (operator === '||') ? left : await this.isTrue(node.right, scope));
    }
    const left = await this.value(node.left, scope);
    return this.combine(operator, left, await this.value(node.right, scope), at);
  }

  private async assign(node: ModelNode & { kind: 'assign' }, scope: Scope): Promise<ModelValue> {
    const value = await this.value(node.right, scope);
    const { left, at } = node;
    if (left.kind === 'variable' && this.context.setVariable(left.name, value)) return value;
    const target: CppNode =
      left.kind === 'variable'
        ? registerNode(left)
        : leaf(this.native(await this.value(left, scope), '='), left);
    const right = leaf(this.native(value, '='), node);
    return this.cpp({ kind: 'assign', operator: undefined, left: target, right, at });
  }

  private async member(operand: ModelValue, node: ModelNode & { kind: 'member' }): Promise<ModelValue> {
    const { name } = node;
    if (operand.kind === 'failure') throw new ModelError(operand.reason);
    if (operand.kind === 'object') {
      const { object } = operand;
      const property = object.properties?.find((p) => p.name === name);
      if (property) return property.get();
      const method = object.methods?.find((m) => m.name === name);
      const found = method ? methodValue(method) : await object.find?.(name);
      if (found) return found;
      throw unbound(name);
    }
    if (operand.kind === 'text' && name === 'Length') return this.length(operand.text);
    if (operand.kind !== 'native') throw unbound(name);
    const { natives } = this.context;
    const seen = natives.member?.(operand.value, name);
    if (seen) return { kind: 'native', value: seen };
    try {
      return this.cpp({ kind: 'member', operand: leaf(operand, node), name, at: node.at });
    } catch (e) {
      if (!(e instanceof UsageError)) throw e;
      const whole = natives.derived?.(operand.value) ?? operand.value;
      // members of its own come before those of what a smart pointer points to
      const other = whole === operand.value ? natives.pointer?.(whole) : whole;
      if (other) {
        const inner: CppNode = { kind: 'value', value: other, at: node.at };
        return this.cpp({ kind: 'member', operand: inner, name, at: node.at });
      }
      const text = name === 'Length' ? natives.text(operand.value) : undefined;
      if (text === undefined) throw e;
      return this.length(text);
    }
  }

  private length(text: string): ModelValue {
    return plain(this.cpp({ kind: 'number', value: BigInt(text.length), type: SIZE, at: 0 }));
  }

  private async index(node: ModelNode & { kind: 'index' }, scope: Scope): Promise<ModelValue> {
    const operand = await this.value(node.operand, scope);
    const key = await this.value(node.index, scope);
    if (operand.kind === 'object') {
      const { object } = operand;
      const direct = await object.at?.(key);
      if (direct) return direct;
      for await (const item of itemsOf(this.context, operand) ?? []) {
        if ((await compareValues(this.context, item.key, key)) === 0) return item.value;
      }
      throw new ModelError('Unable to index object: no element has this key');
    }
    const native = this.native(operand, '[]');
    const elements = this.context.natives.elements(native.value);
    if (elements) {
      let left = this.whole(key, '[]');
      for (const value of elements) if (left-- === 0) return { kind: 'native', value };
      throw new ModelError('Unable to index object: no element has this key');
    }
    const index = leaf(this.native(key, '[]'), node);
    return this.cpp({ kind: 'index', operand: leaf(native, node), index, at: node.at });
  }

  private async call(node: ModelNode & { kind: 'call' }, scope: Scope): Promise<ModelValue> {
    const { callee } = node;
    const args: ModelValue[] = [];
    const on = callee.kind === 'member' ? await this.value(callee.operand, scope) : undefined;
    const fn = on ? undefined : await this.value(callee, scope);
    for (const arg of node.args) args.push(await this.value(arg, scope));
    if (!on || callee.kind !== 'member') return this.apply(fn, args);
    const known = await callMethod(this, on, callee.name, args);
    return known ?? this.apply(await this.member(on, callee), args);
  }

  private lambda(
    node: ModelNode & { kind: 'lambda' },
    args: readonly ModelValue[],
    scope: Scope,
  ): Promise<ModelValue> {
    if (args.length < node.parameters.length) {
      const wanted = node.parameters.length;
      throw new ModelError(`The lambda takes ${wanted} arguments and got ${args.length}`, 'usage');
    }
    const inner = new Map(scope);
    node.parameters.forEach((name, i) => inner.set(name, args[i] ?? textValue('')));
    return this.value(node.body, inner);
  }

  private async isTrue(node: ModelNode, scope: Scope): Promise<boolean> {
    return this.truth(await this.value(node, scope));
  }

  /** A value that C++ computes with; the reason is the operator that wants one. */
  private native(value: ModelValue, operator: string): NativeValue {
    if (value.kind === 'native') return value;
    if (value.kind === 'failure') throw new ModelError(value.reason);
    throw new ModelError(`'${operator}' takes a number or a value of the process`, 'usage');
  }

  private read(value: CppValue): CppValue {
    return this.operations().read(value, AT_START, true);
  }

  /** What C++ makes of a node. */
  private cpp(node: CppNode, operations = this.operations()): NativeValue {
    try {
      return { kind: 'native', value: operations.value(node, true) };
    } catch (e) {
      throw inModelWords(e, node);
    }
  }

  /** C++'s operations; with a scope the lambdas' parameters are the first of its names. */
  private operations(scope?: Scope): CppEvaluator {
    if (!scope || scope.size === 0) return (this.bare ??= this.context.cpp(this.text).operations);
    const { names } = this.context.cpp(this.text);
    const find = (name: string): CppName | undefined => parameterName(scope.get(name)) ?? names?.find(name);
    const changed: CppNames | undefined = names && { ...names, find };
    return this.context.cpp(this.text, { names: changed }).operations;
  }

  private bare: CppEvaluator | undefined;
}

const AT_START: CppNode & { kind: 'name' } = { kind: 'name', name: '', at: 0 };
const SIZE = { kind: 'basic', name: 'Uint4B', cName: 'unsigned int', encoding: 'unsigned', size: 4 } as const;

const COMPARISONS: Readonly<Record<string, ((order: number) => boolean) | undefined>> = {
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function leaf({ value }: NativeValue, { at }: { readonly at: number }): CppNode {
  return { kind: 'value', value, at };
}

function registerNode({ name, at }: ModelNode & { kind: 'variable' }): CppNode {
  return { kind: 'register', name: name.toLowerCase(), at };
}

/** A lambda's parameter where a piece of C++ (a macro, sizeof) names it. */
function parameterName(value: ModelValue | undefined): CppName | undefined {
  if (value?.kind !== 'native') return undefined;
  const { type, place, scalar, module } = value.value;
  if (place) return { kind: 'variable', type, place, module };
  return scalar === undefined ? undefined : { kind: 'constant', type, value: scalar, module };
}

/** Results of arithmetic are shown without a type, pointers with theirs. */
function plain(value: NativeValue): NativeValue {
  const { kind } = value.value.type;
  return kind === 'basic' ? { ...value, plain: true } : value;
}

/** C++'s errors about names, as dx words them. */
function inModelWords(thrown: unknown, node: CppNode): unknown {
  if (!(thrown instanceof UsageError) || thrown.code !== 'unresolved') return thrown;
  if (node.kind === 'name') return unbound(node.name);
  return node.kind === 'member' ? unbound(node.name) : thrown;
}
