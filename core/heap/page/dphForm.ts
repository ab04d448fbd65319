import { NotAvailable } from '../../errors/index.ts';
import type { StructLayouts } from '../../types/index.ts';

/** Offsets in bytes of what page heap keeps, for one Windows. XP and 2003 have lists where later ones have a tree. */
export interface DphForm {
  readonly pointerSize: 4 | 8;
  readonly root: {
    readonly size: number;
    readonly flags: number;
    readonly virtualStorage: number;
    readonly virtualBytes: number;
    /** first busy block of a list, or the tree's BalancedRoot */
    readonly busyList?: number;
    readonly busyTree?: number;
    readonly busyCount: number;
    readonly busyBytes: number;
    readonly freeList: number;
    readonly freeCount: number;
    readonly freeBytes: number;
    /** first of a list, or a LIST_ENTRY */
    readonly availableList?: number;
    readonly availableRing?: number;
    /** pointer to the next root, or a LIST_ENTRY through all roots */
    readonly nextRoot?: number;
    readonly rootRing?: number;
    readonly normalHeap: number;
  };
  readonly block: {
    readonly size: number;
    readonly virtualBlock: number;
    readonly virtualSize: number;
    readonly accessSize: number;
    readonly user: number;
    readonly requested: number;
    readonly stackTrace: number;
  };
  readonly info: {
    readonly size: number;
    readonly heap: number;
    readonly requested: number;
    readonly actual: number;
    readonly stackTrace: number;
    readonly endStamp: number;
  };
}

const ROOT = '_DPH_HEAP_ROOT';
const BLOCK = '_DPH_HEAP_BLOCK';
const INFO = '_DPH_BLOCK_INFORMATION';

/** The form by ntdll's types or the built-in layout. Throws `NotAvailable` where neither has the structures. */
export function dphForm(layouts: StructLayouts): DphForm {
  for (const name of [ROOT, BLOCK, INFO]) {
    if (!layouts.record(name))
      throw new NotAvailable(`page heap cannot be read: no structure ${name} in ${layouts.origin}`);
  }
  const at = (type: string, path: string): number => layouts.offset(type, path);
  const maybe = (type: string, path: string): number | undefined =>
    layouts.has(type, path) ? layouts.offset(type, path) : undefined;
  return {
    pointerSize: layouts.pointerSize,
    root: {
      size: layouts.size(ROOT),
      flags: at(ROOT, 'HeapFlags'),
      virtualStorage: at(ROOT, 'pVirtualStorageListHead'),
      virtualBytes: at(ROOT, 'nVirtualStorageBytes'),
      busyList: maybe(ROOT, 'pBusyAllocationListHead'),
      busyTree: maybe(ROOT, 'BusyNodesTable'),
      busyCount: at(ROOT, 'nBusyAllocations'),
      busyBytes: at(ROOT, 'nBusyAllocationBytesCommitted'),
      freeList: at(ROOT, 'pFreeAllocationListHead'),
      freeCount: at(ROOT, 'nFreeAllocations'),
      freeBytes: at(ROOT, 'nFreeAllocationBytesCommitted'),
      availableList: maybe(ROOT, 'pAvailableAllocationListHead'),
      availableRing: maybe(ROOT, 'AvailableAllocationHead'),
      nextRoot: maybe(ROOT, 'pNextHeapRoot'),
      rootRing: maybe(ROOT, 'NextHeap'),
      normalHeap: at(ROOT, 'NormalHeap'),
    },
    block: {
      size: layouts.size(BLOCK),
      virtualBlock: at(BLOCK, 'pVirtualBlock'),
      virtualSize: at(BLOCK, 'nVirtualBlockSize'),
      accessSize: at(BLOCK, 'nVirtualAccessSize'),
      user: at(BLOCK, 'pUserAllocation'),
      requested: at(BLOCK, 'nUserRequestedSize'),
      stackTrace: at(BLOCK, 'StackTrace'),
    },
    info: {
      size: layouts.size(INFO),
      heap: at(INFO, 'Heap'),
      requested: at(INFO, 'RequestedSize'),
      actual: at(INFO, 'ActualSize'),
      stackTrace: at(INFO, 'StackTrace'),
      endStamp: at(INFO, 'EndStamp'),
    },
  };
}
