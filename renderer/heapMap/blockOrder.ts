import type { HeapMap } from '../../core/protocol/pictures.ts';

export const SORT_KEYS = ['address', 'size', 'userSize'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface BlockOrder {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** The blocks in an order; equal ones stay in the order of their addresses. `blocks` undefined means all. */
export function sortBlocks(
  map: HeapMap,
  blocks: Uint32Array | undefined,
  order: BlockOrder,
): Uint32Array | undefined {
  const { key, descending } = order;
  if (key === 'address') {
    if (!descending) return blocks;
    return (blocks ? blocks.slice() : identity(map.count)).reverse();
  }
  const column = key === 'size' ? map.size : map.userSize;
  const indices = blocks ?? identity(map.count);
  const sorted = sortedByKeys(column, indices, map.count) ?? sortedByCompare(column, indices);
  return descending ? sorted.reverse() : sorted;
}

/** Size and index in one number, so that the engine's own sort of numbers does it; undefined where they do not fit. */
function sortedByKeys(column: Float64Array, indices: Uint32Array, count: number): Uint32Array | undefined {
  const base = 2 ** Math.ceil(Math.log2(Math.max(2, count)));
  const keys = new Float64Array(indices.length);
  for (let k = 0; k < indices.length; k++) {
    const i = indices[k] ?? 0;
    // unknown sizes are -1
    const key = ((column[i] ?? 0) + 1) * base + i;
    if (key > Number.MAX_SAFE_INTEGER) return undefined;
    keys[k] = key;
  }
  keys.sort();
  return Uint32Array.from(keys, (key) => key % base);
}

function sortedByCompare(column: Float64Array, indices: Uint32Array): Uint32Array {
  return indices.slice().sort((a, b) => (column[a] ?? 0) - (column[b] ?? 0) || a - b);
}

function identity(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}
