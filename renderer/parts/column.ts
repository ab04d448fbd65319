import type { ReactNode } from 'react';
import type { ColumnSpace } from './columnWidths.ts';

/** A column of a `DataTable`. */
export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** what the column means, on hover */
  readonly hint?: string;
  /** characters; a column without `width` and `fit` has a dozen */
  readonly width?: number;
  /** in place of a width: as wide as the longest text, up to a number of characters */
  readonly fit?: {
    text(row: Row): string;
    readonly max: number;
    /** characters that it keeps where the room is short; without, it keeps all */
    readonly least?: number;
    /** characters that it keeps where even that is too much */
    readonly squeezed?: number;
  };
  /** where the room is short it follows beyond the edge */
  readonly further?: boolean;
  readonly align?: 'right';
  /** data in the monospaced face */
  readonly mono?: boolean;
  render(row: Row): ReactNode;
  /** what the column is sorted by; absent: it is not */
  sort?(row: Row): bigint | number | string;
  /** text for copying, where it is not what is sorted by */
  text?(row: Row): string;
  /** what the pointer is told, where it is more than `text` */
  tip?(row: Row): string;
}

/** Which column a table is sorted by. */
export interface Order {
  readonly key: string;
  readonly down: boolean;
}

/** Rows that a column is fitted to: more do not make it clearer. */
const FITTED_ROWS = 2000;
const DEFAULT_WIDTH = 12;
/** A heading has room for the mark of its order. */
const ORDER_MARK = 2;
/** Headings are in the other face, whose letters are narrower. */
const HEADING_LETTER = 0.85;

/** What a column asks for, by the rows that there are. */
export function spaceOf<Row>(column: Column<Row>, rows: readonly Row[], chosen?: number): ColumnSpace {
  const { fit, title, sort, further = false } = column;
  const heading = Math.ceil(title.length * HEADING_LETTER) + (sort ? ORDER_MARK : 0);
  if (!fit) {
    const wanted = Math.max(column.width ?? DEFAULT_WIDTH, title.length);
    return { wanted, least: wanted, further, chosen };
  }
  let longest = heading;
  for (const row of rows.slice(0, FITTED_ROWS)) longest = Math.max(longest, fit.text(row).length);
  const wanted = Math.min(Math.max(fit.max, heading), longest);
  const least = Math.min(fit.least ?? wanted, wanted);
  return { wanted, least, squeezed: Math.min(fit.squeezed ?? least, least), further, chosen };
}

/** The rows by a column, equal ones as they were. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  order: Order | undefined,
): readonly Row[] {
  const by = columns.find((c) => c.key === order?.key)?.sort;
  if (!by || !order) return rows;
  const sign = order.down ? -1 : 1;
  return rows
    .map((row) => ({ row, value: by(row) }))
    .sort(({ value: x }, { value: y }) => {
      if (typeof x === 'string' && typeof y === 'string') return sign * x.localeCompare(y);
      return x < y ? -sign : x > y ? sign : 0;
    })
    .map(({ row }) => row);
}

/** A cell as it is copied. */
export function cellText<Row>(column: Column<Row>, row: Row): string {
  const value = column.text?.(row) ?? column.fit?.text(row) ?? column.sort?.(row) ?? '';
  return typeof value === 'bigint' ? value.toString(16) : String(value);
}

/** Rows as tab separated values, with the headings where there are several. */
export function copiedText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = (row: Row): string => columns.map((c) => cellText(c, row).replaceAll(/\s+/g, ' ')).join('\t');
  const lines = rows.map(cells);
  return (lines.length > 1 ? [columns.map((c) => c.title).join('\t'), ...lines] : lines).join('\n');
}
