/**
 * An address space as rows of equally many bytes. Browsers cap the height of what scrolls at some 33 million pixels,
 * which a dump exceeds by far, so panes scroll over row numbers of their own. What nobody wants to scroll through is a
 * gap: one row, however long it is.
 *
 *   rows   0..n    bytes  00340000 … 0034a000
 *   row    n+1     gap    0034a000 … 50c40000
 *   rows   n+2..   bytes  50c40000 …
 *
 * A row number stays below 2^53: rows of bytes are bounded by what a file can hold, and a gap has one.
 */

/** A run of addresses, half open. */
export interface SpaceRange {
  readonly start: bigint;
  readonly end: bigint;
}

export interface SpacePiece extends SpaceRange {
  readonly kind: 'bytes' | 'gap';
}

/** A row: its first address and the one behind its last. Of a gap, all of it. */
export interface SpaceRow extends SpacePiece {
  /** index of the piece */
  readonly piece: number;
}

export class RowSpace {
  readonly rowCount: number;
  /** the first row of each piece */
  private readonly firstRows: Float64Array;

  /**
   * `pieces` rise and do not overlap; pieces of bytes begin at a row's start: `phase` plus a multiple of `bytesPerRow`,
   * unless each is to begin where it begins (`phase` undefined).
   */
  constructor(
    readonly pieces: readonly SpacePiece[],
    readonly bytesPerRow: number,
  ) {
    this.firstRows = new Float64Array(pieces.length + 1);
    let row = 0;
    pieces.forEach((piece, i) => {
      this.firstRows[i] = row;
      row += rowsOf(piece, bytesPerRow);
    });
    this.firstRows[pieces.length] = row;
    this.rowCount = row;
  }

  /** The row of a number; undefined behind the last. */
  at(row: number): SpaceRow | undefined {
    if (row < 0 || row >= this.rowCount) return undefined;
    const i = this.pieceOfRow(row);
    const piece = this.pieces[i];
    if (!piece) return undefined;
    if (piece.kind === 'gap') return { ...piece, piece: i };
    const start = piece.start + BigInt(row - (this.firstRows[i] ?? 0)) * BigInt(this.bytesPerRow);
    const end = start + BigInt(this.bytesPerRow);
    return { start, end: end > piece.end ? piece.end : end, kind: 'bytes', piece: i };
  }

  /** The row that holds an address; the nearest where none does. */
  rowOf(address: bigint): number {
    const i = this.pieceAtOrBelow(address);
    const piece = this.pieces[i];
    if (!piece) return 0;
    const first = this.firstRows[i] ?? 0;
    if (piece.kind === 'gap') return first;
    const last = (this.firstRows[i + 1] ?? 1) - 1;
    return Math.min(last, first + Number((address - piece.start) / BigInt(this.bytesPerRow)));
  }

  /** The first row of a piece. */
  firstRowOf(piece: number): number {
    return this.firstRows[piece] ?? this.rowCount;
  }

  private pieceOfRow(row: number): number {
    let from = 0;
    let to = this.pieces.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.firstRows[middle] ?? 0) <= row) from = middle + 1;
      else to = middle;
    }
    return from - 1;
  }

  private pieceAtOrBelow(address: bigint): number {
    let from = 0;
    let to = this.pieces.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.pieces[middle]?.start ?? 0n) <= address) from = middle + 1;
      else to = middle;
    }
    return Math.max(0, from - 1);
  }
}

function rowsOf(piece: SpacePiece, bytesPerRow: number): number {
  if (piece.kind === 'gap') return 1;
  const size = BigInt(bytesPerRow);
  return Number((piece.end - piece.start + size - 1n) / size);
}
