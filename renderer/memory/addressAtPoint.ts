import type { Point } from '../parts/hoverTip.ts';
import type { RowSpace, SpaceRow } from '../picture/rowSpace.ts';
import { bytesPerRow, type MemoryFormat } from './memoryFormats.ts';
import { dataWidth, offsetAtColumn } from './memoryLine.ts';

interface GridPlace {
  readonly grid: HTMLElement;
  readonly rows: RowSpace;
  readonly format: MemoryFormat;
  readonly top: number;
  readonly rowHeight: number;
}

export interface PlaceAtPoint {
  readonly row: SpaceRow;
  /** the unit's first; the row's first beside its data, and of a hole */
  readonly address: bigint;
}

/** What lies at a point of the window. Above and below the pane the rows go on; undefined where they end. */
export function addressAtPoint({ x, y }: Point, place: GridPlace): PlaceAtPoint | undefined {
  const { grid, rows, format, top, rowHeight } = place;
  const number = Math.floor(top + (y - grid.getBoundingClientRect().top) / rowHeight);
  const row = rows.at(number);
  if (!row) return undefined;
  return { row, address: row.kind === 'gap' ? row.start : row.start + BigInt(offsetAt()) };

  function offsetAt(): number {
    // the columns of all rows stand below each other
    const box = grid.querySelector('.memory-data')?.getBoundingClientRect();
    if (!box || x < box.left) return 0;
    const text = grid.querySelector('.memory-text')?.getBoundingClientRect();
    if (!text || x < text.left)
      return offsetAtColumn(format, (x - box.left) / (box.width / dataWidth(format)));
    const byte = Math.floor((x - text.left) / (text.width / bytesPerRow(format)));
    const unit = byte - (byte % format.unit);
    return Math.max(0, Math.min(bytesPerRow(format) - format.unit, unit));
  }
}
