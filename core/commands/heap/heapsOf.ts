import { openHeaps } from '../../heap/index.ts';
import { perModuleList } from '../perModuleList.ts';
import { allViews } from '../process/index.ts';

/** The heaps of the process of a session: found once for the modules and symbols that there are, each read when asked for. */
export const heapsOf = perModuleList((session) =>
  openHeaps({ views: allViews(session), symbols: session.symbols }),
);
