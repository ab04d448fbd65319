import { openHeaps } from '../../heap/index.ts';
import { noteHeaps } from '../heapState.ts';
import { perModuleList } from '../perModuleList.ts';
import { allViews } from '../process/index.ts';

/** The heaps of the process of a session: found once for the modules and symbols that there are, each read when asked for. */
export const heapsOf = perModuleList((session) => {
  const heaps = openHeaps({ views: allViews(session), symbols: session.symbols });
  noteHeaps(session, () => heaps.walked());
  return heaps;
});
