import { compareValues } from './compareValues.ts';
import type { ModelEvaluator } from './evaluateModel.ts';
import { ModelError } from './modelError.ts';
import type { Item, Items } from './modelObject.ts';
import { objectValue, type ModelValue } from './modelValue.ts';
import { itemsOf, numbered, walked } from './sequence.ts';

/** A method on a list, as it is called. */
export interface SequenceCall {
  readonly evaluator: ModelEvaluator;
  /** the list itself */
  readonly on: ModelValue;
  readonly args: readonly ModelValue[];
  items(): Items;
}

export interface SequenceMethod {
  /** as dx -v explains it */
  readonly help: string;
  run(call: SequenceCall): ModelValue | Promise<ModelValue>;
}

/** The elements, with breath for the host. */
export function each({ evaluator, items }: SequenceCall): AsyncGenerator<Item> {
  return walked(evaluator.context, items());
}

/** The list that an argument is. */
export function inner({ evaluator, args }: SequenceCall, name: string): Items {
  const items = args[0] && itemsOf(evaluator.context, args[0]);
  if (!items) throw new ModelError(`${name} takes a collection`, 'usage');
  return items;
}

/** What a projector, the first argument, makes of an element; without one the element itself. */
export function key({ evaluator, args }: SequenceCall, item: Item): Promise<ModelValue> {
  return args[0] ? evaluator.apply(args[0], [item.value]) : Promise.resolve(item.value);
}

/** The order of two values, by a comparator where one is given: its numbers, or of an equality its truth. */
export async function order(
  { evaluator }: Pick<SequenceCall, 'evaluator'>,
  a: ModelValue,
  b: ModelValue,
  comparator?: ModelValue,
): Promise<number> {
  if (!comparator) return compareValues(evaluator.context, a, b);
  const answer = await evaluator.apply(comparator, [a, b]);
  const type = answer.kind === 'native' ? answer.value.type : undefined;
  if (type?.kind === 'basic' && type.encoding === 'bool') return evaluator.truth(answer) ? 0 : 1;
  return evaluator.whole(answer, 'A comparator');
}

export function numberedValue(list: () => AsyncIterable<ModelValue>): ModelValue {
  return objectValue(numbered(list));
}

/** Whether a predicate, the first argument, is true of an element; without one it is. */
export async function holds({ evaluator, args }: SequenceCall, { value }: Item): Promise<boolean> {
  return args[0] ? evaluator.truth(await evaluator.apply(args[0], [value])) : true;
}

/** An iterator by hand, for what walks two lists at once. */
export function iterator(items: Items): AsyncIterator<Item> {
  if (Symbol.asyncIterator in items) return items[Symbol.asyncIterator]();
  const plain = items[Symbol.iterator]();
  return { next: () => Promise.resolve(plain.next()) };
}
