import type { AddressRange } from '../target/index.ts';

/** Evaluates WinDbg expressions in the session's context. Throws `UsageError` with a position and what was wanted. */
export interface Evaluator {
  /** A whole MASM expression (or C++ where `.expr` chose it). Signed 64-bit, as `?` prints. */
  evaluate(text: string): bigint;
  /** An expression at the start of `text`, and what follows it. */
  evaluatePrefix(text: string): { readonly value: bigint; readonly rest: string };
  /**
   * An address range: `addr`, `addr L10`, `addr L-10`, `addr L?n`, `addr end`. `unit` is the size of one object of an
   * `L` count in bytes; `defaultCount` objects where no length is given. What follows the range is in `rest`.
   */
  range(text: string, unit: number, defaultCount: number): AddressRange & { readonly rest: string };
}
