import { type HeapSet, openHeaps } from '../../heap/index.ts';
import { allViews } from '../process/index.ts';
import type { Session } from '../session.ts';

const sets = new WeakMap<Session, HeapSet>();

/** The heaps of the process of a session: found once, each read when it is asked for. */
export function heapsOf(session: Session): HeapSet {
  let heaps = sets.get(session);
  if (!heaps) {
    heaps = openHeaps({ views: allViews(session), symbols: session.symbols });
    sets.set(session, heaps);
  }
  return heaps;
}
