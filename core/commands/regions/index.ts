import type { Command } from '../command.ts';
import { address } from './address.ts';
import { vadump, vprot } from './vprot.ts';

export {
  addressSpace,
  type AddressSpace,
  type RegionState,
  type SpaceRegion,
  heldBytes,
} from './addressSpace.ts';
export { regionMap, type RegionMap } from './regionModel.ts';
export { regionsOf } from './regionsOf.ts';
export { usageSources, type UsageRequest, type UsageSource } from './usageSources.ts';

/** The address space: its regions and what they are used for. */
export const regionCommands: readonly Command[] = [address, vprot, vadump];
