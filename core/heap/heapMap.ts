import type { Address, AddressRange } from '../target/index.ts';
import { PART_NAMES, type PartName, STATE_NAMES, type StateName } from './blockSink.ts';
import type { HeapBlocks } from './heapBlocks.ts';
import type { HeapFinding, HeapKind, HeapSnapshot } from './model.ts';

/** Blocks outside of all segments that lie nearer to each other than this are drawn as one area. */
const JOIN = 0x10000;

/** A reservation of the heap, drawn as a piece of its own. */
export interface HeapArea {
  /** addresses as numbers: user addresses stay below 2^53 */
  readonly start: number;
  readonly end: number;
  readonly kind: 'segment' | 'region' | 'elsewhere';
}

/** A run of addresses, as numbers. */
export interface NumberRange {
  readonly start: number;
  readonly end: number;
}

/**
 * A heap as a picture needs it: columns of all blocks, rising by `entry`. The arrays are the snapshot's own: a port
 * copies them, and must not transfer them.
 */
export interface HeapMap {
  readonly heap: Address;
  /** position in the `HeapSet` */
  readonly position: number;
  readonly kind: HeapKind | undefined;
  readonly pointerSize: 4 | 8;
  readonly count: number;
  readonly entry: Float64Array;
  /** bytes from the entry to the user pointer */
  readonly userOffset: Uint32Array;
  /** bytes from one entry to the next */
  readonly size: Float64Array;
  /** bytes that were asked for; -1 unknown */
  readonly userSize: Float64Array;
  /** indices in `states` and `parts`; bits of `BlockMark` */
  readonly state: Uint8Array;
  readonly part: Uint8Array;
  readonly marks: Uint8Array;
  readonly states: readonly StateName[];
  readonly parts: readonly PartName[];
  /** rising and disjoint; every block lies in one */
  readonly areas: readonly HeapArea[];
  /** reserved and not committed */
  readonly uncommitted: readonly NumberRange[];
  /** committed, and not in the dump */
  readonly missing: readonly NumberRange[];
  readonly busyBlocks: number;
  readonly busyBytes: number;
  readonly freeBlocks: number;
  readonly freeBytes: number;
  /** how many findings there are; `findings` holds the first of them */
  readonly errors: number;
  readonly findings: readonly HeapFinding[];
  readonly notes: readonly string[];
}

/** The picture's columns of a heap that was walked. */
export function heapMap(snapshot: HeapSnapshot, position: number): HeapMap {
  const { reference, blocks } = snapshot;
  const { entry, userOffset, size, userSize, state, part, marks } = blocks.columns;
  const { busyBlocks, busyBytes, freeBlocks, freeBytes, errors, findings, notes } = snapshot;
  return {
    heap: reference.address,
    position,
    kind: reference.kind,
    pointerSize: reference.machine.pointerSize,
    count: blocks.length,
    entry,
    userOffset,
    size,
    userSize,
    state,
    part,
    marks,
    states: STATE_NAMES,
    parts: PART_NAMES,
    areas: areasOf(snapshot, blocks),
    uncommitted: numbers(snapshot.uncommitted),
    missing: numbers(snapshot.missing),
    busyBlocks,
    busyBytes,
    freeBlocks,
    freeBytes,
    errors,
    findings: findings.map((finding) => ({ ...finding })),
    notes,
  };
}

/** Segments and large regions without their overlaps, and what lies outside of both. */
function areasOf({ segments, largeRegions }: HeapSnapshot, blocks: HeapBlocks): HeapArea[] {
  const declared = [
    ...numbers(segments).map((range) => ({ ...range, kind: 'segment' as const })),
    ...numbers(largeRegions).map((range) => ({ ...range, kind: 'region' as const })),
  ]
    .filter((area) => area.start < area.end)
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const areas: HeapArea[] = [];
  let end = 0;
  for (const area of declared) {
    if (area.end <= end) continue;
    areas.push(area.start < end ? { ...area, start: end } : area);
    end = area.end;
  }
  const outside = blocksOutside(areas, blocks);
  return outside.length === 0 ? areas : [...areas, ...outside].sort((a, b) => a.start - b.start);
}

function blocksOutside(areas: readonly HeapArea[], blocks: HeapBlocks): HeapArea[] {
  const { entry, size } = blocks.columns;
  const outside: { start: number; end: number; kind: 'elsewhere' }[] = [];
  let a = 0;
  for (let i = 0; i < blocks.length; i++) {
    const at = entry[i] ?? 0;
    while ((areas[a]?.end ?? Infinity) <= at) a++;
    const area = areas[a];
    if (area && at >= area.start) continue;
    // a damaged size must not reach into the next area
    const end = Math.min(at + Math.max(1, size[i] ?? 0), area?.start ?? Infinity);
    const last = outside.at(-1);
    const between = areas[a - 1];
    const isNear = last && at - last.end < JOIN && (!between || between.end <= last.start);
    if (last && isNear) last.end = Math.max(last.end, end);
    else outside.push({ start: at, end, kind: 'elsewhere' });
  }
  return outside;
}

function numbers(ranges: readonly AddressRange[]): NumberRange[] {
  return ranges.map(({ start, end }) => ({ start: Number(start), end: Number(end) }));
}
