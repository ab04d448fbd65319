import { keyOf } from './compareValues.ts';
import { ModelError } from './modelError.ts';
import type { Item, Items } from './modelObject.ts';
import { objectValue, type ModelValue } from './modelValue.ts';
import { collected, sequence, walked } from './sequence.ts';
import {
  each,
  inner,
  key,
  numberedValue,
  order,
  type SequenceCall,
  type SequenceMethod,
} from './sequenceCall.ts';

/** Elements compared one by one where a comparator of the person's says what is equal. */
const MAX_COMPARED = 20_000;

/** Methods that ask which elements are equal: by a comparator, else by value. */
export const groupMethods: Readonly<Record<string, SequenceMethod>> = {
  GroupBy: {
    help: 'GroupBy(KeyProjectorMethod, [KeyComparatorMethod]) - Collections of the elements that have the same key',
    run: (call) => objectValue(sequence(() => groups(call))),
  },
  Join: {
    help:
      'Join(InnerCollection, OuterKeySelectorMethod, InnerKeySelectorMethod, ResultSelectorMethod, ' +
      '[ComparatorMethod]) - What the method makes of the pairs with the same key',
    run: (call) => numberedValue(() => joined(call)),
  },
  Distinct: {
    help: 'Distinct([ComparatorMethod]) - Without elements that are equal to one before',
    run: (call) => objectValue(sequence(() => distinct(call, call.items(), call.args[0]))),
  },
  Union: {
    help: 'Union(InnerCollection, [ComparatorMethod]) - Unique elements of either collection',
    run: (call) => objectValue(sequence(() => distinct(call, both(call, 'Union'), call.args[1]))),
  },
  Intersect: {
    help: 'Intersect(InnerCollection, [ComparatorMethod]) - Unique elements of both collections',
    run: (call) => objectValue(sequence(() => against(call, 'Intersect', true))),
  },
  Except: {
    help: 'Except(InnerCollection, [ComparatorMethod]) - Unique elements that the other collection has not',
    run: (call) => objectValue(sequence(() => against(call, 'Except', false))),
  },
  Concat: {
    help: 'Concat(InnerCollection) - The elements of two collections, one behind the other',
    run: (call) => numberedValue(() => concatenated(call)),
  },
};

/** Values that are told apart: by what they are, or by asking a comparator about each. */
class DistinctValues<T> {
  private readonly byKey = new Map<string, T>();
  private readonly all: { readonly value: ModelValue; readonly held: T }[] = [];

  constructor(
    private readonly call: SequenceCall,
    private readonly comparator: ModelValue | undefined,
  ) {}

  async get(value: ModelValue): Promise<T | undefined> {
    if (!this.comparator) return this.byKey.get(await keyOf(this.call.evaluator.context, value));
    for (const known of this.all) {
      if ((await order(this.call, known.value, value, this.comparator)) === 0) return known.held;
    }
    return undefined;
  }

  async set(value: ModelValue, held: T): Promise<void> {
    if (!this.comparator) this.byKey.set(await keyOf(this.call.evaluator.context, value), held);
    else if (this.all.length >= MAX_COMPARED)
      throw new ModelError(`More than ${MAX_COMPARED} elements to compare`, 'usage');
    else this.all.push({ value, held });
  }
}

async function* groups(call: SequenceCall): AsyncGenerator<Item> {
  const known = new DistinctValues<Item[]>(call, call.args[1]);
  const inOrder: { key: ModelValue; items: Item[] }[] = [];
  for (const item of await collected(call.evaluator.context, call.items())) {
    const group = await key(call, item);
    const items = await known.get(group);
    if (items) {
      items.push(item);
      continue;
    }
    const first = [item];
    await known.set(group, first);
    inOrder.push({ key: group, items: first });
  }
  for (const { key, items } of inOrder) {
    const object = sequence(() => items, [{ name: 'Key', hidden: true, get: () => key }]);
    yield { key, value: objectValue(object) };
  }
}

async function* joined(call: SequenceCall): AsyncGenerator<ModelValue> {
  const { evaluator, args } = call;
  const [, outerKey, innerKey, result, comparator] = args;
  const known = new DistinctValues<ModelValue[]>(call, comparator);
  for await (const { value } of walked(evaluator.context, inner(call, 'Join'))) {
    const itsKey = await evaluator.apply(innerKey, [value]);
    const values = await known.get(itsKey);
    if (values) values.push(value);
    else await known.set(itsKey, [value]);
  }
  for await (const { value } of each(call)) {
    const partners = (await known.get(await evaluator.apply(outerKey, [value]))) ?? [];
    for (const partner of partners) yield await evaluator.apply(result, [value, partner]);
  }
}

async function* distinct(
  call: SequenceCall,
  items: Items,
  comparator: ModelValue | undefined,
): AsyncGenerator<Item> {
  const seen = new DistinctValues<true>(call, comparator);
  for await (const item of walked(call.evaluator.context, items)) {
    if (await seen.get(item.value)) continue;
    await seen.set(item.value, true);
    yield item;
  }
}

async function* against(call: SequenceCall, name: string, wanted: boolean): AsyncGenerator<Item> {
  const comparator = call.args[1];
  const other = new DistinctValues<true>(call, comparator);
  for await (const { value } of walked(call.evaluator.context, inner(call, name)))
    await other.set(value, true);
  for await (const item of distinct(call, call.items(), comparator)) {
    if (((await other.get(item.value)) ?? false) === wanted) yield item;
  }
}

async function* both(call: SequenceCall, name: string): AsyncGenerator<Item> {
  yield* each(call);
  yield* walked(call.evaluator.context, inner(call, name));
}

async function* concatenated(call: SequenceCall): AsyncGenerator<ModelValue> {
  for await (const { value } of both(call, 'Concat')) yield value;
}
