/**
 * A heap's blocks as a grid of cells, a row of the picture by pixels of its width, a category in each: pure numbers, so
 * that a million blocks take a few milliseconds and tests need no canvas.
 *
 * A cell takes the category that has most of its bytes; damage wins over everything, or it would vanish at low zoom.
 */
import type { HeapMap } from '../../core/protocol/pictures.ts';
import { type BlockColours, DAMAGED } from './blockColours.ts';
import type { HeapRows } from './heapRows.ts';

/** What a cell is besides a category of blocks (0 to 31) or one of them dimmed (32 to 63). */
export const Cell = { dimmed: 32, ground: 64, missing: 65, border: 66, damaged: 67, mark: 68 } as const;
/** All values of a cell are below this. */
export const CELL_VALUES = 69;

/** Cells from which on a block has a border on a screen of the usual density. */
export const BORDERED = 4;

export interface RasterRequest {
  readonly map: HeapMap;
  readonly rows: HeapRows;
  readonly colours: BlockColours;
  /** 1 for each block that is lit, where some are not */
  readonly lit?: Uint8Array;
  readonly firstRow: number;
  readonly rowCount: number;
  /** cells of a row */
  readonly width: number;
  /** cells from which on a block has a border, so that neighbours of one category stay apart */
  readonly bordered?: number;
}

/** The cells of rows, row by row. */
export function rasterizeHeap(request: RasterRequest): Uint8Array {
  const { rows, firstRow, rowCount, width, map } = request;
  const { space } = rows;
  const cells = new Uint8Array(rowCount * width).fill(Cell.ground);
  for (let r = 0; r < rowCount;) {
    const row = space.at(firstRow + r);
    if (!row) break;
    if (row.kind === 'gap') {
      cells.fill(Cell.mark, r * width, (r + 1) * width);
      r++;
      continue;
    }
    const piece = space.pieces[row.piece];
    const pieceEnd = space.firstRowOf(row.piece + 1) - firstRow;
    const end = Math.min(rowCount, pieceEnd);
    const from = Number(row.start);
    const to = Math.min(Number(piece?.end ?? row.end), from + (end - r) * space.bytesPerRow);
    rasterizeRun(request, cells, r * width, from, to);
    markMissing(map, cells, { offset: r * width, from, to, scale: width / space.bytesPerRow });
    r = end;
  }
  return cells;
}

/** Cells of a run of bytes that begin at the start of a row: cells follow on each other across rows. */
function rasterizeRun(
  { map, colours, lit, rows, width, bordered = BORDERED }: RasterRequest,
  cells: Uint8Array,
  offset: number,
  from: number,
  to: number,
): void {
  const scale = width / rows.space.bytesPerRow;
  const { entry, size, marks } = map;
  const { of } = colours;
  const last = Math.min(cells.length, offset + Math.ceil((to - from) * scale)) - 1;
  // few categories are in use: a cell's end looks at no others
  const used = colours.categories.length + (lit ? Cell.dimmed : 0);
  const weights = new Float64Array(used);
  let cell = -1;
  let damaged = false;
  const flush = (): void => {
    if (cell < offset || cell > last) return;
    if (damaged) cells[cell] = Cell.damaged;
    else {
      let best = -1;
      let most = 0;
      for (let c = 0; c < used; c++) {
        const w = weights[c] ?? 0;
        if (w > most) {
          most = w;
          best = c;
        }
      }
      if (best >= 0) cells[cell] = best;
    }
    weights.fill(0);
    damaged = false;
  };
  let i = Math.max(0, lowerBound(entry, from) - 1);
  for (; i < map.count; i++) {
    const at = entry[i] ?? 0;
    if (at >= to) break;
    const blockEnd = at + (size[i] ?? 0);
    if (blockEnd <= from) continue;
    const category = (of[i] ?? 0) + (lit && !lit[i] ? Cell.dimmed : 0);
    const isDamaged = ((marks[i] ?? 0) & DAMAGED) !== 0;
    const x0 = Math.max(0, (at - from) * scale);
    const x1 = Math.min((to - from) * scale, (blockEnd - from) * scale);
    const c0 = offset + Math.floor(x0);
    const c1 = offset + Math.floor(x1);
    if (c0 !== cell) {
      flush();
      cell = c0;
    }
    if (c1 === c0) {
      weights[category] = (weights[category] ?? 0) + (x1 - x0);
      damaged ||= isDamaged;
      continue;
    }
    weights[category] = (weights[category] ?? 0) + (c0 + 1 - offset - x0);
    damaged ||= isDamaged;
    flush();
    // whole cells in between belong to this block alone
    cells.fill(isDamaged ? Cell.damaged : category, c0 + 1, Math.min(c1, last + 1));
    if (x1 - x0 >= bordered && at >= from && c0 <= last) cells[c0] = Cell.border;
    cell = c1;
    weights[category] = x1 - Math.floor(x1);
    damaged = isDamaged && x1 > Math.floor(x1);
  }
  flush();
}

interface Run {
  /** the first cell */
  readonly offset: number;
  readonly from: number;
  readonly to: number;
  /** cells a byte */
  readonly scale: number;
}

/** Where the dump has no memory, and no block is known, is no empty ground. */
function markMissing(map: HeapMap, cells: Uint8Array, { offset, from, to, scale }: Run): void {
  for (const { start, end } of map.missing) {
    if (end <= from || start >= to) continue;
    const c0 = offset + Math.floor(Math.max(0, start - from) * scale);
    const c1 = offset + Math.ceil(Math.min(to - from, end - from) * scale);
    for (let c = c0; c < Math.min(c1, cells.length); c++)
      if (cells[c] === Cell.ground) cells[c] = Cell.missing;
  }
}

/** The first index whose value is not below a number. */
export function lowerBound(values: Float64Array, value: number): number {
  let from = 0;
  let to = values.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((values[middle] ?? 0) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The block that an address lies in, else the last one in front of it, else the first. */
export function nearestBlock({ entry }: Pick<HeapMap, 'entry'>, address: number): number {
  return Math.max(0, lowerBound(entry, address + 1) - 1);
}

/** The block that an address lies in; -1 where it lies in none. */
export function blockAt({ entry, size }: Pick<HeapMap, 'entry' | 'size'>, address: number): number {
  const i = lowerBound(entry, address + 1) - 1;
  return i >= 0 && address < (entry[i] ?? 0) + (size[i] ?? 0) ? i : -1;
}
