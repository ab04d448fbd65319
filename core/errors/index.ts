/**
 * The errors that cross a layer. Damaged input is no error: readers say "absent" or "cut short" in what they return.
 * These are for what a caller must handle: memory that is not there, a file that is no dump, a command used wrongly.
 */

/** The codes that stand in `error.code` of the JSON output; scripts depend on them. */
export type ErrorCode =
  | 'not-a-dump'
  | 'memory-unreadable'
  | 'out-of-bounds'
  | 'bad-format'
  | 'syntax'
  | 'unresolved'
  | 'unknown-command'
  | 'not-applicable'
  | 'not-available'
  | 'usage'
  | 'cancelled'
  | 'internal';

/** A failure that a person is meant to read: `message` states facts in one sentence, `code` is stable. */
export class StillframeError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A read beyond the end of a structure, a stream or a file. Offsets are in bytes from the start of what was read. */
export class OutOfBounds extends StillframeError {
  constructor(
    readonly offset: number,
    readonly length: number,
    readonly limit: number,
  ) {
    super(
      'out-of-bounds',
      `read of ${length} bytes at offset 0x${offset.toString(16)} passes the end at 0x${limit.toString(16)}`,
    );
  }
}

/** Bytes that claim to be of a format and are not: what was wanted and what was found. */
export class BadFormat extends StillframeError {
  constructor(message: string) {
    super('bad-format', message);
  }
}

/** Memory that neither the dump nor an image holds. `address` is the first unreadable one. */
export class MemoryUnreadable extends StillframeError {
  constructor(readonly address: bigint) {
    super('memory-unreadable', `memory at 0x${address.toString(16)} is not in the dump`);
  }
}

/** A command used wrongly, or an expression that cannot be read. */
export class UsageError extends StillframeError {
  constructor(message: string, code: ErrorCode = 'usage') {
    super(code, message);
  }
}

/** An expression without a value. The debugger ends the command program in which one stands. */
export class ExpressionError extends UsageError {}

/** Something the dump would need to hold for the question to have an answer. */
export class NotAvailable extends StillframeError {
  constructor(message: string) {
    super('not-available', message);
  }
}

/** The person stopped a running command. */
export class Cancelled extends StillframeError {
  constructor() {
    super('cancelled', 'stopped');
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
export { AwaitFirst } from './awaitFirst.ts';
