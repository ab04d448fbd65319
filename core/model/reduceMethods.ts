import { DOUBLE, INT64, UINT64 } from '../eval/index.ts';
import { scalarForm } from '../types/index.ts';
import { compareValues, numberOf } from './compareValues.ts';
import { ModelError } from './modelError.ts';
import type { Item } from './modelObject.ts';
import { boolValue, unsignedValue, type ModelValue } from './modelValue.ts';
import {
  each,
  holds,
  inner,
  iterator,
  key,
  order,
  type SequenceCall,
  type SequenceMethod,
} from './sequenceCall.ts';

/** Methods of lists that give one value. */
export const reduceMethods: Readonly<Record<string, SequenceMethod>> = {
  Count: {
    help: 'Count([PredicateMethod]) - The number of elements',
    async run(call) {
      let count = 0;
      for await (const item of each(call)) if (await holds(call, item)) count++;
      return unsignedValue(count);
    },
  },
  First: {
    help: 'First([PredicateMethod]) - The first element',
    run: async (call) => found('First', await firstItem(call)),
  },
  FirstNonError: {
    help: 'FirstNonError([PredicateMethod]) - The first element that is no error',
    run: async (call) => found('FirstNonError', await firstItem(call, true)),
  },
  Last: {
    help: 'Last([PredicateMethod]) - The last element',
    run: async (call) => found('Last', await lastItem(call)),
  },
  LastNonError: {
    help: 'LastNonError([PredicateMethod]) - The last element that is no error',
    run: async (call) => found('LastNonError', await lastItem(call, true)),
  },
  Single: {
    help: 'Single([PredicateMethod]) - The only element',
    async run(call) {
      let only: Item | undefined;
      for await (const item of each(call)) {
        if (!(await holds(call, item))) continue;
        if (only) throw new ModelError('Single: the collection has more than one element');
        only = item;
      }
      return found('Single', only);
    },
  },
  Any: {
    help: 'Any([PredicateMethod]) - Whether the method returns true for any element',
    run: async (call) => boolValue((await firstItem(call)) !== undefined),
  },
  All: {
    help: 'All(PredicateMethod) - Whether the method returns true for all elements',
    run: (call) => allHold(call, false),
  },
  AllNonError: {
    help: 'AllNonError(PredicateMethod) - Whether it does for all elements that are no errors',
    run: (call) => allHold(call, true),
  },
  Contains: {
    help: 'Contains(Object, [ComparatorMethod]) - Whether an element is equal to the object',
    async run(call) {
      const [wanted, comparator] = call.args;
      if (!wanted) throw new ModelError('Contains takes an object', 'usage');
      for await (const { value } of each(call)) {
        if ((await order(call, value, wanted, comparator)) === 0) return boolValue(true);
      }
      return boolValue(false);
    },
  },
  Min: {
    help: 'Min([KeyProjectorMethod]) - The least element',
    run: (call) => extreme(call, 'Min', -1),
  },
  Max: {
    help: 'Max([KeyProjectorMethod]) - The greatest element',
    run: (call) => extreme(call, 'Max', 1),
  },
  Sum: { help: 'Sum([ProjectionMethod]) - The sum of the elements', run: (call) => sum(call) },
  Average: {
    help: 'Average([ProjectionMethod]) - The mean of the elements',
    async run(call) {
      let total = 0;
      let count = 0;
      for await (const item of each(call)) {
        total += Number(scalarOf(call, await key(call, item)));
        count++;
      }
      if (count === 0) throw new ModelError('Average: the collection has no elements');
      return { kind: 'native', value: { type: DOUBLE, scalar: total / count }, plain: true };
    },
  },
  Aggregate: {
    help: 'Aggregate([Seed,] AccumulatorMethod) - The elements combined from first to last',
    async run(call) {
      const { evaluator, args } = call;
      const fn = args.at(-1);
      let result = args.length > 1 ? args[0] : undefined;
      for await (const { value } of each(call)) {
        result = result === undefined ? value : await evaluator.apply(fn, [result, value]);
      }
      return result ?? found('Aggregate', undefined);
    },
  },
  SequenceEqual: {
    help: 'SequenceEqual(InnerCollection, [ComparatorMethod]) - Whether two lists have equal elements',
    async run(call) {
      const other = iterator(inner(call, 'SequenceEqual'));
      for await (const { value } of each(call)) {
        const next = await other.next();
        if (next.done || (await order(call, value, next.value.value, call.args[1])) !== 0)
          return boolValue(false);
      }
      return boolValue((await other.next()).done === true);
    },
  },
};

async function firstItem(call: SequenceCall, skipErrors = false): Promise<Item | undefined> {
  for await (const item of each(call)) {
    if (skipErrors && item.value.kind === 'failure') continue;
    if (await holds(call, item)) return item;
  }
  return undefined;
}

async function lastItem(call: SequenceCall, skipErrors = false): Promise<Item | undefined> {
  let last: Item | undefined;
  for await (const item of each(call)) {
    if (skipErrors && item.value.kind === 'failure') continue;
    if (await holds(call, item)) last = item;
  }
  return last;
}

function found(name: string, item: Item | undefined): ModelValue {
  if (!item) throw new ModelError(`${name}: the collection has no such element`);
  return item.value;
}

async function allHold(call: SequenceCall, skipErrors: boolean): Promise<ModelValue> {
  for await (const item of each(call)) {
    if (skipErrors && item.value.kind === 'failure') continue;
    if (!(await holds(call, item))) return boolValue(false);
  }
  return boolValue(true);
}

async function extreme(call: SequenceCall, name: string, sign: 1 | -1): Promise<ModelValue> {
  let best: ModelValue | undefined;
  for await (const item of each(call)) {
    const value = await key(call, item);
    if (!best || (await compareValues(call.evaluator.context, value, best)) * sign > 0) best = value;
  }
  if (!best) throw new ModelError(`${name}: the collection has no elements`);
  return best;
}

/** Whole numbers add up in 64 bits, unsigned where all are; with a floating-point number among them as such. */
async function sum(call: SequenceCall): Promise<ModelValue> {
  let whole = 0n;
  let floating: number | undefined;
  let signed = false;
  for await (const item of each(call)) {
    const value = await key(call, item);
    const scalar = scalarOf(call, value);
    if (typeof scalar === 'number') floating = (floating ?? 0) + scalar;
    else whole += scalar;
    if (value.kind === 'native') signed ||= scalarForm(value.value.type)?.signed ?? false;
  }
  if (floating !== undefined) {
    return { kind: 'native', value: { type: DOUBLE, scalar: floating + Number(whole) }, plain: true };
  }
  const scalar = signed ? BigInt.asIntN(64, whole) : BigInt.asUintN(64, whole);
  return { kind: 'native', value: { type: signed ? INT64 : UINT64, scalar }, plain: true };
}

function scalarOf({ evaluator }: SequenceCall, value: ModelValue): bigint | number {
  const scalar = numberOf(evaluator.context, value);
  if (scalar === undefined) throw new ModelError('The elements are no numbers', 'usage');
  return scalar;
}
