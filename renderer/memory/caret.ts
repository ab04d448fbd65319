import type { RowSpace } from '../picture/rowSpace.ts';
import type { MemoryFormat } from './memoryFormats.ts';

interface CaretMove {
  readonly key: string;
  readonly ctrl: boolean;
  readonly caret: bigint;
  readonly rows: RowSpace;
  readonly format: MemoryFormat;
  /** rows of a page */
  readonly page: number;
}

/** Where a key takes the caret; undefined for a key that does not move it. A gap is a step like a row. */
export function moveCaret({ key, ctrl, caret, rows, format, page }: CaretMove): bigint | undefined {
  const at = rows.rowOf(caret);
  const row = rows.at(at);
  if (!row) return undefined;
  switch (key) {
    case 'ArrowUp':
      return inRow(at - 1);
    case 'ArrowDown':
      return inRow(at + 1);
    case 'PageUp':
      return inRow(at - Math.max(1, page));
    case 'PageDown':
      return inRow(at + Math.max(1, page));
    case 'ArrowLeft':
      return step(-1);
    case 'ArrowRight':
      return step(1);
    case 'Home':
      return ctrl ? rows.at(0)?.start : row.start;
    case 'End':
      return ctrl ? rows.at(rows.rowCount - 1)?.start : row.kind === 'gap' ? row.start : lastUnit(row.end);
    default:
      return undefined;
  }

  /** The same column of another row. */
  function inRow(number: number): bigint {
    const next = rows.at(Math.max(0, Math.min(rows.rowCount - 1, number)));
    if (!next) return caret;
    const offset = row?.kind === 'gap' ? 0n : caret - (row?.start ?? caret);
    const to = next.start + offset;
    return next.kind === 'gap' || to >= next.end ? next.start : to;
  }

  function step(direction: 1 | -1): bigint {
    if (!row) return caret;
    const unit = BigInt(format.unit);
    const to =
      row.kind === 'gap' ? (direction > 0 ? row.end : row.start - unit) : caret + BigInt(direction) * unit;
    const first = rows.at(0)?.start ?? 0n;
    const last = rows.at(rows.rowCount - 1);
    if (to < first || !last || to >= last.end) return caret;
    const target = rows.at(rows.rowOf(to));
    return target?.kind === 'gap' ? target.start : to;
  }

  function lastUnit(end: bigint): bigint {
    return end - BigInt(format.unit);
  }
}
