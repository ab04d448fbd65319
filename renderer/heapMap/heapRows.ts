import type { HeapArea, HeapMap, NumberRange } from '../../core/protocol/pictures.ts';
import { RowSpace, type SpacePiece } from '../picture/rowSpace.ts';

/** Rows of uncommitted or absent memory that are shown as such; longer runs are one row that says how much it is. */
const SHORT_ROWS = 3;

/** A row that stands for no bytes of its own: the heading of an area, or a long run without memory. */
export type MarkRow =
  | { readonly kind: 'area'; readonly area: HeapArea }
  | { readonly kind: 'uncommitted' | 'missing'; readonly start: number; readonly end: number };

/**
 * A heap as rows of equally many bytes: each area begins on a row of its own under a heading. Long runs that are not
 * committed are folded into one row.
 */
export interface HeapRows {
  readonly space: RowSpace;
  /** what a row of kind `gap` is, by its piece */
  readonly marks: ReadonlyMap<number, MarkRow>;
}

export function heapRows(
  map: Pick<HeapMap, 'areas' | 'uncommitted' | 'missing'>,
  bytesPerRow: number,
): HeapRows {
  const pieces: SpacePiece[] = [];
  const marks = new Map<number, MarkRow>();
  const empty = emptyRuns(map);
  let e = 0;
  for (const area of map.areas) {
    marks.set(pieces.length, { kind: 'area', area });
    // it has no bytes: what is looked for at this address is the piece behind it
    pieces.push({ start: BigInt(area.start), end: BigInt(area.start), kind: 'gap' });
    let at = area.start;
    while ((empty[e]?.end ?? Infinity) <= area.start) e++;
    for (let k = e; k < empty.length; k++) {
      const run = empty[k];
      if (!run || run.start >= area.end) break;
      const start = Math.max(run.start, area.start);
      const end = Math.min(run.end, area.end);
      if (end - start <= SHORT_ROWS * bytesPerRow) continue;
      if (start > at) pieces.push({ start: BigInt(at), end: BigInt(start), kind: 'bytes' });
      marks.set(pieces.length, { kind: run.kind, start, end });
      pieces.push({ start: BigInt(start), end: BigInt(end), kind: 'gap' });
      at = end;
    }
    if (at < area.end) pieces.push({ start: BigInt(at), end: BigInt(area.end), kind: 'bytes' });
  }
  return { space: new RowSpace(pieces, bytesPerRow), marks };
}

interface EmptyRun extends NumberRange {
  readonly kind: 'uncommitted' | 'missing';
}

/** Rising, overlaps cut. */
function emptyRuns({ uncommitted, missing }: Pick<HeapMap, 'uncommitted' | 'missing'>): EmptyRun[] {
  const all: EmptyRun[] = [
    ...uncommitted.map((r) => ({ ...r, kind: 'uncommitted' as const })),
    ...missing.map((r) => ({ ...r, kind: 'missing' as const })),
  ].sort((a, b) => a.start - b.start);
  const runs: EmptyRun[] = [];
  let end = 0;
  for (const run of all) {
    if (run.end <= end) continue;
    const start = Math.max(run.start, end);
    const last = runs.at(-1);
    if (last?.kind === run.kind && last.end === start) runs[runs.length - 1] = { ...last, end: run.end };
    else runs.push({ ...run, start });
    end = run.end;
  }
  return runs;
}

/** Zoom in bytes a pixel: from a quarter of a byte, where each byte could be told apart, to a megabyte. */
export const MIN_ZOOM = 1 / 4;
export const MAX_ZOOM = 2 ** 20;

/** Bytes of a row of a width in pixels: rows of some length begin at round addresses, as blocks do. */
export function bytesOfRow(zoom: number, width: number): number {
  const bytes = Math.max(1, Math.round(zoom * width));
  return bytes < ROUND * ROUND ? bytes : Math.round(bytes / ROUND) * ROUND;
}

/** Bytes: what Windows' heaps count in on x64. */
const ROUND = 16;

/** Pixels of a row at a zoom: rows grow as blocks do, until a label has room in them. */
export function rowHeight(zoom: number): number {
  if (zoom >= 32) return 10;
  if (zoom >= 4) return 16;
  return 24;
}

/** The zoom, in bytes a pixel, at which all of the heap fits into a picture, or the least that comes near to it. */
export function fitZoom(
  map: Pick<HeapMap, 'areas' | 'uncommitted' | 'missing'>,
  width: number,
  height: number,
): number {
  for (let zoom = MIN_ZOOM; zoom < MAX_ZOOM; zoom *= Math.SQRT2) {
    const { space } = heapRows(map, bytesOfRow(zoom, width));
    if (space.rowCount * rowHeight(zoom) <= height) return zoom;
  }
  return MAX_ZOOM;
}
