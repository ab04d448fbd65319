import { NotAvailable } from '../errors/index.ts';
import type { Address } from '../target/index.ts';
import { type FoundHeap, reference } from './heapReference.ts';
import type { HeapContext, HeapOutline, Pacer } from './model.ts';
import { walkers } from './registry.ts';

/** Regions begin at the system's allocation granularity, and nearly all heaps with a region. */
const GRANULARITY = 0x10000n;
/** Where user addresses end. */
const USER_END = { 4: 1n << 32n, 8: 1n << 47n } as const;
/** Places between two looks at the clock. */
const CHUNK = 256;

/**
 * Looks for heaps that no list names: at the start of every 64 KiB that the dump holds, by signatures, and by a header
 * and segments in which nothing is wrong. Reads a page of each 64 KiB.
 */
export async function scanHeaps(context: HeapContext, pace: Pacer): Promise<FoundHeap[]> {
  const { view } = context;
  const { memory } = view.target;
  const known = new Set(context.heaps.map((heap) => heap.address));
  const end = USER_END[view.machine.pointerSize];
  const found: FoundHeap[] = [];
  let places = 0;
  for (let at = aligned(memory.nextReadable(GRANULARITY)); at !== undefined && at < end;) {
    if (memory.available(at, 1) === 1) {
      const heap = known.has(at) ? undefined : heapAt(at, context);
      if (heap) found.push(heap);
      at += GRANULARITY;
    } else {
      at = aligned(memory.nextReadable(at));
    }
    if (++places % CHUNK === 0 && pace.due()) await pace.rest({ done: places, what: 'regions' });
  }
  return found;
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
  return outline.segments.length > 0 && outline.findings.length === 0 ? heap : undefined;
}

function aligned(address: Address | undefined): Address | undefined {
  return address === undefined ? undefined : ((address + GRANULARITY - 1n) / GRANULARITY) * GRANULARITY;
}
