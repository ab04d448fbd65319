/** The records of one procedure: what lies between it and its end in the module's stream, with their nesting. */
import type { StreamReader } from './streamReader.ts';
import { decodeSymbol } from './decodeSymbol.ts';
import type { PdbSymbol, ProcedureSymbol } from './symbolRecord.ts';

/** A procedure whose records take more than this is damaged: the largest known take some MiB. */
const MAX_BYTES = 64 * 1024 * 1024;
const MIN_RECORD = 4;

export interface ProcedureRecord {
  readonly symbol: PdbSymbol;
  /** place in the list of the scope that it lies in; -1 for the procedure's own */
  readonly scope: number;
}

/**
 * Records after the procedure at `offset`, up to its end, in their order: a scope before what lies in it.
 * `limit` is where the module's symbols end.
 */
export function procedureRecords(
  stream: StreamReader,
  procedure: ProcedureSymbol,
  offset: number,
  limit: number,
): ProcedureRecord[] {
  const end = procedure.end > offset ? Math.min(procedure.end, limit) : limit;
  // kept with its records: a copy, for a view would keep a page of the file
  const bytes = stream.read(offset, Math.min(end - offset, MAX_BYTES)).slice();
  const found: ProcedureRecord[] = [];
  const scopes: number[] = [];
  const lengthAt = (at: number): number => ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)) + 2;
  for (let at = lengthAt(0); at + MIN_RECORD <= bytes.length; at += lengthAt(at)) {
    const length = lengthAt(at);
    if (length < MIN_RECORD || at + length > bytes.length) break;
    const symbol = decodeSymbol(bytes.subarray(at, at + length));
    if (symbol?.is === 'end') {
      if (scopes.pop() === undefined) break;
    } else if (symbol?.is === 'procedure') {
      // procedures do not nest: the end of this one is missing
      break;
    } else if (symbol) {
      found.push({ symbol, scope: scopes.at(-1) ?? -1 });
      if (opensScope(symbol)) scopes.push(found.length - 1);
    }
  }
  return found;
}

function opensScope(symbol: PdbSymbol): boolean {
  return (
    symbol.is === 'block' ||
    symbol.is === 'inline site' ||
    symbol.is === 'separated code' ||
    symbol.is === 'thunk'
  );
}
