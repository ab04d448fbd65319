import type { CppChanges, CppOperations, CppValue } from '../eval/index.ts';
import type { Format } from './format.ts';
import type { Awaitable } from './modelObject.ts';
import type { ModelValue } from './modelValue.ts';

/** What expressions of dx ask of the session that they are evaluated in. */
export interface ModelContext {
  /** C++ in the session's context, with other answers for some of what it asks. */
  cpp(text: string, changes?: CppChanges): CppOperations;
  readonly natives: NativeViews;
  /** The root of a namespace: `Debugger`. */
  root(name: string): ModelValue | undefined;
  /** `@$name`, of the person's and the debugger's variables; registers and pseudo-registers are C++'s. */
  variable(name: string): Awaitable<ModelValue | undefined>;
  /** Sets a variable of the person's; false for the names of pseudo-registers and of the debugger's own variables. */
  setVariable(name: string, value: ModelValue): boolean;
  /** Lets the host live, when it is time to; throws `Cancelled` when the person stopped the command. */
  breathe(): Promise<void> | undefined;
}

/** How values of the process are seen: NatVis, the C++ library's classes, plain C++. */
export interface NativeViews {
  /** The text that a value is or points to; undefined for what is no text. */
  text(value: CppValue): string | undefined;
  /** The elements of an array or a container; undefined for what has none. */
  elements(value: CppValue): Iterable<CppValue> | undefined;
  /** A member that a visualizer gives an object: `[size]`. */
  member?(value: CppValue, name: string): CppValue | undefined;
  /** The pointer that an object stands for, a smart one's; undefined for what stands for none. */
  pointer?(value: CppValue): CppValue | undefined;
  /** An object, or a pointer to one, as of the class that the object is, where that is known; others as they are. */
  derived?(value: CppValue): CppValue;
  /** What stands behind the colon; undefined for objects that are known by their members alone. */
  display(value: CppValue, format: Format): string | undefined;
}
