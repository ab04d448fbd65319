import type { AddressModel } from '../../core/protocol/index.ts';
import type { DumpSession } from './dumpSession.ts';

/** What is known of an address, a fact a line: symbol, source, region, heap block. */
export async function describeAddress(session: DumpSession, address: bigint): Promise<string> {
  const facts = await addressFacts(session, address);
  return (facts.length > 0 ? facts : ['in no module, stack or heap']).join('\n');
}

/** The same as a list, which is empty where nothing is known. */
export async function addressFacts(session: DumpSession, address: bigint): Promise<string[]> {
  const known: AddressModel = await session.request('describe', { address });
  const facts = [known.symbol, known.source, known.region, known.block].filter((f) => f !== undefined);
  return known.inDump ? facts : [...facts, 'not in the dump'];
}
