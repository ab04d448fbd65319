import { NotAvailable } from '../../errors/index.ts';
import type { FoundSymbol } from '../../symbols/index.ts';
import type { Address } from '../../target/index.ts';
import type { Session } from '../session.ts';
import { threadBlock } from './threadBlock.ts';

/**
 * Where a global variable is: of a thread-local one the current thread's copy. Undefined where the dump does not hold
 * the way to that.
 */
export function globalAddress(
  session: Session,
  { module, symbol, address }: Pick<FoundSymbol, 'module' | 'symbol' | 'address'>,
): Address | undefined {
  if (!symbol.thread) return address;
  const block = threadBlock(session, module);
  const tls = module.image?.tls;
  if (block === undefined || tls?.indexRva === undefined) return undefined;
  // the directory has addresses as the image was linked or relocated; only the RVA of the index is known as such
  const initial = BigInt(tls.indexRva) - (tls.addressOfIndex - tls.startOfRawData);
  return BigInt.asUintN(session.machine.pointerSize * 8, block + BigInt(symbol.rva) - initial);
}

/** The same where there has to be one. Throws `NotAvailable`. */
export function requiredAddress(
  session: Session,
  found: Pick<FoundSymbol, 'module' | 'symbol' | 'address'>,
): Address {
  const address = globalAddress(session, found);
  if (address !== undefined) return address;
  throw new NotAvailable(`the current thread's copy of ${found.symbol.name} is not in the dump`);
}
