import { BlockState, type HeapSnapshot } from '../../heap/index.ts';
import { listedRegions, MEM_COMMIT, type ProcessView, stackOf } from '../../process/index.ts';
import type { Address, AddressRange, Module } from '../../target/index.ts';

const END_OF_MEMORY = 1n << 64n;
/** IMAGE_SCN_MEM_WRITE */
const WRITABLE_SECTION = 0x8000_0000;
/** PAGE_READWRITE, PAGE_WRITECOPY, and the same with execute */
const WRITABLE_PAGES = 0x04 | 0x08 | 0x40 | 0x80;

/**
 * The memory that a program's pointers to heap blocks start from: all that can be written except free blocks, busy
 * blocks (which count only where they are reached themselves) and what lies below the stack pointers. That is globals,
 * stacks, thread and process blocks, memory of the program's own allocators, and the heaps' own structures.
 * Rising and disjoint.
 */
export function rootRanges(
  views: readonly ProcessView[],
  snapshots: readonly HeapSnapshot[],
): readonly AddressRange[] {
  const excluded: AddressRange[] = [];
  const [native] = views;
  if (native) {
    for (const module of native.target.modules) excluded.push(...readOnlyParts(module));
    for (const region of listedRegions(native.target)?.regions ?? []) {
      const writable = ((region.protect ?? 0) & WRITABLE_PAGES) !== 0;
      if (region.state === MEM_COMMIT && !writable) excluded.push(region);
    }
  }
  for (const view of views) excluded.push(...deadStack(view));
  for (const { segments, largeRegions } of snapshots) excluded.push(...segments, ...largeRegions);
  return [...complement(excluded), ...snapshots.flatMap(heapStructures)].sort((a, b) =>
    compare(a.start, b.start),
  );
}

/** The values of all registers of all threads, and of the exception. */
export function rootRegisters(views: readonly ProcessView[]): Address[] {
  const values: Address[] = [];
  for (const { target, machine } of views) {
    const contexts = [...target.threads].map((t) => t.context(machine));
    if (target.exception?.context?.machine === machine) contexts.push(target.exception.context);
    for (const context of contexts) {
      for (const { name, kind, part } of context?.definitions() ?? []) {
        if (kind !== 'integer' || part) continue;
        const value = context?.get(name);
        if (value !== undefined) values.push(value);
      }
    }
  }
  return values;
}

/** The parts of an image that its program cannot write; nothing where its sections are not known. */
function readOnlyParts({ base, end, image }: Module): AddressRange[] {
  const writable = (image?.sections ?? []).filter((s) => (s.characteristics & WRITABLE_SECTION) !== 0);
  if (writable.length === 0) return image ? [{ start: base, end }] : [];
  const parts: AddressRange[] = [];
  let start = base;
  for (const { virtualAddress, virtualSize } of writable.toSorted(
    (a, b) => a.virtualAddress - b.virtualAddress,
  )) {
    const from = base + BigInt(virtualAddress);
    if (from > start) parts.push({ start, end: from < end ? from : end });
    const to = from + BigInt(virtualSize);
    if (to > start) start = to;
  }
  if (start < end) parts.push({ start, end });
  return parts;
}

/** What the threads have left below their stack pointers. */
function* deadStack(view: ProcessView): Iterable<AddressRange> {
  for (const thread of view.target.threads) {
    const stack = stackOf(view, thread);
    const sp = thread.context(view.machine)?.sp;
    if (stack && sp !== undefined && sp > stack.start && sp < stack.end)
      yield { start: stack.start, end: sp };
  }
}

/**
 * Blocks that the heap keeps for itself, and its segments' headers in front of their first block. Page heap's own
 * structures name all its blocks and tell nothing.
 */
function heapStructures({ blocks, segments, reference }: HeapSnapshot): AddressRange[] {
  if (reference.kind === 'page') return [];
  const ranges: AddressRange[] = [];
  const { state, entry, size } = blocks.columns;
  for (let i = 0; i < blocks.length; i++) {
    if (state[i] !== BlockState.internal) continue;
    const start = entry[i] ?? 0;
    ranges.push({ start: BigInt(start), end: BigInt(start + (size[i] ?? 0)) });
  }
  for (const segment of segments) {
    const first = blocks.firstFrom(segment.start);
    const end = first < blocks.length ? blocks.entry(first) : segment.end;
    if (end > segment.start && end <= segment.end) ranges.push({ start: segment.start, end });
  }
  return ranges;
}

/** What lies between ranges. */
function complement(ranges: readonly AddressRange[]): AddressRange[] {
  const between: AddressRange[] = [];
  let start = 0n;
  for (const range of ranges.toSorted((a, b) => compare(a.start, b.start))) {
    if (range.start > start) between.push({ start, end: range.start });
    if (range.end > start) start = range.end;
  }
  if (start < END_OF_MEMORY) between.push({ start, end: END_OF_MEMORY });
  return between;
}

function compare(a: Address, b: Address): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
