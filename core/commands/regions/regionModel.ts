import { NotAvailable } from '../../errors/index.ts';
import {
  claimedRegions,
  derivedRegions,
  imageClaims,
  listedRegions,
  type MemoryRegion,
  protectNames,
  stateName,
  typeName,
  type UsageClaim,
} from '../../process/index.ts';
import type { Session } from '../session.ts';
import { allViews } from '../process/index.ts';
import { usageSources } from './usageSources.ts';

/** The address space of the process, with what its regions are used for. */
export interface RegionMap {
  readonly regions: readonly MemoryRegion[];
  /** made of modules, stacks and the dump's memory, because the dump has no list of regions */
  readonly derived: boolean;
}

/** What is said once where the dump has no MemoryInfoList. */
export const DERIVED_NOTE =
  'The dump has no list of memory regions (MemoryInfoListStream): these are derived from modules, stacks and ' +
  'the memory that it holds';

/** All regions that are known of. Throws `NotAvailable` where nothing is. */
export function regionMap(session: Session): RegionMap {
  const { target } = session;
  const views = allViews(session);
  const [native] = views;
  const claims: UsageClaim[] = native ? imageClaims(native) : [];
  const suffixOf = (pointerSize: number): string => (views.length > 1 ? String(pointerSize * 8) : '');
  const collect = (base?: Parameters<(typeof usageSources)[number]>[0]['base']): void => {
    for (const view of views) {
      const suffix = suffixOf(view.machine.pointerSize);
      for (const source of usageSources) claims.push(...source({ session, view, suffix, base }));
    }
  };
  const listed = listedRegions(target);
  collect(listed);
  const base = listed ?? derivedRegions(target, claims);
  if (base.regions.length === 0) throw new NotAvailable('The dump holds no memory and no list of regions');
  return { regions: claimedRegions(target, base, claims), derived: base.source === 'derived' };
}

/** A region in JSON, as cli.md has it. */
export function regionData(region: MemoryRegion) {
  const { start, end, state, type, protect, allocationBase, allocationProtect, usage, detail, inDump } =
    region;
  return {
    start: `0x${start.toString(16)}`,
    end: `0x${end.toString(16)}`,
    state: state === undefined ? undefined : stateName(state),
    type: type ? typeName(type) : undefined,
    protect: protect ? protectNames(protect).join('|') : undefined,
    usage,
    inDump,
    detail,
    allocationBase: allocationBase === undefined ? undefined : `0x${allocationBase.toString(16)}`,
    allocationProtect: allocationProtect ? protectNames(allocationProtect).join('|') : undefined,
  };
}
