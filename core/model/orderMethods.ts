import { objectValue, type ModelValue } from './modelValue.ts';
import type { Item, ModelObject } from './modelObject.ts';
import { collected, sequence } from './sequence.ts';
import { order, type SequenceCall, type SequenceMethod } from './sequenceCall.ts';

/** One key that a list is sorted by. */
interface Ordering {
  readonly projector: ModelValue | undefined;
  readonly comparator: ModelValue | undefined;
  readonly sign: 1 | -1;
}

/** What sorted lists were sorted by: ThenBy adds to it. */
const orderings = new WeakMap<ModelObject, { source: SequenceCall; by: readonly Ordering[] }>();

function ordering({ args }: SequenceCall, sign: 1 | -1): Ordering {
  return { projector: args[0], comparator: args[1], sign };
}

function sorted(source: SequenceCall, by: readonly Ordering[]): ModelValue {
  const object = sequence(async function* () {
    yield* await inOrder(source, by);
  });
  orderings.set(object, { source, by });
  return objectValue(object);
}

function thenBy(call: SequenceCall, sign: 1 | -1): ModelValue {
  const before = call.on.kind === 'object' ? orderings.get(call.on.object) : undefined;
  const by = ordering(call, sign);
  return before ? sorted(before.source, [...before.by, by]) : sorted(call, [by]);
}

interface Keyed {
  readonly item: Item;
  readonly keys: readonly ModelValue[];
}

/** Sorted by merging, since a comparator of the person's may have to be waited for; equal elements keep their order. */
async function inOrder(source: SequenceCall, by: readonly Ordering[]): Promise<Item[]> {
  const { evaluator } = source;
  const keyed: Keyed[] = [];
  for (const item of await collected(evaluator.context, source.items())) {
    const keys: ModelValue[] = [];
    for (const { projector } of by)
      keys.push(projector ? await evaluator.apply(projector, [item.value]) : item.value);
    keyed.push({ item, keys });
  }
  return (await mergeSorted(source, by, keyed)).map(({ item }) => item);
}

async function mergeSorted(source: SequenceCall, by: readonly Ordering[], all: Keyed[]): Promise<Keyed[]> {
  let runs = all.map((keyed) => [keyed]);
  while (runs.length > 1) {
    const merged: Keyed[][] = [];
    for (let i = 0; i < runs.length; i += 2)
      merged.push(await merge(source, by, runs[i] ?? [], runs[i + 1] ?? []));
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge(
  source: SequenceCall,
  by: readonly Ordering[],
  left: readonly Keyed[],
  right: readonly Keyed[],
): Promise<Keyed[]> {
  const merged: Keyed[] = [];
  let i = 0;
  let k = 0;
  for (let a = left[i], b = right[k]; a && b; a = left[i], b = right[k]) {
    if ((await compare(source, by, a, b)) <= 0) {
      merged.push(a);
      i++;
    } else {
      merged.push(b);
      k++;
    }
  }
  const resting = source.evaluator.context.breathe();
  if (resting) await resting;
  return [...merged, ...left.slice(i), ...right.slice(k)];
}

async function compare(source: SequenceCall, by: readonly Ordering[], a: Keyed, b: Keyed): Promise<number> {
  for (const [i, { comparator, sign }] of by.entries()) {
    const [x, y] = [a.keys[i], b.keys[i]];
    if (!x || !y) continue;
    const result = await order(source, x, y, comparator);
    if (result !== 0) return result * sign;
  }
  return 0;
}

export const orderMethods: Readonly<Record<string, SequenceMethod>> = {
  OrderBy: {
    help: 'OrderBy(KeyProjectorMethod, [KeyComparatorMethod]) - Sorted by a key, rising',
    run: (call) => sorted(call, [ordering(call, 1)]),
  },
  OrderByDescending: {
    help: 'OrderByDescending(KeyProjectorMethod, [KeyComparatorMethod]) - Sorted by a key, falling',
    run: (call) => sorted(call, [ordering(call, -1)]),
  },
  ThenBy: {
    help: 'ThenBy(KeyProjectorMethod, [KeyComparatorMethod]) - Where equal before, sorted by another key',
    run: (call) => thenBy(call, 1),
  },
  ThenByDescending: {
    help: 'ThenByDescending(KeyProjectorMethod, [KeyComparatorMethod]) - The same, falling',
    run: (call) => thenBy(call, -1),
  },
  Reverse: {
    help: 'Reverse() - From the last element to the first',
    run: ({ evaluator, items }) =>
      objectValue(
        sequence(async function* () {
          yield* (await collected(evaluator.context, items())).reverse();
        }),
      ),
  },
};
