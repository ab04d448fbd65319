import { memoryRunsOf } from '../../commands/memory/index.ts';
import { findBytes, searchPattern } from '../../commands/search/index.ts';
import type { Params, Result } from '../../protocol/index.ts';
import type { PaneCall } from '../paneCall.ts';

/** The next place of what a person typed into a memory pane's search. */
export async function findBytesPane(
  { session, pace }: PaneCall,
  { text, from, direction }: Params<'findBytes'>,
): Promise<Result<'findBytes'>> {
  const pattern = searchPattern(session, text);
  const runs = memoryRunsOf(session);
  const address = await findBytes(session.target.memory, runs, { pattern, from, direction }, pace);
  return address === undefined ? undefined : { address, length: pattern.length };
}
