import { NotAvailable } from '../errors/index.ts';
import { MEM_FREE, MEM_IMAGE } from '../process/index.ts';
import type { Address, Target } from '../target/index.ts';
import { type FoundHeap, reference } from './heapReference.ts';
import type { HeapContext, HeapKind, HeapOutline, Pacer } from './model.ts';
import { walkers } from './registry.ts';

/** Allocations begin at multiples of the system's allocation granularity. */
const GRANULARITY = 0x10000n;
/** Where user addresses end. */
const USER_END = { 4: 1n << 32n, 8: 1n << 47n } as const;
/** Places between two looks at the clock. */
const CHUNK = 64;
/** More allocations than a process has: a damaged list may claim any number of them. */
const MAX_PLACES = 1 << 20;

/**
 * Looks for heaps that no list names: at the start of every allocation, by signatures, and by a header and segments in
 * which nothing is wrong. The memory that csrss.exe shares with every process is such a heap, and so is where ntdll
 * keeps its descriptions of large blocks since 17763. Reads a page of each allocation.
 */
export async function scanHeaps(context: HeapContext, pace: Pacer): Promise<FoundHeap[]> {
  const { view } = context;
  const { memory } = view.target;
  const known = new Set(context.heaps.map((heap) => heap.address));
  const end = USER_END[view.machine.pointerSize];
  const found: FoundHeap[] = [];
  let places = 0;
  for (const at of allocations(view.target)) {
    if (++places > MAX_PLACES) break;
    if (places % CHUNK === 0 && pace.due()) await pace.rest({ done: places, what: 'allocations' });
    if (at >= end || at % GRANULARITY !== 0n || known.has(at) || memory.origin(at) !== 'dump') continue;
    known.add(at);
    const heap = heapAt(at, context);
    if (heap) found.push(heap);
  }
  return found;
}

/** Where allocations other than images begin: by the list of regions, else by the runs of memory that the dump holds. */
function* allocations({ dump }: Target): Generator<Address> {
  if (!dump) return;
  const { memoryInfos } = dump;
  if (memoryInfos.length > 0) {
    let last: Address | undefined;
    for (const { allocationBase, state, type } of memoryInfos) {
      if (state === MEM_FREE || type === MEM_IMAGE || allocationBase === last) continue;
      last = allocationBase;
      yield allocationBase;
    }
    return;
  }
  const { memory } = dump;
  for (let i = 0; i < memory.count; i++) yield memory.start(i);
}

function heapAt(at: Address, context: HeapContext): FoundHeap | undefined {
  const heap = reference(context.view, at, 'memory scan');
  const walker = heap.kind && walkers[heap.kind];
  if (!walker) return undefined;
  let outline: HeapOutline;
  try {
    outline = walker.outline({ ...heap, index: 0 }, context);
  } catch (e) {
    if (e instanceof NotAvailable) return undefined;
    throw e;
  }
  const isSound = outline.segments.length > 0 && outline.findings.length === 0;
  if (!isSound) return undefined;
  const whose = WHOSE[heap.kind];
  return { ...heap, note: `in no list of the process: found by its header${whose ? `; ${whose}` : ''}` };
}

/** What the heaps are that Windows has in no list, by their kind. */
const WHOSE: Partial<Record<HeapKind, string>> = {
  nt: 'Windows shares one between processes',
  segment: 'ntdll has one for its descriptions of large blocks',
};
