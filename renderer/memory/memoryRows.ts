import type { MemoryRuns } from '../../core/protocol/pictures.ts';
import { RowSpace, type SpacePiece, type SpaceRange } from '../picture/rowSpace.ts';

/** Rows of question marks that are shown behind and in front of bytes, so that a person sees where they end. */
const MARGIN_ROWS = 2;
/** Rows that an address in a hole gets around it: enough to see that nothing is there. */
const ISLAND_ROWS_BEFORE = 4;
const ISLAND_ROWS_BEHIND = 16;
/** Holes shorter than this are shown row by row. */
const SHORT_HOLE_ROWS = 16;

export interface MemoryRowsRequest {
  readonly runs: MemoryRuns;
  readonly bytesPerRow: number;
  /** an address at which a row begins: what the person went to */
  readonly anchor: bigint;
  /** the end of the address space: 2^32 or 2^64 */
  readonly end: bigint;
  /** addresses in holes that the person went to or opened */
  readonly islands: readonly bigint[];
}

/**
 * The rows of a memory pane over the whole address space: bytes row by row, long holes as one row each. Every row of
 * bytes begins a multiple of its length from the anchor.
 */
export function memoryRows(request: MemoryRowsRequest): RowSpace {
  const { bytesPerRow, end } = request;
  const row = BigInt(bytesPerRow);
  const phase = request.anchor % row;
  // what lies in front of the first whole row belongs to the hole at 0, which is never mapped
  const floor = (address: bigint): bigint => (address <= phase ? phase : address - ((address - phase) % row));
  const ceil = (address: bigint): bigint => {
    const up = floor(address + row - 1n);
    return up > end ? end : up;
  };
  const shown = joined(
    shownRanges(request).map((range) => ({ start: floor(range.start), end: ceil(range.end) })),
    row * BigInt(SHORT_HOLE_ROWS),
  );
  const pieces: SpacePiece[] = [];
  let at = 0n;
  for (const { start, end: to } of shown) {
    if (start > at) pieces.push({ start: at, end: start, kind: 'gap' });
    pieces.push({ start, end: to, kind: 'bytes' });
    at = to;
  }
  if (at < end) pieces.push({ start: at, end, kind: 'gap' });
  return new RowSpace(pieces, bytesPerRow);
}

/** What is shown row by row, before it is rounded to rows: rising, may overlap. */
function shownRanges({ runs, bytesPerRow, end, islands }: MemoryRowsRequest): SpaceRange[] {
  const margin = BigInt(MARGIN_ROWS * bytesPerRow);
  const ranges: SpaceRange[] = [];
  runs.starts.forEach((start, i) => {
    ranges.push(clip(start - margin, (runs.lasts[i] ?? start) + 1n + margin, end));
  });
  for (const island of islands) {
    if (ranges.some((r) => island >= r.start && island < r.end)) continue;
    const before = BigInt(ISLAND_ROWS_BEFORE * bytesPerRow);
    const behind = BigInt(ISLAND_ROWS_BEHIND * bytesPerRow);
    ranges.push(clip(island - before, island + behind, end));
  }
  return ranges.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
}

function clip(start: bigint, end: bigint, spaceEnd: bigint): SpaceRange {
  return { start: start < 0n ? 0n : start, end: end > spaceEnd ? spaceEnd : end };
}

/** Ranges that overlap or lie near each other become one. */
function joined(ranges: readonly SpaceRange[], near: bigint): SpaceRange[] {
  const result: SpaceRange[] = [];
  for (const range of ranges) {
    const last = result.at(-1);
    if (last && range.start <= last.end + near) {
      if (range.end > last.end) result[result.length - 1] = { start: last.start, end: range.end };
    } else if (range.start < range.end) result.push(range);
  }
  return result;
}

/** Whether an address lies in a hole that is shown as one row. */
export function inGap(rows: RowSpace, address: bigint): boolean {
  return rows.at(rows.rowOf(address))?.kind === 'gap';
}
