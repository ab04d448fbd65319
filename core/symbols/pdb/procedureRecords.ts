/** The records of one procedure: what lies between it and its end in the module's stream, with their nesting. */
import { orAbsent } from './orAbsent.ts';
import type { StreamReader } from './streamReader.ts';
import { decodeSymbol, type PdbSymbol } from './symbolRecord.ts';

/** The most records of a procedure that are looked at: far beyond what compilers emit. */
const MAX_RECORDS = 1_000_000;

export interface ProcedureRecord {
  readonly symbol: PdbSymbol;
  /** place in the list of the scope that it lies in; -1 for the procedure's own */
  readonly scope: number;
}

/**
 * Records after the procedure at `offset`, up to its end, in their order: a scope before what lies in it.
 * `limit` is where the module's symbols end.
 */
export function procedureRecords(stream: StreamReader, offset: number, limit: number): ProcedureRecord[] {
  const found: ProcedureRecord[] = [];
  orAbsent(() => {
    let at = offset + stream.u16(offset) + 2;
    const scopes: number[] = [];
    while (at + 4 <= limit && found.length < MAX_RECORDS) {
      const length = stream.u16(at) + 2;
      if (length < 4 || at + length > limit) return;
      const symbol = decodeSymbol(stream.peek(at, length));
      if (symbol?.is === 'end') {
        if (scopes.pop() === undefined) return;
      } else if (symbol?.is === 'procedure') {
        // procedures do not nest: the end of this one is missing
        return;
      } else if (symbol) {
        found.push({ symbol, scope: scopes.at(-1) ?? -1 });
        if (opensScope(symbol)) scopes.push(found.length - 1);
      }
      at += length;
    }
  });
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
