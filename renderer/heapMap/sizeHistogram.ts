import type { HeapMap } from '../../core/protocol/pictures.ts';

/** Blocks of sizes from `from` to below `to` bytes. */
export interface SizeBucket {
  readonly from: number;
  readonly to: number;
  readonly busyBlocks: number;
  readonly busyBytes: number;
  readonly freeBlocks: number;
  readonly freeBytes: number;
}

/** Powers of two that sizes are counted in: up to 2^52. */
const BUCKETS = 53;

/** Blocks and bytes by powers of two of their size, from the least to the greatest that there is. */
export function sizeHistogram(map: Pick<HeapMap, 'count' | 'size' | 'state' | 'states'>): SizeBucket[] {
  const busy = map.states.indexOf('busy');
  const free = map.states.indexOf('free');
  const counts = new Float64Array(BUCKETS * 4);
  for (let i = 0; i < map.count; i++) {
    const state = map.state[i];
    const offset = state === busy ? 0 : state === free ? 2 : -1;
    if (offset < 0) continue;
    const size = map.size[i] ?? 0;
    const at = bucketOf(size) * 4 + offset;
    counts[at] = (counts[at] ?? 0) + 1;
    counts[at + 1] = (counts[at + 1] ?? 0) + size;
  }
  const buckets = Array.from({ length: BUCKETS }, (_, b): SizeBucket => ({
    from: b === 0 ? 0 : 2 ** b,
    to: 2 ** (b + 1),
    busyBlocks: counts[b * 4] ?? 0,
    busyBytes: counts[b * 4 + 1] ?? 0,
    freeBlocks: counts[b * 4 + 2] ?? 0,
    freeBytes: counts[b * 4 + 3] ?? 0,
  }));
  const has = (b: SizeBucket): boolean => b.busyBlocks + b.freeBlocks > 0;
  const first = buckets.findIndex(has);
  return first < 0 ? [] : buckets.slice(first, buckets.findLastIndex(has) + 1);
}

function bucketOf(size: number): number {
  if (size < 2) return 0;
  // log2 alone may miss a power of two by a rounding error
  let b = Math.floor(Math.log2(size));
  if (2 ** (b + 1) <= size) b++;
  if (2 ** b > size) b--;
  return Math.min(BUCKETS - 1, b);
}
