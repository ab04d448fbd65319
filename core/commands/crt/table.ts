import type { Part, Span } from '../../output/index.ts';

/** One cell of a row; a number's cell stands at the right of its column. */
export type Cell = Part | { readonly right: Part };

/** Rows with columns as wide as what is in them, two blanks between; the last column is not filled up. */
export function alignRows(rows: readonly (readonly Cell[])[]): Span[][] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, spanOf(cell).text.length);
    });
  }
  return rows.map((row) =>
    row.flatMap((cell, i) => {
      const span = spanOf(cell);
      const blanks = ' '.repeat((widths[i] ?? 0) - span.text.length);
      const isRight = typeof cell === 'object' && 'right' in cell;
      const isLast = i === row.length - 1;
      const gap = isLast ? '' : '  ';
      return isRight ? [{ text: blanks }, span, { text: gap }] : [span, { text: isLast ? '' : blanks + gap }];
    }),
  );
}

function spanOf(cell: Cell): Span {
  const part = typeof cell === 'object' && 'right' in cell ? cell.right : cell;
  return typeof part === 'string' ? { text: part } : part;
}
