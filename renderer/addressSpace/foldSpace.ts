/**
 * The address space as one line, folded into rows. Regions are as long as they are large, but for three things: what is
 * small still can be seen and hit, free runs are short marks whatever their length, and what is very long is cut with a
 * mark, or a reservation of a terabyte would be all there is.
 *
 *   00000000  ~free~[image ntdll    ][heap ][stack]~free~[heap
 *   7ffe0000  heap          ][//reserved//]~free~
 *
 * A process may have a hundred thousand regions, and each turn of the wheel folds all of them: sizes are taken once, and
 * cells are columns of numbers.
 */
import type { SpaceRegion } from '../../core/protocol/pictures.ts';

/** Pixels of the smallest region: it can be seen; hit with the arrows. */
const MIN_LENGTH = 3;
/** Pixels of a free run: grows with its logarithm, so that terabytes look longer than megabytes. */
const FREE_LENGTH = 14;
const FREE_PER_DOUBLING = 1.5;
/** Marks and regions up to so many pixels are not torn apart. */
const WHOLE_LENGTH = 4 * FREE_LENGTH;
/** Rows that a region takes at most before it is cut: memory that is only reserved says little. */
const MAX_ROWS = 3;
const MAX_RESERVED_ROWS = 0.4;
/** VirtualAlloc's granularity, in bytes */
const GRANULARITY = 0x10000;

/** Bytes a pixel: from where a page is wider than a screen to where an exabyte is a mark. */
export const MIN_ZOOM = 16;
export const MAX_ZOOM = 2 ** 34;

/** Regions as folding needs them. */
export interface SpaceSizes {
  readonly count: number;
  readonly bytes: Float64Array;
  readonly kind: Uint8Array;
}

const Kind = { scaled: 0, reserved: 1, empty: 2 } as const;

export function spaceSizes(regions: readonly SpaceRegion[]): SpaceSizes {
  return {
    count: regions.length,
    bytes: Float64Array.from(regions, (r) => Number(r.end - r.start)),
    kind: Uint8Array.from(regions, (r) =>
      isEmpty(r) ? Kind.empty : r.state === 'reserved' ? Kind.reserved : Kind.scaled,
    ),
  };
}

/** Nothing is there, or nothing is known of it: a mark stands for it. */
export function isEmpty({ state, usage }: Pick<SpaceRegion, 'state' | 'usage'>): boolean {
  return state === 'free' || (state === 'unknown' && usage === '<unknown>');
}

/** A region's part in one row. */
export interface SpaceCell {
  /** index of the region */
  readonly region: number;
  /** pixels from the start of the row */
  readonly x: number;
  readonly width: number;
  /** the region begins, ends in this cell */
  readonly begins: boolean;
  readonly ends: boolean;
  /** its length is not to scale: free, or cut */
  readonly compressed: boolean;
}

const BEGINS = 1;
const ENDS = 2;
const COMPRESSED = 4;

/** What takes cells one after the other. */
interface CellSink {
  cell(region: number, x: number, width: number, flags: number): void;
  row(): void;
}

/** Rows of cells, in the order of their addresses. */
export class FoldedSpace {
  readonly count: number;
  readonly rowCount: number;
  private readonly region: Uint32Array;
  private readonly x: Float64Array;
  private readonly width: Float64Array;
  private readonly flags: Uint8Array;
  /** index of the first cell of each row, and one more */
  private readonly rowStarts: Uint32Array;

  /** Folds regions into rows of a width in pixels at a zoom in bytes a pixel. */
  constructor(sizes: SpaceSizes, width: number, zoom: number) {
    // how much there is, then all of it
    let cells = 0;
    let rows = 1;
    fold(sizes, width, zoom, { cell: () => cells++, row: () => rows++ });
    this.count = cells;
    this.rowCount = rows;
    this.region = new Uint32Array(cells);
    this.x = new Float64Array(cells);
    this.width = new Float64Array(cells);
    this.flags = new Uint8Array(cells);
    this.rowStarts = new Uint32Array(rows + 1);
    let c = 0;
    let r = 0;
    fold(sizes, width, zoom, {
      cell: (region, x, w, flags) => {
        this.region[c] = region;
        this.x[c] = x;
        this.width[c] = w;
        this.flags[c++] = flags;
      },
      row: () => (this.rowStarts[++r] = c),
    });
    this.rowStarts[rows] = cells;
  }

  cell(i: number): SpaceCell {
    const flags = this.flags[i] ?? 0;
    return {
      region: this.region[i] ?? 0,
      x: this.x[i] ?? 0,
      width: this.width[i] ?? 0,
      begins: (flags & BEGINS) !== 0,
      ends: (flags & ENDS) !== 0,
      compressed: (flags & COMPRESSED) !== 0,
    };
  }

  /** The cells of a row: the first, and the one behind the last. */
  cellsOf(row: number): { from: number; to: number } {
    return { from: this.rowStarts[row] ?? this.count, to: this.rowStarts[row + 1] ?? this.count };
  }

  rowOf(cell: number): number {
    return Math.max(0, firstAbove(this.rowStarts, cell, 0, this.rowCount) - 1);
  }

  /** The first cell of a region. */
  firstCellOf(region: number): number {
    // regions rise with the cells
    return region <= 0 ? 0 : Math.min(this.count - 1, firstAbove(this.region, region - 1, 0, this.count));
  }

  /** The cell at a place of a row; -1 where the row has none. */
  cellAt(row: number, x: number): number {
    if (row < 0 || row >= this.rowCount) return -1;
    const { from, to } = this.cellsOf(row);
    const i = firstAbove(this.x, x, from, to) - 1;
    return i >= from && x < (this.x[i] ?? 0) + (this.width[i] ?? 0) ? i : -1;
  }

  /** How much of a region, from 0 to 1, lies in front of a cell of it. */
  shareBefore(cell: number): number {
    const region = this.region[cell] ?? 0;
    let before = 0;
    let all = 0;
    for (let i = this.firstCellOf(region); i < this.count && this.region[i] === region; i++) {
      if (i < cell) before += this.width[i] ?? 0;
      all += this.width[i] ?? 0;
    }
    return all > 0 ? before / all : 0;
  }
}

/** How many rows a fold has. */
function rowsOf(sizes: SpaceSizes, width: number, zoom: number): number {
  let rows = 1;
  fold(sizes, width, zoom, { cell: () => undefined, row: () => rows++ });
  return rows;
}

function fold({ count, bytes, kind }: SpaceSizes, width: number, zoom: number, sink: CellSink): void {
  const whole = Math.max(1, width);
  let x = 0;
  const nextRow = (): void => {
    x = 0;
    sink.row();
  };
  for (let i = 0; i < count; i++) {
    const k = kind[i] ?? Kind.scaled;
    const { length, compressed } = lengthOf(bytes[i] ?? 0, k, whole, zoom);
    if (x > 0 && x + length > whole && length <= Math.min(whole, WHOLE_LENGTH)) nextRow();
    let left = length;
    let flags = BEGINS | (compressed ? COMPRESSED : 0);
    while (left > 0) {
      if (x >= whole) nextRow();
      const part = Math.min(left, whole - x);
      left -= part;
      sink.cell(i, x, part, left <= 0 ? flags | ENDS : flags);
      flags &= ~BEGINS;
      x += part;
    }
  }
}

function lengthOf(
  bytes: number,
  kind: number,
  width: number,
  zoom: number,
): { length: number; compressed: boolean } {
  if (kind === Kind.empty) {
    const doublings = Math.max(0, Math.log2(bytes / GRANULARITY));
    const length = Math.min(width, FREE_LENGTH + Math.round(doublings * FREE_PER_DOUBLING));
    return { length, compressed: true };
  }
  const length = Math.max(MIN_LENGTH, Math.round(bytes / zoom));
  const most = Math.max(
    MIN_LENGTH,
    Math.round((kind === Kind.reserved ? MAX_RESERVED_ROWS : MAX_ROWS) * width),
  );
  return length > most ? { length: most, compressed: true } : { length, compressed: false };
}

/** Halvings of the zooms there are: to a hundredth of a doubling. */
const HALVINGS = 12;

/** The zoom, in bytes a pixel, at which the whole space takes about as many rows as there are, or the nearest to it. */
export function fitSpace(sizes: SpaceSizes, width: number, rows: number): number {
  let near = Math.log2(MIN_ZOOM);
  let far = Math.log2(MAX_ZOOM);
  if (rowsOf(sizes, width, 2 ** near) <= rows) return MIN_ZOOM;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (near + far) / 2;
    if (rowsOf(sizes, width, 2 ** middle) <= rows) far = middle;
    else near = middle;
  }
  return 2 ** far;
}

/** The first index of a rising run whose value is above a number. */
function firstAbove(values: Uint32Array | Float64Array, value: number, from: number, to: number): number {
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((values[middle] ?? 0) <= value) from = middle + 1;
    else to = middle;
  }
  return from;
}
