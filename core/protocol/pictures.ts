/** What the pictures and memory panes are drawn from: plain data, typed arrays, bigints. Types alone, no code. */
export type { AddressSpace, RegionState, SpaceRegion } from '../commands/regions/index.ts';
export type { MemoryPage, MemoryRuns, PointerNote } from '../commands/memory/index.ts';
export type { StructureField, StructureFields } from '../commands/dt/index.ts';
export type {
  AddressFact,
  BlockClasses,
  HeapArea,
  HeapChoice,
  HeapMap,
  HeapOwners,
  NumberRange,
  Ownership,
  OwnershipFlow,
  OwnershipHeap,
  OwnershipModule,
  OwnershipRuntime,
  PointerVerdict,
} from '../commands/crt/index.ts';
