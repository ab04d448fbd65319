import type { CppChanges, CppOperations, CppValue } from '../../eval/index.ts';
import type { Memory } from '../../target/index.ts';
import type { Format } from '../format.ts';

/** What visualizers ask of the session. */
export interface NatvisHost {
  cpp(text: string, changes?: CppChanges): CppOperations;
  readonly memory: Memory;
  /** What is shown of a value within a text; undefined for objects without a visualizer. */
  display(value: CppValue, format: Format): string | undefined;
  /** The file name and the four parts of the version of a module, for `<Version>`. */
  module(name: string): { readonly fileName: string; readonly version?: readonly number[] } | undefined;
}
