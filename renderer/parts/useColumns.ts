import { useMemo, useState } from 'react';
import { spaceOf, type Column } from './column.ts';
import { columnWidths } from './columnWidths.ts';
import { savedWidths, saveWidths, type Widths } from './savedWidths.ts';

/** A heading of one letter must stay readable. Characters. */
const NARROWEST = 2;
/** A column's pixels are rounded down: without more than its text takes, the text would end in an ellipsis. Characters. */
const ROUNDING = 0.05;

/**
 * The widths of a table's columns in a room of so many characters, and how the person changes them; they are kept by
 * the table's label.
 */
export function useColumns<Row>(
  label: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  room: number,
): { readonly template: string; resize(column: number, characters: number | undefined): void } {
  const [chosen, setChosen] = useState<Widths>(() => savedWidths(label));
  const widths = useMemo(
    () =>
      columnWidths(
        columns.map((c) => spaceOf(c, rows, chosen[c.key])),
        room - columns.length * ROUNDING,
      ),
    [columns, rows, room, chosen],
  );
  const resize = (index: number, characters: number | undefined): void => {
    const key = columns[index]?.key;
    if (key === undefined) return;
    setChosen((before) => {
      const { [key]: now = widths[index] ?? NARROWEST, ...others } = before;
      const next =
        characters === undefined ? others : { ...others, [key]: Math.max(NARROWEST, now + characters) };
      saveWidths(label, next);
      return next;
    });
  };
  return { template: widths.map((w) => `${(w + ROUNDING).toFixed(2)}ch`).join(' '), resize };
}
