import { memoryRuns, type MemoryRuns } from '../../commands/memory/index.ts';
import { findBytes, searchPattern } from '../../commands/search/index.ts';
import type { Params, Result } from '../../protocol/index.ts';
import type { Memory } from '../../target/index.ts';
import type { PaneCall } from '../paneCall.ts';

const runsOf = new WeakMap<Memory, MemoryRuns>();

/** The next place of what a person typed into a memory pane's search. */
export async function findBytesPane(
  { session, pace }: PaneCall,
  { text, from, direction }: Params<'findBytes'>,
): Promise<Result<'findBytes'>> {
  const pattern = searchPattern(session, text);
  const { memory } = session.target;
  let runs = runsOf.get(memory);
  if (!runs) runsOf.set(memory, (runs = memoryRuns(memory)));
  const address = await findBytes(memory, runs, { pattern, from, direction }, pace);
  return address === undefined ? undefined : { address, length: pattern.length };
}
