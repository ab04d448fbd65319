import { StillframeError, UsageError, type ErrorCode } from '../errors/index.ts';

/** An expression of dx without a value, in the debugger's words: `Error: Unable to bind name 'x'`. */
export class ModelError extends UsageError {
  constructor(
    /** without the word before it: what stands in place of a value in a list */
    readonly reason: string,
    code: ErrorCode = 'unresolved',
  ) {
    super(`Error: ${reason}`, code);
  }
}

/** A name that means nothing, or that an object does not have. */
export function unbound(name: string): ModelError {
  return new ModelError(`Unable to bind name '${name}'`);
}

/** Why there is no value, where what it is for goes on; throws what is no failure of the expression. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof ModelError) return thrown.reason;
  if (thrown instanceof StillframeError && thrown.code !== 'cancelled') return thrown.message;
  throw thrown;
}
