import { INT64 } from '../eval/index.ts';
import { unmodified } from '../types/index.ts';
import type { Format } from './format.ts';
import type { ModelContext } from './modelContext.ts';
import { ModelError } from './modelError.ts';
import type { ModelObject } from './modelObject.ts';
import type { ModelValue } from './modelValue.ts';

const NO_FORMAT: Format = {};

/** What an object is called in place of a display string that it does not have. */
const UNNAMED = '{...}';

/** Numbers of objects that no name tells apart, in the order in which they were compared. */
const numbers = new WeakMap<ModelObject, number>();
let nextNumber = 0;

/** Whether a value is text: the debugger's own, or characters in the process. */
export function isTextual({ natives }: ModelContext, value: ModelValue): boolean {
  return value.kind === 'text' || (value.kind === 'native' && natives.text(value.value) !== undefined);
}

/** A value as text: the characters of one that is text, else what is shown of it. */
export async function textOf(
  context: ModelContext,
  value: ModelValue,
  format: Format = NO_FORMAT,
): Promise<string> {
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'native': {
      const text = format === NO_FORMAT ? context.natives.text(value.value) : undefined;
      return text ?? context.natives.display(value.value, format) ?? UNNAMED;
    }
    case 'object':
      return (await value.object.display?.()) ?? UNNAMED;
    case 'function':
      return value.text;
    case 'failure':
      throw new ModelError(value.reason);
  }
}

/** The order of two values: numbers by size, texts by their characters, others by what is shown of them. */
export async function compareValues(context: ModelContext, a: ModelValue, b: ModelValue): Promise<number> {
  const [left, right] = [numberOf(context, a), numberOf(context, b)];
  if (left !== undefined && right !== undefined) return left < right ? -1 : left > right ? 1 : 0;
  if (a.kind === 'object' && b.kind === 'object') {
    const [x, y] = [identityOf(a.object), identityOf(b.object)];
    if (x === y) return 0;
    const order = compareTexts(await textOf(context, a), await textOf(context, b));
    return order === 0 ? compareTexts(x, y) : order;
  }
  return compareTexts(await textOf(context, a), await textOf(context, b));
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A text that two values share when they are equal: what sets and groups go by. */
export async function keyOf(context: ModelContext, value: ModelValue): Promise<string> {
  const number = numberOf(context, value);
  if (number !== undefined) return `n${number}`;
  if (value.kind === 'object') return `o${identityOf(value.object)}`;
  return `t${await textOf(context, value)}`;
}

function identityOf(object: ModelObject): string {
  if (object.identity !== undefined) return object.identity;
  let number = numbers.get(object);
  if (number === undefined) numbers.set(object, (number = nextNumber++));
  return `#${number}`;
}

/** The number that a value is, where it lies; undefined for texts and objects. Pointers to text are text. */
export function numberOf(context: ModelContext, value: ModelValue): bigint | number | undefined {
  if (value.kind !== 'native' || context.natives.text(value.value) !== undefined) return undefined;
  const { operations } = context.cpp('');
  const { type } = value.value;
  const t = unmodified(type);
  if (t.kind === 'record' || t.kind === 'array') return value.value.place?.address;
  const { scalar } = operations.read(value.value, { kind: 'number', value: 0n, type: INT64, at: 0 }, true);
  return scalar;
}
