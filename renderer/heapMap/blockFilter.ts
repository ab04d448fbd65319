import type { HeapMap, HeapOwners } from '../../core/protocol/pictures.ts';
import { DAMAGED } from './blockColours.ts';

/** Which blocks a table shows; absent is all. */
export interface BlockFilter {
  /** index in `HeapMap.states` */
  readonly state?: number;
  /** index in `HeapMap.parts` */
  readonly part?: number;
  /** bytes from one entry to the next, both included */
  readonly minSize?: number;
  readonly maxSize?: number;
  /** index in `HeapOwners.owners` */
  readonly owner?: number;
  /** blocks that lie in or reach into these addresses */
  readonly range?: { readonly start: number; readonly end: number };
  readonly damaged?: boolean;
}

export function isWide(filter: BlockFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
}

/** The blocks that pass, rising; undefined where all do. */
export function filterBlocks(
  map: HeapMap,
  owners: HeapOwners | undefined,
  filter: BlockFilter,
): Uint32Array | undefined {
  if (isWide(filter)) return undefined;
  const { state, part, minSize = 0, maxSize = Infinity, owner, range, damaged } = filter;
  const { entry, size, marks } = map;
  const found = new Uint32Array(map.count);
  let n = 0;
  for (let i = 0; i < map.count; i++) {
    const bytes = size[i] ?? 0;
    if (bytes < minSize || bytes > maxSize) continue;
    if (state !== undefined && map.state[i] !== state) continue;
    if (part !== undefined && map.part[i] !== part) continue;
    if (owner !== undefined && owners?.owner[i] !== owner) continue;
    if (damaged && !((marks[i] ?? 0) & DAMAGED)) continue;
    if (range && !((entry[i] ?? 0) < range.end && (entry[i] ?? 0) + bytes > range.start)) continue;
    found[n++] = i;
  }
  return found.slice(0, n);
}

/** A mark for each block that passes, for the picture. */
export function litBlocks(count: number, blocks: Uint32Array): Uint8Array {
  const lit = new Uint8Array(count);
  for (const i of blocks) lit[i] = 1;
  return lit;
}

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

/** `100`, `100-200`, `100-`, `-200`, with 0x for hexadecimal: the bounds of a size; undefined for what is none. */
export function parseSizes(text: string): Pick<BlockFilter, 'minSize' | 'maxSize'> | undefined {
  const typed = text.trim();
  if (typed === '') return {};
  const match = /^(0x[\da-f]+|\d+)?\s*(-)?\s*(0x[\da-f]+|\d+)?$/i.exec(typed);
  if (!match || (match[1] === undefined && match[3] === undefined)) return undefined;
  const [, from, dash, to] = match;
  if (from !== undefined && dash === undefined)
    return to === undefined ? { minSize: Number(from), maxSize: Number(from) } : undefined;
  return {
    minSize: from === undefined ? undefined : Number(from),
    maxSize: to === undefined ? undefined : Number(to),
  };
}
