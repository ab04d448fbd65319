/**
 * How wide a table's columns are, in characters. A table that fits has each column as wide as its longest text. In one
 * that does not, the first columns ("inner") share the room, so that what a row is about can be seen without scrolling;
 * the further ones follow beyond the edge, whole.
 */

/** What is known of a column before the room is. */
export interface ColumnSpace {
  /** characters of its longest text */
  readonly wanted: number;
  /** below this an inner column is of no use */
  readonly least: number;
  /** it follows beyond the edge rather than take room from the others */
  readonly further: boolean;
  /** what the person made of it */
  readonly chosen?: number;
}

/** Characters between columns: `column-gap` in dataTable.css. */
export const COLUMN_GAP = 1.5;

/** Widths in characters for a room of so many. Of room that is left the last column has the rest. */
export function columnWidths(columns: readonly ColumnSpace[], room: number): number[] {
  const widths = columns.map((c) => c.chosen ?? c.wanted);
  const left = room - total(widths);
  if (left >= 0) {
    const last = columns.length - 1;
    if (columns[last]?.chosen === undefined) widths[last] = (widths[last] ?? 0) + left;
    return widths;
  }
  const inner = columns.flatMap((c, i) => (c.further ? [] : [i]));
  const over = total(inner.map((i) => widths[i] ?? 0)) - room;
  if (over > 0) shrink(columns, widths, inner, over);
  return widths;
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, w) => sum + w, COLUMN_GAP * Math.max(0, widths.length - 1));
}

/** Takes `over` characters from the inner columns that a person has not set, from each by what it can give. */
function shrink(
  columns: readonly ColumnSpace[],
  widths: number[],
  inner: readonly number[],
  over: number,
): void {
  const spare = (i: number): number => {
    const column = columns[i];
    return column && column.chosen === undefined ? Math.max(0, (widths[i] ?? 0) - column.least) : 0;
  };
  const all = inner.reduce((sum, i) => sum + spare(i), 0);
  if (all === 0) return;
  const share = Math.min(1, over / all);
  for (const i of inner) widths[i] = (widths[i] ?? 0) - spare(i) * share;
}
