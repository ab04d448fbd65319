import { MEM_COMMIT, MEM_FREE, protectNames, stateName, typeName } from '../../process/index.ts';
import type { Session } from '../session.ts';
import { regionsOf } from './regionsOf.ts';

/** Where user addresses end: what lies above is the system's and in no list. */
const USER_END = { 4: 1n << 32n, 8: 1n << 47n } as const;

/** How a region is drawn when nothing more is known of it. */
export type RegionState = 'committed' | 'reserved' | 'free' | 'unknown';

/** One region of the map of the address space. */
export interface SpaceRegion {
  readonly start: bigint;
  readonly end: bigint;
  /** as !address names it: `Image`, `Stack`, `Heap`, `Free`… without the view's 32 or 64 */
  readonly usage: string;
  readonly state: RegionState;
  /** `MEM_PRIVATE`, `PAGE_READWRITE`; empty where unknown */
  readonly type: string;
  readonly protect: string;
  readonly detail: string;
  readonly inDump: 'all' | 'part' | 'none';
  /** bytes of it that the dump holds */
  readonly held: number;
}

/** The address space from 0 to where user addresses end, without gaps: the model of the map. */
export interface AddressSpace {
  readonly regions: readonly SpaceRegion[];
  readonly pointerSize: 4 | 8;
  /** no list of regions in the dump: made of modules, stacks and the memory that it holds */
  readonly derived: boolean;
}

/** The map of the address space. What no region covers is `Free` where the dump lists regions, else unknown. */
export function addressSpace(session: Session): AddressSpace {
  const { regions, derived } = regionsOf(session);
  const { pointerSize } = session.target.system.machine;
  const filler = {
    ...EMPTY,
    usage: derived ? '<unknown>' : 'Free',
    state: derived ? 'unknown' : 'free',
  } as const;
  const out: SpaceRegion[] = [];
  let at = 0n;
  for (const region of regions) {
    if (region.start > at) out.push({ ...filler, start: at, end: region.start });
    at = region.end > at ? region.end : at;
    const { start, end, usage, state, detail = '', inDump } = region;
    out.push({
      start,
      end,
      usage: usage.replace(/(32|64)$/, ''),
      state: stateOf(state),
      type: region.type ? typeName(region.type) : '',
      protect: region.protect ? protectNames(region.protect).join(' | ') : '',
      detail,
      inDump,
      held: inDump === 'none' ? 0 : heldBytes(session, start, end),
    });
  }
  const end = USER_END[pointerSize];
  if (at < end) out.push({ ...filler, start: at, end });
  return { regions: joinFillers(out), pointerSize, derived };
}

const EMPTY = { type: '', protect: '', detail: '', inDump: 'none', held: 0 } as const;

/** Free runs side by side become one: lists cut them at their own borders. */
function joinFillers(regions: readonly SpaceRegion[]): SpaceRegion[] {
  const joined: SpaceRegion[] = [];
  for (const region of regions) {
    const last = joined.at(-1);
    if (last?.state === region.state && region.state === 'free' && last.end === region.start) {
      joined[joined.length - 1] = { ...last, end: region.end };
    } else joined.push(region);
  }
  return joined;
}

function stateOf(state: number | undefined): RegionState {
  if (state === undefined) return 'unknown';
  if (state === MEM_FREE) return 'free';
  if (state === MEM_COMMIT) return 'committed';
  return stateName(state) === 'MEM_RESERVE' ? 'reserved' : 'unknown';
}

/** Bytes of a range that the dump holds. */
export function heldBytes(session: Session, start: bigint, end: bigint): number {
  const ranges = session.target.dump?.memory;
  if (!ranges) return 0;
  let bytes = 0n;
  for (let i = ranges.findNext(start); i < ranges.count && ranges.start(i) < end; i++) {
    const from = ranges.start(i) > start ? ranges.start(i) : start;
    const to = ranges.end(i) < end ? ranges.end(i) : end;
    if (to > from) bytes += to - from;
  }
  return Number(bytes);
}
