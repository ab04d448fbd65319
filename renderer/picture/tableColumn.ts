import type { ReactNode } from 'react';

export interface TableColumn<Row> {
  readonly key: string;
  readonly title: string;
  /** what the column means, shown on hover */
  readonly meaning?: string;
  /** width in characters of the monospaced face */
  readonly width: number;
  /** its share of what is left; absent: it keeps its width */
  readonly grow?: number;
  readonly right?: boolean;
  readonly mono?: boolean;
  /** it can be sorted by; how it is sorted now */
  readonly sort?: 'ascending' | 'descending' | 'none';
  cell(row: Row): ReactNode;
  /** the whole text, on hover, where a cell may be cut */
  text?(row: Row): string;
}

/** Pixels between columns, and at both ends; as .virtual-row. */
const GAP = 12;
const PADDING = 8;

/** The columns as a CSS grid, and the width below which a table scrolls sideways. */
export function columnGrid<Row>(columns: readonly TableColumn<Row>[]): { template: string; least: string } {
  const characters = columns.reduce((sum, c) => sum + c.width, 0);
  const between = GAP * Math.max(0, columns.length - 1) + 2 * PADDING;
  return {
    template: columns
      .map(({ width, grow }) => (grow ? `minmax(${width}ch, ${grow}fr)` : `${width}ch`))
      .join(' '),
    least: `calc(${characters}ch + ${between}px)`,
  };
}

/** The `sort` of a column from the order that a table is in. */
export function sortOf<Key extends string>(
  order: { readonly key: Key; readonly descending: boolean },
  key: Key,
): 'ascending' | 'descending' | 'none' {
  if (order.key !== key) return 'none';
  return order.descending ? 'descending' : 'ascending';
}
