import type { Pace } from '../pace.ts';
import type { FoundSymbol, SymbolKind } from '../../symbols/index.ts';
import type { Address } from '../../target/index.ts';
import { unmodified } from '../../types/index.ts';
import type { Session } from '../session.ts';
import type { Switches } from '../switches.ts';
import { globalAddress } from '../variables/index.ts';

/** A symbol that x lists. */
export interface XRow {
  readonly found: FoundSymbol;
  readonly name: string;
  /** where it is; of a thread-local variable the current thread's, undefined where the dump does not hold that */
  readonly address: Address | undefined;
  /** of the symbol, else of its type */
  readonly size: number | undefined;
  readonly isFunction: boolean;
}

/** Kinds that have no address. */
const NOT_LISTED: ReadonlySet<SymbolKind> = new Set(['type', 'constant']);
/** Symbols between two looks at the clock. */
const STEP = 256;

/**
 * The symbols of `module!pattern` that the switches let through, in the order of their files; found anew each time they
 * are asked for, because a module may have hundreds of thousands. May throw `AwaitFirst` before the first.
 */
export function xRows(session: Session, pattern: string, switches: Switches): Iterable<XRow> {
  return { [Symbol.iterator]: () => found(session, pattern, switches) };
}

/** All rows at once, for those that are sorted. */
export async function collected(rows: Iterable<XRow>, pace: Pace): Promise<XRow[]> {
  const all: XRow[] = [];
  for (const row of rows) {
    if (all.push(row) % STEP === 0 && pace.due()) await pace.rest({ done: all.length, what: 'symbols' });
  }
  return all;
}

function* found(session: Session, pattern: string, switches: Switches): Generator<XRow> {
  const size = switches.value('s');
  const wantedSize = size === undefined ? undefined : Number(session.evaluator.evaluate(size));
  const threads = new Set<string>();
  for (const match of session.symbols.match(pattern)) {
    const { symbol } = match;
    if (NOT_LISTED.has(symbol.kind)) continue;
    if (symbol.thread) threads.add(`${match.module.base}!${symbol.name}`);
    // the same once more, at its initial value
    else if (
      symbol.kind === 'public' &&
      threads.size > 0 &&
      threads.has(`${match.module.base}!${symbol.name}`)
    )
      continue;
    const row = rowOf(session, match);
    if (switches.has('f') && !row.isFunction) continue;
    if (switches.has('d') && row.isFunction) continue;
    // "symbols whose size is not known are always shown" (the manual of /s)
    if (wantedSize !== undefined && row.size !== undefined && row.size !== wantedSize) continue;
    yield row;
  }
}

function rowOf(session: Session, found: FoundSymbol): XRow {
  const { symbol } = found;
  return {
    found,
    name: symbol.name,
    address: globalAddress(session, found),
    size: symbol.size ?? (symbol.kind === 'data' ? symbol.type?.size : undefined),
    isFunction: isFunction(found),
  };
}

function isFunction({ symbol }: FoundSymbol): boolean {
  if (symbol.kind === 'function' || symbol.kind === 'thunk' || symbol.isCode === true) return true;
  return symbol.type !== undefined && unmodified(symbol.type).kind === 'procedure';
}
