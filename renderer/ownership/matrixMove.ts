import type { Ownership } from '../../core/protocol/pictures.ts';

export interface MatrixPlace {
  readonly row: number;
  readonly column: number;
}

/** Cells that a page key goes over. */
const PAGE = 10;

/** Where a key leads in a matrix of so many rows and columns; undefined for keys that lead nowhere. */
export function matrixMove(
  key: string,
  isFar: boolean,
  { row, column }: MatrixPlace,
  count: number,
): MatrixPlace | undefined {
  const last = count - 1;
  const near = (value: number): number => Math.max(0, Math.min(last, value));
  switch (key) {
    case 'ArrowDown':
      return { row: near(row + 1), column };
    case 'ArrowUp':
      return { row: near(row - 1), column };
    case 'ArrowRight':
      return { row, column: near(column + 1) };
    case 'ArrowLeft':
      return { row, column: near(column - 1) };
    case 'PageDown':
      return { row: near(row + PAGE), column };
    case 'PageUp':
      return { row: near(row - PAGE), column };
    case 'Home':
      return { row: isFar ? 0 : row, column: 0 };
    case 'End':
      return { row: isFar ? last : row, column: last };
    default:
      return undefined;
  }
}

/** The answer of a cell with its reason, as a sentence. */
export function verdictText({ runtimes, verdicts }: Ownership, row: number, column: number): string {
  const verdict = verdicts[row]?.[column];
  const [from, by] = [runtimes[row], runtimes[column]];
  if (!verdict || !from || !by) return '';
  return `${from.name} freed by ${by.name}: ${verdict.answer}. ${verdict.reason}`;
}
