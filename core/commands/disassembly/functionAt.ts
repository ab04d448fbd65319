import { functionUnwindAt } from '../../unwind/index.ts';
import type { Address } from '../../target/index.ts';
import type { Session } from '../session.ts';

/** Chains that linkers make have two or three links. */
const MAX_CHAIN = 32;

/** A function by where it begins, and where its main part ends if that is known. */
export interface FunctionExtent {
  readonly start: Address;
  readonly end?: Address;
}

/**
 * The function that holds an address: a function symbol with a size that covers it, else the unwind record (on x64
 * through chained records to the first), else the nearest symbol. Undefined outside of all these.
 */
export function functionAt(session: Session, address: Address): FunctionExtent | undefined {
  const found = session.symbols.nearest(address);
  if (found?.symbol.size !== undefined && found.displacement < BigInt(found.symbol.size)) {
    return { start: found.address, end: found.address + BigInt(found.symbol.size) };
  }
  const record = rootRecord(session, address);
  if (record) return record;
  return found && { start: found.address };
}

/** The unwind record that covers an address, through its chain to the record that the function begins with. */
export function rootRecord(session: Session, address: Address): FunctionExtent | undefined {
  const { target, symbols, machine } = session;
  let unwind = functionUnwindAt({ target, symbols, machine }, address);
  for (let k = 0; unwind?.kind === 'x64' && unwind.info.chained && k < MAX_CHAIN; k++) {
    const parent = unwind.module.base + BigInt(unwind.info.chained.begin);
    const next = functionUnwindAt({ target, symbols, machine }, parent);
    if (!next) break;
    unwind = next;
  }
  if (unwind?.kind !== 'x64' && unwind?.kind !== 'arm64') return undefined;
  const { base } = unwind.module;
  return { start: base + BigInt(unwind.record.begin), end: base + BigInt(unwind.record.end) };
}
