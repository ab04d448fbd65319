/**
 * How wide a table's columns are, in characters. A table that fits has each column as wide as its longest text. In one
 * that does not, the first columns ("inner") share the room, so that what a row is about can be seen without scrolling;
 * the further ones follow beyond the edge, whole.
 */

/** What is known of a column before the room is. */
export interface ColumnSpace {
  /** characters of its longest text */
  readonly wanted: number;
  /** what an inner column keeps while others can give */
  readonly least: number;
  /** below this it is of no use; else `least` */
  readonly squeezed?: number;
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
  const rest = shrink(widths, inner, over, (i) => leastOf(columns[i], (c) => c.least));
  shrink(widths, inner, rest, (i) => leastOf(columns[i], (c) => c.squeezed ?? c.least));
  return widths;
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, w) => sum + w, COLUMN_GAP * Math.max(0, widths.length - 1));
}

/** What a person has drawn is not shrunk. */
function leastOf(column: ColumnSpace | undefined, least: (c: ColumnSpace) => number): number {
  return column && column.chosen === undefined ? least(column) : Infinity;
}

/** Takes `over` characters from columns, from each by what it has above its least; what nobody could give. */
function shrink(
  widths: number[],
  columns: readonly number[],
  over: number,
  least: (column: number) => number,
): number {
  const spare = (i: number): number => Math.max(0, (widths[i] ?? 0) - least(i));
  const all = columns.reduce((sum, i) => sum + spare(i), 0);
  if (over <= 0 || all === 0) return over;
  const share = Math.min(1, over / all);
  for (const i of columns) widths[i] = (widths[i] ?? 0) - spare(i) * share;
  return over - all * share;
}
