import { perModuleList } from '../perModuleList.ts';
import { regionMap } from './regionModel.ts';

/**
 * The regions of a session's process, worked out once: panes ask at every move of the pointer. Throws `NotAvailable`
 * where nothing is known.
 */
export const regionsOf = perModuleList(regionMap);
