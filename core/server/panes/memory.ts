import { memoryRuns, type MemoryRuns } from '../../commands/memory/index.ts';
import { findBytes, searchPattern } from '../../commands/search/index.ts';
import type { Params, Result } from '../../protocol/index.ts';
import type { Memory } from '../../target/index.ts';
import type { PaneCall } from '../paneCall.ts';

const kept = new WeakMap<Memory, { readonly revision: number | undefined; readonly runs: MemoryRuns }>();

/** Where there are bytes: listed once for the images that there are. */
export function memoryRunsPane({ session }: PaneCall): MemoryRuns {
  const { memory, modules } = session.target;
  let known = kept.get(memory);
  if (known?.revision !== modules.revision) known = undefined;
  if (!known) kept.set(memory, (known = { revision: modules.revision, runs: memoryRuns(memory) }));
  return known.runs;
}

/** The next place of what a person typed into a memory pane's search. */
export async function findBytesPane(
  call: PaneCall,
  { text, from, direction }: Params<'findBytes'>,
): Promise<Result<'findBytes'>> {
  const { session, pace } = call;
  const pattern = searchPattern(session, text);
  const runs = memoryRunsPane(call);
  const address = await findBytes(session.target.memory, runs, { pattern, from, direction }, pace);
  return address === undefined ? undefined : { address, length: pattern.length };
}
