import type { Session } from '../session.ts';
import { type RegionMap, regionMap } from './regionModel.ts';

const maps = new WeakMap<Session, RegionMap>();

/**
 * The regions of a session's process, worked out once: panes ask at every move of the pointer. Throws `NotAvailable`
 * where nothing is known.
 */
export function regionsOf(session: Session): RegionMap {
  let map = maps.get(session);
  if (!map) maps.set(session, (map = regionMap(session)));
  return map;
}
