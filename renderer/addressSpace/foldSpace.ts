/**
 * The address space as one line, folded into rows. Regions are as long as they are large, but for three things: what is
 * small still can be seen and hit, free runs are short marks whatever their length, and what is very long is cut with a
 * mark, or a reservation of a terabyte would be all there is.
 *
 *   00000000  ~free~[image ntdll    ][heap ][stack]~free~[heap
 *   7ffe0000  heap          ][//reserved//]~free~
 */
import type { SpaceRegion } from '../../core/protocol/pictures.ts';

/** Pixels of the smallest region: it can be seen; hit with the arrows. */
const MIN_LENGTH = 3;
/** Pixels of a free run: grows with its logarithm, so that terabytes look longer than megabytes. */
const FREE_LENGTH = 14;
const FREE_PER_DOUBLING = 1.5;
/** Rows that a region takes at most before it is cut: memory that is only reserved says little. */
const MAX_ROWS = 3;
const MAX_RESERVED_ROWS = 0.4;
/** VirtualAlloc's granularity, in bytes */
const GRANULARITY = 0x10000;

/** A region's part in one row. */
export interface SpaceCell {
  /** index of the region */
  readonly region: number;
  readonly row: number;
  /** pixels from the start of the row */
  readonly x: number;
  readonly width: number;
  /** the region begins, ends in this cell */
  readonly begins: boolean;
  readonly ends: boolean;
  /** its length is not to scale: free, or cut */
  readonly compressed: boolean;
}

export interface FoldedSpace {
  readonly cells: readonly SpaceCell[];
  readonly rowCount: number;
  /** index of the first cell of each row, and one more */
  readonly rowStarts: readonly number[];
  /** the first cell of each region */
  readonly firstCells: readonly number[];
}

/** Folds regions into rows of a width in pixels at a zoom in bytes a pixel. */
export function foldSpace(regions: readonly SpaceRegion[], width: number, zoom: number): FoldedSpace {
  const cells: SpaceCell[] = [];
  const rowStarts: number[] = [0];
  const firstCells: number[] = [];
  let row = 0;
  let x = 0;
  const whole = Math.max(1, width);
  regions.forEach((region, index) => {
    firstCells.push(cells.length);
    const { length, compressed } = lengthOf(region, whole, zoom);
    // marks and small regions are not torn apart
    if (x > 0 && x + length > whole && length <= Math.min(whole, 4 * FREE_LENGTH)) nextRow();
    let left = length;
    let begins = true;
    while (left > 0) {
      if (x >= whole) nextRow();
      const part = Math.min(left, whole - x);
      left -= part;
      cells.push({ region: index, row, x, width: part, begins, ends: left <= 0, compressed });
      begins = false;
      x += part;
    }
  });
  function nextRow(): void {
    row++;
    x = 0;
    rowStarts.push(cells.length);
  }
  rowStarts.push(cells.length);
  return { cells, rowCount: row + 1, rowStarts, firstCells };
}

function lengthOf(region: SpaceRegion, width: number, zoom: number): { length: number; compressed: boolean } {
  const bytes = Number(region.end - region.start);
  if (region.state === 'free' || (region.state === 'unknown' && region.usage === '<unknown>')) {
    const doublings = Math.max(0, Math.log2(bytes / GRANULARITY));
    return {
      length: Math.min(width, FREE_LENGTH + Math.round(doublings * FREE_PER_DOUBLING)),
      compressed: true,
    };
  }
  const length = Math.max(MIN_LENGTH, Math.round(bytes / zoom));
  const most = Math.round((region.state === 'reserved' ? MAX_RESERVED_ROWS : MAX_ROWS) * width);
  return length > most ? { length: most, compressed: true } : { length, compressed: false };
}

/** The zoom, in bytes a pixel, at which the whole space takes about as many rows as there are, or the nearest to it. */
export function fitSpace(regions: readonly SpaceRegion[], width: number, rows: number): number {
  for (let zoom = MIN_ZOOM; zoom < MAX_ZOOM; zoom *= Math.SQRT2) {
    if (foldSpace(regions, width, zoom).rowCount <= rows) return zoom;
  }
  return MAX_ZOOM;
}

export const MIN_ZOOM = 16;
export const MAX_ZOOM = 2 ** 34;

/** The cell at a place of a row; -1 where the row has none. */
export function cellAt(space: FoldedSpace, row: number, x: number): number {
  let from = space.rowStarts[row] ?? space.cells.length;
  let to = space.rowStarts[row + 1] ?? space.cells.length;
  const end = to;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((space.cells[middle]?.x ?? 0) <= x) from = middle + 1;
    else to = middle;
  }
  const cell = space.cells[from - 1];
  return cell?.row === row && from - 1 < end && x < cell.x + cell.width ? from - 1 : -1;
}
