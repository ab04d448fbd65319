import { useRef, type PointerEvent } from 'react';
import type { Column, Order } from './column.ts';

interface Props<Row> {
  readonly columns: readonly Column<Row>[];
  readonly template: string;
  readonly order: Order | undefined;
  /** the heading that the keyboard is at */
  readonly at: number | undefined;
  readonly idOf: (column: number) => string;
  onSort(column: Column<Row>): void;
  /** A column's edge was moved by so many pixels; absent: back to as wide as its text. */
  onResize(column: number, pixels: number | undefined): void;
}

/** The headings: a click sorts, their edges can be drawn, a double click on an edge fits the column to its text. */
export function TableHead<Row>({ columns, template, order, at, idOf, onSort, onResize }: Props<Row>) {
  const last = useRef(0);
  const drag = (column: number) => (event: PointerEvent<HTMLElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    onResize(column, event.clientX - last.current);
    last.current = event.clientX;
  };
  return (
    <div
      className="data-head data-row"
      role="row"
      aria-rowindex={1}
      style={{ gridTemplateColumns: template }}
    >
      {columns.map((c, i) => (
        <span
          key={c.key}
          id={idOf(i)}
          role="columnheader"
          className={`${c.align === 'right' ? 'right' : ''}${at === i ? ' at' : ''}`}
          aria-sort={order?.key === c.key ? (order.down ? 'descending' : 'ascending') : undefined}
          title={c.hint}
        >
          {c.sort ? (
            <button type="button" tabIndex={-1} onClick={() => onSort(c)}>
              {c.title}
              {order?.key === c.key ? (order.down ? ' ↓' : ' ↑') : ''}
            </button>
          ) : (
            c.title
          )}
          <span
            className="data-edge"
            aria-hidden="true"
            onPointerDown={(event) => {
              event.preventDefault();
              event.currentTarget.setPointerCapture(event.pointerId);
              last.current = event.clientX;
            }}
            onPointerMove={drag(i)}
            onDoubleClick={() => onResize(i, undefined)}
          />
        </span>
      ))}
    </div>
  );
}
