import { NotAvailable } from '../../../core/errors/index.ts';
import { type HeapSnapshot, openHeaps, StackTraces } from '../../../core/heap/index.ts';
import type { ProcessView } from '../../../core/process/index.ts';
import type { Patch } from './patched.ts';

/** Segment heaps and page heaps to damage, of as many forms as there are. */
export const MUTATED_CASES = [
  '14393-x64/segment-padded',
  '16299-x64/mixed',
  '19041-x64/failure-segment-doublefree',
  '19041-x64/segment-heaps',
  '19041-x86/failure-segment-doublefree',
  '19041-x86/segment-padded',
  '26100-x64/mixed',
  '2600-x86/pageheap',
  '2600-x86/pageheap-light',
];

/** A small generator of numbers that repeat: mulberry32. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Everything that can be asked of the heaps; what cannot be read says so. */
export async function readAll(view: ProcessView): Promise<HeapSnapshot[]> {
  const heaps = openHeaps({ views: [view] });
  const traces = new StackTraces(view);
  const out: HeapSnapshot[] = [];
  for (const [i, { kind }] of heaps.heaps.entries()) {
    if (kind !== 'segment' && kind !== 'page') continue;
    try {
      const snapshot = await heaps.snapshot(i);
      for (let k = 0; k < snapshot.blocks.length; k += 16) traces.ofBlock(snapshot, k);
      out.push(snapshot);
    } catch (e) {
      if (!(e instanceof NotAvailable)) throw e;
    }
  }
  return out;
}

/** Places where structures are: headers of blocks, descriptors at the beginning of segments, the heaps themselves. */
export function places(snapshots: readonly HeapSnapshot[], next: () => number): number {
  const snapshot = snapshots[Math.floor(next() * snapshots.length)];
  if (!snapshot) return 0x10000;
  const { blocks, segments, owners, reference } = snapshot;
  const of = (length: number): number => Math.floor(next() * length);
  switch (of(4)) {
    case 0:
      return Number(reference.address) + of(reference.kind === 'page' ? 0x1100 : 0x500);
    case 1:
      return Number(segments[of(segments.length)]?.address ?? 0n) + of(0x2000);
    case 2:
      return Number(owners[of(owners.length)]?.address ?? 0n) + of(0x60);
    default:
      return Number(blocks.entry(of(blocks.length))) + of(0x20);
  }
}

/** Some patches: noise, fills, pointers to other structures. */
export function damage(next: () => number, place: () => number): Patch[] {
  const count = 1 + Math.floor(next() ** 3 * 40);
  return Array.from({ length: count }, () => {
    const length = 1 + Math.floor(next() ** 2 * 32);
    const fill = [0x00, 0xff, 0x41, 0x80][Math.floor(next() * 8)];
    const pointer = place();
    // noise, a fill, or a pointer to another structure
    const bytes =
      next() < 0.2
        ? Array.from({ length: 8 }, (_, i) => Math.floor(pointer / 2 ** (8 * i)) & 0xff)
        : Array.from({ length }, () => fill ?? Math.floor(next() * 256));
    return { address: place(), bytes };
  });
}
