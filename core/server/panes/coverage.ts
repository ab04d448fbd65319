import { heldBytes } from '../../commands/regions/index.ts';
import { MEM_COMMIT } from '../../process/index.ts';
import type { CoverageModel } from '../../protocol/index.ts';
import type { PaneCall } from '../paneCall.ts';

/** PAGE_NOACCESS and PAGE_GUARD (winnt.h): committed, and read by nobody, so that no dump has them. */
const UNREADABLE = 0x101;

/** How much of the committed memory of the process is in the dump; undefined where the dump does not list it. */
export async function coveragePane({ session, pace }: PaneCall): Promise<CoverageModel | undefined> {
  const infos = session.target.dump?.memoryInfos;
  if (!infos || infos.length === 0) return undefined;
  let readable = 0;
  let held = 0;
  let done = 0;
  for (const { baseAddress, regionSize, state, protect } of infos) {
    done++;
    if (state !== MEM_COMMIT || (protect & UNREADABLE) !== 0) continue;
    readable += Number(regionSize);
    held += heldBytes(session, baseAddress, baseAddress + regionSize);
    if (pace.due()) await pace.rest({ done, total: infos.length, what: 'regions' });
  }
  return { readable, held };
}
