import type { HeapSet } from '../../heap/index.ts';
import type { JsonObject, Output } from '../../output/index.ts';
import type { Call } from '../command.ts';

/** What a form of `!heap` is asked with. */
export interface HeapRequest {
  readonly call: Call;
  readonly heaps: HeapSet;
}

/** What a form of `!heap` found: a model with its text and its data. */
export interface HeapAnswer {
  print(out: Output): void | Promise<void>;
  data(): JsonObject;
}
