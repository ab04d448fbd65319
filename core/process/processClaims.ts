import { type Address, type AddressRange, readPointer, type Thread, tryRead } from '../target/index.ts';
import type { BaseRegions } from './memoryRegions.ts';
import { findRegion, pageDown, pageUp } from './memoryRegions.ts';
import { readPeb } from './peb.ts';
import { tebOf } from './teb.ts';
import type { ProcessView } from './processView.ts';
import { SHARED_USER_DATA } from './sharedUserData.ts';
import { type UsageClaim, UsageRank } from './usageClaims.ts';

/** Stacks reserve 1 MiB unless an image says more; what claims more than this is not believed. */
const MAX_STACK = 0x1_0000_0000n;
/** PEB.NumberOfHeaps of a sound process is below a thousand. */
const MAX_HEAPS = 4096;

/** The images: what the module list says. */
export function imageClaims(view: ProcessView): UsageClaim[] {
  return [...view.target.modules].map((module) => ({
    start: module.base,
    end: module.end,
    usage: 'Image',
    detail: `${module.name}; "${module.path}"`,
    rank: UsageRank.listed,
    module,
  }));
}

/**
 * Threads' stacks and TEBs, and the PEB, in one view of the process. `suffix` is `32` or `64` in a WOW64 process, which
 * has two of each.
 */
export function threadClaims(view: ProcessView, suffix = '', base?: BaseRegions): UsageClaim[] {
  const claims: UsageClaim[] = [];
  const tebSize = pageUp(BigInt(view.layouts.size('_TEB')));
  const process = view.target.system.processId;
  for (const thread of view.target.threads) {
    const detail = `~${thread.index}; ${process === undefined ? '?' : process.toString(16)}.${thread.id.toString(16)}`;
    const stack = stackOf(view, thread, base);
    if (stack) claims.push({ ...stack, usage: `Stack${suffix}`, detail, rank: UsageRank.listed, thread });
    const teb = thread.tebFor(view.machine);
    if (teb) {
      const end = teb + tebSize;
      claims.push({ start: teb, end, usage: `TEB${suffix}`, detail, rank: UsageRank.structure, thread });
    }
  }
  const peb = view.target.peb(view.machine);
  if (peb) {
    claims.push({
      start: peb,
      end: peb + pageUp(BigInt(view.layouts.size('_PEB'))),
      usage: `PEB${suffix}`,
      detail: process?.toString(16),
      rank: UsageRank.structure,
    });
  }
  return claims;
}

/**
 * The reservation of a thread's stack: from DeallocationStack to StackBase of the TEB; where the dump does not hold the
 * TEB, the allocation around the stack memory that the thread list names, or its pages alone where `base` is not given.
 */
export function stackOf(view: ProcessView, thread: Thread, base?: BaseRegions): AddressRange | undefined {
  const teb = tebOf(view, thread);
  const end = teb?.StackBase;
  const start = teb?.DeallocationStack || teb?.StackLimit;
  if (start && end && start < end && end - start <= MAX_STACK) {
    return { start: pageDown(start), end: pageUp(end) };
  }
  // the thread list names the stack of the dump's own machine
  const listed = view.machine.kind === view.target.system.machine.kind ? thread.stack : undefined;
  if (!listed || listed.end - listed.start > MAX_STACK) return undefined;
  const allocation = base && allocationAt(base, listed.start);
  if (allocation && allocation.end >= listed.end) return allocation;
  return { start: pageDown(listed.start), end: pageUp(listed.end) };
}

/**
 * What else the PEB leads to: the allocations that heaps begin, and the regions of the tables that Windows shares with
 * every process. These need to know the regions.
 */
export function pebClaims(view: ProcessView, base: BaseRegions, suffix = ''): UsageClaim[] {
  const claims: UsageClaim[] = [];
  const address = view.target.peb(view.machine);
  const whole = (at: Address | null | undefined, name: string): void => {
    const region = at ? findRegion(base.regions, at) : undefined;
    if (region) {
      claims.push({
        start: region.start,
        end: region.end,
        usage: 'Other',
        detail: name,
        rank: UsageRank.region,
      });
    }
  };
  whole(SHARED_USER_DATA, 'User Shared Data');
  if (!address) return claims;
  const peb = readPeb(view, address);
  whole(peb.ApiSetMap, 'API Set Map');
  whole(peb.AnsiCodePageData, 'NLS Tables');
  whole(peb.OemCodePageData, 'NLS Tables');
  whole(peb.UnicodeCaseTableData, 'NLS Tables');
  whole(peb.GdiSharedHandleTable, 'GDI Shared Handle Table');
  whole(peb.ReadOnlySharedMemoryBase, 'Read Only Shared Memory');
  whole(peb.ActivationContextData, 'Activation Context Data');
  whole(peb.SystemDefaultActivationContextData, 'System Default Activation Context Data');
  // before Vista these two are allocations of their own; later they lie in the process heap
  if (peb.parameters) ownAllocation(peb.parameters.address, 'Process Parameters');
  if (peb.parameters?.Environment) ownAllocation(peb.parameters.Environment, 'Environment Block');
  heapHandles(view, address).forEach((heap, index) => {
    const range = allocationAt(base, heap);
    const handle = heap.toString(16).padStart(view.machine.pointerSize * 2, '0');
    if (range?.start === heap) {
      const detail = `ID: ${index}; Handle: ${handle}; Type: Segment`;
      claims.push({ ...range, usage: `Heap${suffix}`, detail, rank: UsageRank.heap });
    }
  });
  return claims;

  function ownAllocation(at: Address, name: string): void {
    const region = findRegion(base.regions, at);
    if (region?.allocationBase === at) whole(at, name);
  }
}

/** The heaps' handles: PEB.ProcessHeaps, or ProcessHeap alone where the array is not kept (Wine). */
function heapHandles(view: ProcessView, pebAddress: Address): Address[] {
  const { memory } = view.target;
  const { pointerSize } = view.machine;
  const { ProcessHeap, ProcessHeaps, NumberOfHeaps } = readPeb(view, pebAddress);
  const handles: Address[] = [];
  const count = ProcessHeaps ? Math.min(NumberOfHeaps ?? 0, MAX_HEAPS) : 0;
  for (let i = 0; i < count; i++) {
    const handle = tryRead(() =>
      readPointer(memory, (ProcessHeaps ?? 0n) + BigInt(i * pointerSize), pointerSize),
    );
    if (handle === undefined) break;
    handles.push(handle);
  }
  return handles.length === 0 && ProcessHeap ? [ProcessHeap] : handles;
}

/** The regions of one allocation together. */
export function allocationAt(base: BaseRegions, address: Address): AddressRange | undefined {
  const first = findRegion(base.regions, address);
  const allocation = first?.allocationBase;
  if (!first || allocation === undefined) return undefined;
  let { start, end } = first;
  for (let r = findRegion(base.regions, start - 1n); r?.allocationBase === allocation;) {
    start = r.start;
    r = findRegion(base.regions, start - 1n);
  }
  for (let r = findRegion(base.regions, end); r?.allocationBase === allocation;) {
    end = r.end;
    r = findRegion(base.regions, end);
  }
  return { start, end };
}
