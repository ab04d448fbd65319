import type { ModelContext } from './modelContext.ts';
import { ModelError } from './modelError.ts';
import type { Item, Items, ModelObject, Property } from './modelObject.ts';
import { unsignedValue, type ModelValue } from './modelValue.ts';

/** Elements that are kept at once, by what sorts and groups: more than any process has of anything worth a query. */
const MAX_KEPT = 1_000_000;

/** A list as an object; `hidden` properties can be asked for. */
export function sequence(items: () => Items, properties: readonly Property[] = []): ModelObject {
  return { items, properties };
}

/** A list of values, known by ordinals. */
export function numbered(values: () => Iterable<ModelValue> | AsyncIterable<ModelValue>): ModelObject {
  return sequence(async function* () {
    let index = 0;
    for await (const value of values()) yield { key: unsignedValue(index++), value };
  });
}

/** The elements of a value; undefined for what has none. */
export function itemsOf(context: ModelContext, value: ModelValue): Items | undefined {
  if (value.kind === 'object') return value.object.items?.();
  if (value.kind !== 'native') return undefined;
  const elements = context.natives.elements(value.value);
  return elements && nativeItems(elements);
}

function* nativeItems(elements: Iterable<Extract<ModelValue, { kind: 'native' }>['value']>): Iterable<Item> {
  let index = 0;
  for (const value of elements) yield { key: unsignedValue(index++), value: { kind: 'native', value } };
}

/** The elements, letting the host live between them. */
export async function* walked(context: ModelContext, items: Items): AsyncGenerator<Item> {
  for await (const item of items) {
    const resting = context.breathe();
    if (resting) await resting;
    yield item;
  }
}

/** All elements at once. */
export async function collected(context: ModelContext, items: Items): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of walked(context, items)) {
    if (all.length >= MAX_KEPT) throw new ModelError(`More than ${MAX_KEPT} elements`, 'usage');
    all.push(item);
  }
  return all;
}
