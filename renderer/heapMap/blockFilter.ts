import { DAMAGED } from './blockColours.ts';
import type { BlockFacts } from './describeBlock.ts';

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
  /** index in `HeapOwners.types`: a debug runtime's type */
  readonly type?: number;
  /** index in `BlockClasses.classes` */
  readonly class?: number;
  /** blocks that lie in or reach into these addresses */
  readonly range?: { readonly start: number; readonly end: number };
  readonly damaged?: boolean;
}

export function isWide(filter: BlockFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
}

/** The blocks that pass, rising; undefined where all do. */
export function filterBlocks(
  { map, owners, classes }: BlockFacts,
  filter: BlockFilter,
): Uint32Array | undefined {
  if (isWide(filter)) return undefined;
  const { state, part, minSize = 0, maxSize = Infinity, owner, type, range, damaged } = filter;
  const { entry, size, marks } = map;
  const found = new Uint32Array(map.count);
  let n = 0;
  for (let i = 0; i < map.count; i++) {
    const bytes = size[i] ?? 0;
    if (bytes < minSize || bytes > maxSize) continue;
    if (state !== undefined && map.state[i] !== state) continue;
    if (part !== undefined && map.part[i] !== part) continue;
    if (owner !== undefined && owners?.owner[i] !== owner) continue;
    if (type !== undefined && owners?.type[i] !== type) continue;
    if (filter.class !== undefined && classes?.type[i] !== filter.class) continue;
    if (damaged && !((marks[i] ?? 0) & DAMAGED)) continue;
    if (range && !((entry[i] ?? 0) < range.end && (entry[i] ?? 0) + bytes > range.start)) continue;
    found[n++] = i;
  }
  return found.slice(0, n);
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

/** The bounds of a filter as they would be typed. */
export function sizesText({ minSize, maxSize }: Pick<BlockFilter, 'minSize' | 'maxSize'>): string {
  if (minSize === undefined && maxSize === undefined) return '';
  return minSize === maxSize ? String(minSize) : `${minSize ?? ''}-${maxSize ?? ''}`;
}

/** Which of the names some of the blocks have, by their column of indices. */
export function usedNames(column: ArrayLike<number>, blocks: number, names: number): number[] {
  const used = new Uint8Array(names);
  // an iterator takes five times as long, and this stands before the first picture
  for (let i = 0; i < blocks; i++) used[column[i] ?? 0] = 1;
  return [...used.keys()].filter((i) => used[i] === 1);
}
