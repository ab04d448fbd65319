import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react';
import { useRowHeight } from '../settings/rowHeight.ts';
import { openRowMenu } from './openRowMenu.ts';
import './dataTable.css';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** what the column means, on hover */
  readonly hint?: string;
  /** CSS width: data columns in ch, so that they align on characters; the last one takes the rest */
  readonly width?: string;
  /** in place of a width: as wide as the longest text, up to a number of characters */
  readonly fit?: { text(row: Row): string; readonly max: number };
  readonly align?: 'right';
  /** data in the monospaced face */
  readonly mono?: boolean;
  render(row: Row): ReactNode;
  /** what the column is sorted by; absent: it is not */
  sort?(row: Row): bigint | number | string;
  /** text for copying, where it is not what is sorted by */
  text?(row: Row): string;
}

interface Props<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  rowKey(row: Row): string;
  /** Enter, click */
  onOpen?(row: Row, event: { readonly ctrlKey: boolean }): void;
  /** the row that the context is on */
  isCurrent?(row: Row): boolean;
  isDimmed?(row: Row): boolean;
}

const PAGE_ROWS = 20;

/** A table of any length: only what is seen is in the page. Arrow keys move, Enter opens, a heading sorts. */
export function DataTable<Row>(props: Props<Row>): ReactNode {
  const { label, rows, columns, rowKey, onOpen, isCurrent, isDimmed } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = useRowHeight();
  const [active, setActive] = useState(-1);
  const [order, setOrder] = useState<{ key: string; down: boolean }>();
  const sorted = useMemo(() => sortRows(rows, columns, order), [rows, columns, order]);
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    initialRect: { width: 800, height: 600 },
  });
  // rows were laid out by the height that they had
  useEffect(() => virtual.measure(), [virtual, rowHeight]);
  const template = useMemo(
    () => columns.map((c, i) => widthOf(c, rows, i === columns.length - 1)).join(' '),
    [rows, columns],
  );

  const move = (to: number): void => {
    const next = Math.max(0, Math.min(sorted.length - 1, to));
    setActive(next);
    virtual.scrollToIndex(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + PAGE_ROWS,
      PageUp: active - PAGE_ROWS,
      Home: 0,
      End: sorted.length - 1,
    };
    const to = steps[event.key];
    const row = sorted[active];
    if (to !== undefined && !event.altKey) move(to);
    else if (event.key === 'Enter' && row !== undefined) onOpen?.(row, event);
    else if (openRowMenu(event, document.getElementById(`${id}-${active}`))) {
      event.preventDefault();
      return;
    } else if (event.key === 'c' && event.ctrlKey && row !== undefined && String(getSelection()) === '')
      void navigator.clipboard.writeText(columns.map((c) => cellText(c, row)).join('\t'));
    else return;
    event.preventDefault();
  };
  const onClick = (event: MouseEvent, index: number): void => {
    setActive(index);
    const row = sorted[index];
    // a selection of text is no click
    if (row !== undefined && String(getSelection()) === '') onOpen?.(row, event);
  };

  return (
    <div
      className="data-table"
      role="grid"
      aria-label={label}
      aria-rowcount={sorted.length + 1}
      aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
      tabIndex={0}
      ref={scroller}
      onKeyDown={onKeyDown}
    >
      <div
        className="data-head data-row"
        role="row"
        aria-rowindex={1}
        style={{ gridTemplateColumns: template }}
      >
        {columns.map((c) => (
          <span
            key={c.key}
            role="columnheader"
            className={c.align === 'right' ? 'right' : undefined}
            aria-sort={order?.key === c.key ? (order.down ? 'descending' : 'ascending') : undefined}
            title={c.hint}
          >
            {c.sort ? (
              <button
                type="button"
                tabIndex={-1}
                onClick={() => setOrder((o) => ({ key: c.key, down: o?.key === c.key && !o.down }))}
              >
                {c.title}
                {order?.key === c.key ? (order.down ? ' ↓' : ' ↑') : ''}
              </button>
            ) : (
              c.title
            )}
          </span>
        ))}
      </div>
      <div role="rowgroup" className="data-body" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = sorted[index];
          if (row === undefined) return undefined;
          const current = isCurrent?.(row) ?? false;
          return (
            <div
              key={rowKey(row)}
              id={`${id}-${index}`}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={index === active}
              aria-current={current || undefined}
              className={`data-row${isDimmed?.(row) ? ' dimmed' : ''}`}
              style={{ gridTemplateColumns: template, transform: `translateY(${start}px)` }}
              onClick={(event) => onClick(event, index)}
            >
              {columns.map((c) => (
                <span
                  key={c.key}
                  role="gridcell"
                  className={`${c.mono === false ? '' : 'mono'}${c.align === 'right' ? ' right' : ''}`}
                  title={c.text?.(row)}
                >
                  {c.render(row)}
                </span>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Rows that a column is fitted to: more do not make it clearer. */
const FITTED_ROWS = 2000;

function widthOf<Row>({ width, fit, title }: Column<Row>, rows: readonly Row[], isLast: boolean): string {
  if (!fit) return width ?? (isLast ? 'minmax(12ch, 1fr)' : '12ch');
  // titles are in the other face, whose letters are narrower; the sign of an order stands behind
  let longest = Math.ceil(title.length * 0.85) + 1;
  for (const row of rows.slice(0, FITTED_ROWS)) longest = Math.max(longest, fit.text(row).length);
  const fitted = `${Math.min(fit.max, longest)}ch`;
  return isLast ? `minmax(${fitted}, 1fr)` : fitted;
}

function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  order: { key: string; down: boolean } | undefined,
): readonly Row[] {
  const by = columns.find((c) => c.key === order?.key)?.sort;
  if (!by || !order) return rows;
  const sign = order.down ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [by(a), by(b)];
    if (typeof x === 'string' && typeof y === 'string') return sign * x.localeCompare(y);
    return x < y ? -sign : x > y ? sign : 0;
  });
}

function cellText<Row>(column: Column<Row>, row: Row): string {
  const value = column.text?.(row) ?? column.sort?.(row) ?? '';
  return typeof value === 'bigint' ? value.toString(16) : String(value);
}
