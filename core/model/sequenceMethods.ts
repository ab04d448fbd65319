import { keyOf } from './compareValues.ts';
import { groupMethods } from './groupMethods.ts';
import { ModelError } from './modelError.ts';
import type { Item, Items } from './modelObject.ts';
import { objectValue, type ModelValue } from './modelValue.ts';
import { orderMethods } from './orderMethods.ts';
import { reduceMethods } from './reduceMethods.ts';
import { itemsOf, sequence, walked } from './sequence.ts';
import {
  each,
  holds,
  inner,
  iterator,
  key,
  numberedValue,
  type SequenceCall,
  type SequenceMethod,
} from './sequenceCall.ts';

/** The methods of lists ("Supported LINQ Syntax - Query Methods" of the debugger's manual, and C#'s beside them). */
export const SEQUENCE_METHODS: Readonly<Record<string, SequenceMethod>> = {
  Where: {
    help: 'Where(PredicateMethod) - Elements for which the method returns true',
    run: (call) =>
      filtered(call, async function* (item) {
        if (await holds(call, item)) yield item;
      }),
  },
  Select: {
    help: 'Select(KeyProjectorMethod) - What the method makes of each element',
    run: (call) =>
      filtered(call, async function* (item) {
        const { evaluator, args } = call;
        yield {
          key: item.key,
          value: await evaluator.orFailure(() => evaluator.apply(args[0], [item.value])),
        };
      }),
  },
  SelectMany: {
    help: 'SelectMany(KeyProjectorMethod) - The elements of the lists that the method makes of each element',
    run: (call) => numberedValue(() => flat(call, (item) => projected(call, item))),
  },
  Flatten: {
    help: 'Flatten([KeyProjectorMethod]) - Every element of a tree, as one list',
    run: (call) => numberedValue(() => flattened(call)),
  },
  Take: {
    help: 'Take(Count) - So many elements from the start',
    run(call) {
      const count = call.evaluator.whole(call.args[0], 'Take');
      return objectValue(sequence(() => sliced(call, 0, count)));
    },
  },
  Skip: {
    help: 'Skip(Count) - The elements behind so many',
    run(call) {
      const count = call.evaluator.whole(call.args[0], 'Skip');
      return objectValue(sequence(() => sliced(call, count, Number.POSITIVE_INFINITY)));
    },
  },
  TakeWhile: {
    help: 'TakeWhile(PredicateMethod) - Elements up to the first that does not satisfy the method',
    run: (call) => objectValue(sequence(() => whileTrue(call, true))),
  },
  SkipWhile: {
    help: 'SkipWhile(PredicateMethod) - Elements from the first that does not satisfy the method',
    run: (call) => objectValue(sequence(() => whileTrue(call, false))),
  },
  Zip: {
    help: 'Zip(InnerCollection, ResultSelectorMethod) - What the method makes of the elements pair by pair',
    run: (call) => numberedValue(() => zipped(call)),
  },
  ToArray: {
    help: 'ToArray() - The elements by ordinals',
    run: (call) => numberedValue(() => values(call)),
  },
  ...reduceMethods,
  ...orderMethods,
  ...groupMethods,
};

function filtered(call: SequenceCall, step: (item: Item) => AsyncIterable<Item>): ModelValue {
  return objectValue(
    sequence(async function* () {
      for await (const item of each(call)) yield* step(item);
    }),
  );
}

async function* values(call: SequenceCall): AsyncGenerator<ModelValue> {
  for await (const { value } of each(call)) yield value;
}

async function projected(call: SequenceCall, item: Item): Promise<Items> {
  const list = await key(call, item);
  const items = itemsOf(call.evaluator.context, list);
  if (!items) throw new ModelError('SelectMany: the method gives no collection', 'usage');
  return items;
}

async function* flat(call: SequenceCall, list: (item: Item) => Promise<Items>): AsyncGenerator<ModelValue> {
  for await (const item of each(call)) {
    for await (const { value } of walked(call.evaluator.context, await list(item))) yield value;
  }
}

/** Nodes of a tree before their children; without a projector lists within lists. What was seen is not entered again. */
async function* flattened(call: SequenceCall): AsyncGenerator<ModelValue> {
  const { evaluator, args } = call;
  const { context } = evaluator;
  const seen = new Set<string>();
  const pending: AsyncIterator<Item>[] = [iterator(call.items())];
  for (let top = pending.at(-1); top; top = pending.at(-1)) {
    const next = await top.next();
    if (next.done) {
      pending.pop();
      continue;
    }
    const resting = context.breathe();
    if (resting) await resting;
    const { value } = next.value;
    const children = itemsOf(context, args[0] ? await evaluator.apply(args[0], [value]) : value);
    if (args[0] || !children) yield value;
    const known = children && (await keyOf(context, value));
    if (children && known !== undefined && !seen.has(known)) {
      seen.add(known);
      pending.push(iterator(children));
    }
  }
}

async function* sliced(call: SequenceCall, from: number, count: number): AsyncGenerator<Item> {
  if (count <= 0) return;
  let index = 0;
  for await (const item of each(call)) {
    if (index++ < from) continue;
    yield item;
    if (index - from >= count) return;
  }
}

async function* whileTrue(call: SequenceCall, take: boolean): AsyncGenerator<Item> {
  let passing = false;
  for await (const item of each(call)) {
    if (!passing && !(await holds(call, item))) {
      if (take) return;
      passing = true;
    }
    if (take || passing) yield item;
  }
}

async function* zipped(call: SequenceCall): AsyncGenerator<ModelValue> {
  const other = iterator(inner(call, 'Zip'));
  for await (const { value } of each(call)) {
    const next = await other.next();
    if (next.done) return;
    yield await call.evaluator.apply(call.args[1], [value, next.value.value]);
  }
}
