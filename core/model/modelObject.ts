import type { FunctionValue, ModelValue } from './modelValue.ts';

export type Awaitable<T> = T | Promise<T>;

/** A named value of an object, computed when it is asked for. */
export interface Property {
  readonly name: string;
  /** a sentence for `dx -h` */
  readonly help?: string;
  /** can be asked for, and is not shown: `Key` of a group */
  readonly hidden?: boolean;
  get(): Awaitable<ModelValue>;
}

/** A method of an object: shown with -v. */
export interface Method {
  readonly name: string;
  /** `SwitchTo() - Switch to this thread as the default context` */
  readonly help: string;
  call(args: readonly ModelValue[]): Awaitable<ModelValue>;
}

/** An element of what can be iterated, and what it is known by there: a thread's id, an ordinal. */
export interface Item {
  readonly key: ModelValue;
  readonly value: ModelValue;
}

export type Items = Iterable<Item> | AsyncIterable<Item>;

/** An object of the debugger's model. Everything is computed when it is asked for. */
export interface ModelObject {
  /** what stands behind the colon; absent for objects that are known by their members alone */
  display?(): Awaitable<string | undefined>;
  /** a command that a click on the object runs, and its words: `[Switch To]` */
  readonly action?: { readonly text: string; readonly command: string };
  readonly properties?: readonly Property[];
  readonly methods?: readonly Method[];
  /** the elements, where it is a list */
  items?(): Items;
  /** an element by its key, where that is quicker than looking for it; undefined where there is none */
  at?(key: ModelValue): Awaitable<ModelValue | undefined>;
  /** any property by name, for objects whose names are not listed: user variables to be */
  find?(name: string): Awaitable<ModelValue | undefined>;
  /** what makes two objects the same */
  readonly identity?: string;
  /** a sentence for `dx -h` */
  readonly help?: string;
}

/** A property whose value is at hand. */
export function constant(name: string, value: ModelValue, help?: string): Property {
  return { name, get: () => value, ...(help !== undefined && { help }) };
}

/** A method as a value. */
export function methodValue({ name, call }: Method): FunctionValue {
  return { kind: 'function', text: name, call: async (args) => call(args) };
}
