import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useEffect,
  useId,
  useMemo,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react';
import { useCharacterWidth } from '../memory/useCharacterWidth.ts';
import { useSize } from '../picture/useSize.ts';
import { useRowHeight } from '../settings/rowHeight.ts';
import { copiedText, sortRows, type Column, type Order } from './column.ts';
import { leave, restAt } from './hoverTip.ts';
import { openRowMenu } from './openRowMenu.ts';
import { TableHead } from './TableHead.tsx';
import { treeKey, type TreeOf } from './treeKey.ts';
import { useColumns } from './useColumns.ts';
import './dataTable.css';

export type { Column } from './column.ts';

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
  /** rows that lie within others */
  readonly tree?: TreeOf<Row>;
}

const PAGE_ROWS = 20;
/** Left and right of a row, as dataTable.css has it. Pixels. */
const ROW_PADDING = 16;
/** What a key press takes from a column or gives to it. Characters. */
const RESIZE_STEP = 2;
/** Before the page is measured: near enough not to be seen. */
const USUAL_CHARACTER = 7.8;

/** Where the keyboard is: in the headings, or in a row (-1: nowhere yet). */
interface Cursor {
  readonly row: number;
  readonly heading?: number;
}

/**
 * A table of any length: only what is seen is in the page. Arrow keys move, Enter opens; above the first row are the
 * headings: left and right choose one, Enter sorts by it, Shift+left and right make it narrower and wider. Ctrl+C
 * copies the row, after Ctrl+A all rows. In a tree right and left open and close.
 */
export function DataTable<Row>(props: Props<Row>): ReactNode {
  const { label, rows, columns, rowKey, onOpen, isCurrent, isDimmed, tree } = props;
  const id = useId();
  const rowHeight = useRowHeight();
  const { ref: scroller, size } = useSize<HTMLDivElement>();
  const { ref: probe, width: measured } = useCharacterWidth();
  const character = measured > 0 ? measured : USUAL_CHARACTER;
  const [cursor, setCursor] = useState<Cursor>({ row: -1 });
  const [isAll, setAll] = useState(false);
  const [order, setOrder] = useState<Order>();
  const sorted = useMemo(() => sortRows(rows, columns, order), [rows, columns, order]);
  const { template, resize } = useColumns(label, columns, rows, (size.width - ROW_PADDING) / character);
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    initialRect: { width: 800, height: 600 },
  });
  // rows were laid out by the height that they had
  useEffect(() => virtual.measure(), [virtual, rowHeight]);

  const sortBy = ({ key, sort }: Column<Row>): void => {
    if (sort) setOrder((o) => ({ key, down: o?.key === key && !o.down }));
  };
  const move = (to: number): void => {
    const row = Math.max(0, Math.min(sorted.length - 1, to));
    setCursor(to < 0 ? { row: -1, heading: 0 } : { row });
    setAll(false);
    if (to >= 0) virtual.scrollToIndex(row);
    else scroller.current?.scrollTo({ top: 0 });
  };
  const onHeadingKey = (event: KeyboardEvent, heading: number): boolean => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const column = columns[heading];
    if (step !== 0 && event.shiftKey) resize(heading, step * RESIZE_STEP);
    else if (step !== 0)
      setCursor({ row: -1, heading: Math.max(0, Math.min(columns.length - 1, heading + step)) });
    else if ((event.key === 'Enter' || event.key === ' ') && column) sortBy(column);
    else if (event.key === 'ArrowDown') move(0);
    else return false;
    return true;
  };
  const onRowKey = (event: KeyboardEvent): boolean => {
    const steps: Record<string, number> = {
      ArrowDown: cursor.row + 1,
      ArrowUp: cursor.row - 1,
      PageDown: cursor.row + PAGE_ROWS,
      PageUp: Math.max(0, cursor.row - PAGE_ROWS),
      Home: 0,
      End: sorted.length - 1,
    };
    const to = steps[event.key];
    const row = sorted[cursor.row];
    if (to !== undefined) move(to);
    else if (event.key === 'Enter' && row !== undefined) onOpen?.(row, event);
    else if (tree && row !== undefined && treeKey(event.key, { rows: sorted, at: cursor.row, tree, move }))
      return true;
    else if (openRowMenu(event, document.getElementById(`${id}-${cursor.row}`))) return true;
    else return false;
    return true;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey) return;
    if (event.ctrlKey) {
      if (event.key === 'a') setAll(true);
      else if (event.key === 'c' && String(getSelection()) === '') {
        const row = sorted[cursor.row];
        void navigator.clipboard.writeText(copiedText(columns, isAll ? sorted : row ? [row] : []));
      } else return;
    } else if (!(cursor.heading === undefined ? onRowKey(event) : onHeadingKey(event, cursor.heading)))
      return;
    event.preventDefault();
  };
  const onClick = (event: MouseEvent, index: number): void => {
    setCursor({ row: index });
    setAll(false);
    const row = sorted[index];
    // a selection of text is no click
    if (row !== undefined && String(getSelection()) === '') onOpen?.(row, event);
  };
  const active =
    cursor.heading === undefined
      ? cursor.row >= 0
        ? `${id}-${cursor.row}`
        : undefined
      : `${id}-h${cursor.heading}`;

  return (
    <div
      className="data-table"
      role={tree ? 'treegrid' : 'grid'}
      aria-label={label}
      aria-rowcount={sorted.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={active}
      tabIndex={0}
      ref={scroller}
      onKeyDown={onKeyDown}
    >
      <span className="data-probe mono" aria-hidden="true" ref={probe}>
        0000000000
      </span>
      <TableHead
        columns={columns}
        template={template}
        order={order}
        at={cursor.heading}
        idOf={(i) => `${id}-h${i}`}
        onSort={sortBy}
        onResize={(i, pixels) => resize(i, pixels === undefined ? undefined : pixels / character)}
      />
      <div role="rowgroup" className="data-body" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = sorted[index];
          if (row === undefined) return undefined;
          const current = isCurrent?.(row) ?? false;
          const note = tree?.note(row);
          return (
            <div
              key={rowKey(row)}
              id={`${id}-${index}`}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={isAll || index === cursor.row}
              aria-current={current || undefined}
              aria-level={tree && tree.level(row) + 1}
              aria-expanded={tree?.isOpen(row)}
              className={`data-row${isDimmed?.(row) ? ' dimmed' : ''}`}
              style={{ gridTemplateColumns: template, transform: `translateY(${start}px)` }}
              onClick={(event) => onClick(event, index)}
            >
              {note !== undefined && (
                <span role="gridcell" className="data-note">
                  {note}
                </span>
              )}
              {(note === undefined ? columns : []).map((c) => (
                <span
                  key={c.key}
                  role="gridcell"
                  className={`${c.mono === false ? '' : 'mono'}${c.align === 'right' ? ' right' : ''}`}
                  onMouseEnter={(event) => tell(event, c.tip?.(row) ?? c.text?.(row))}
                  onMouseLeave={leave}
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

/** Tells of a cell what it has no room for, and what there is to know beyond its text. */
function tell(event: MouseEvent<HTMLElement>, more = ''): void {
  const { clientX: x, clientY: y, currentTarget: cell } = event;
  const shown = cell.textContent;
  const isCut = cell.scrollWidth > cell.clientWidth;
  const texts = [
    ...(isCut && !more.includes(shown) ? [shown] : []),
    ...(more === shown && !isCut ? [] : [more]),
  ];
  const text = texts.filter((t) => t !== '').join('\n');
  if (text !== '') restAt({ x, y }, () => Promise.resolve(text));
}
