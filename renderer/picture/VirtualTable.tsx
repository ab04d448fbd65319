import { type KeyboardEvent, type MouseEvent, useEffect, useId, useMemo, useState } from 'react';
import { isMenuKey } from './menuKey.ts';
import type { WindowPoint } from './PictureCanvas.tsx';
import { clampTop, reveal, wheelRows } from './rowScroll.ts';
import { RowScrollBar } from './RowScrollBar.tsx';
import { useRowHeight } from '../settings/rowHeight.ts';
import { columnGrid, type TableColumn } from './tableColumn.ts';
import { useSize } from './useSize.ts';

interface VirtualTableProps<Row> {
  readonly label: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly count: number;
  /** the row that keys move from; -1 for none */
  readonly selected: number;
  /** rows that are selected besides: several may be where it is given */
  isSelected?(index: number): boolean;
  /** what stands in place of rows when there are none */
  readonly empty: string;
  row(index: number): Row;
  /** `extend`: with Shift, all from where the selection began to here */
  onSelect(index: number, extend: boolean): void;
  onSelectAll?(): void;
  onOpen?(index: number, beside: boolean): void;
  onMenu?(index: number, place: WindowPoint): void;
  onSort?(key: string): void;
}

/**
 * A table of any length: rows are made when they are on the screen. It scrolls over row numbers of its own, since a
 * million rows are higher than what browsers scroll.
 */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, columns, count, selected, isSelected, empty, row, onSelect, onOpen, onMenu } = props;
  const { ref: viewport, size } = useSize<HTMLDivElement>();
  const [wanted, setTop] = useState(0);
  const id = useId();
  const rowHeight = useRowHeight();
  const visible = size.height / rowHeight;
  const top = clampTop(wanted, { rowCount: count, visible });
  const scroll = { top, rowCount: count, visible };
  useEffect(() => {
    const element = viewport.current;
    const wheel = (event: WheelEvent): void => {
      if (event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      setTop(clampTop(top + wheelRows(event, rowHeight, visible), { rowCount: count, visible }));
    };
    element?.addEventListener('wheel', wheel, { passive: false });
    return () => element?.removeEventListener('wheel', wheel);
  }, [viewport, top, visible, count, rowHeight]);
  const [shown, setShown] = useState(selected);
  // in another order the first rows are what the person wants to see, wherever the selected one has gone
  const order = columns.map((c) => c.sort ?? '').join();
  const [ordered, setOrdered] = useState(order);
  if (ordered !== order) {
    setOrdered(order);
    setShown(selected);
    setTop(0);
  }
  // a selection from elsewhere is brought into view
  else if (shown !== selected && visible > 0) {
    setShown(selected);
    if (selected >= 0) setTop(reveal(scroll, selected));
  }
  // other rows are read from their beginning
  const [counted, setCounted] = useState(count);
  if (counted !== count) {
    setCounted(count);
    setTop(selected < 0 ? 0 : reveal({ ...scroll, top: 0 }, selected));
  }
  const keys = (event: KeyboardEvent): void => {
    if (event.altKey) return;
    const page = Math.max(1, Math.floor(visible) - 1);
    const moves: Record<string, number> = {
      ArrowDown: selected + 1,
      ArrowUp: selected - 1,
      PageDown: selected + page,
      PageUp: selected - page,
      Home: 0,
      End: count - 1,
    };
    const to = moves[event.key];
    if (event.key === 'Enter' && selected >= 0) onOpen?.(selected, event.ctrlKey);
    else if (event.key === 'a' && event.ctrlKey && props.onSelectAll) props.onSelectAll();
    else if (isMenuKey(event) && selected >= 0) openMenuOf(selected);
    else if (to !== undefined && count > 0)
      onSelect(Math.max(0, Math.min(count - 1, to)), event.shiftKey && isSelected !== undefined);
    else return;
    event.preventDefault();
  };
  const openMenuOf = (index: number): void => {
    const { left = 0, bottom = 0 } =
      document.getElementById(`${id}-${index}`)?.getBoundingClientRect() ??
      viewport.current?.getBoundingClientRect() ??
      {};
    onMenu?.(index, { x: left, y: bottom });
  };
  const { template, least } = useMemo(() => columnGrid(columns), [columns]);
  const first = Math.floor(top);
  const last = Math.min(count, Math.ceil(top + visible) + 1);
  return (
    <div
      className="virtual-table"
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      aria-multiselectable={isSelected !== undefined || undefined}
      aria-activedescendant={selected >= first && selected < last ? `${id}-${selected}` : undefined}
      tabIndex={0}
      onKeyDown={keys}
    >
      <div
        role="row"
        aria-rowindex={1}
        className="virtual-head"
        style={{ gridTemplateColumns: template, minWidth: least }}
      >
        {columns.map(({ key, title, meaning, right, sort }) => (
          <span
            key={key}
            role="columnheader"
            aria-sort={sort}
            className={right ? 'virtual-right' : ''}
            title={meaning}
          >
            {sort ? (
              <button type="button" className="virtual-sort" onClick={() => props.onSort?.(key)}>
                {title}
                {sort === 'none' ? '' : sort === 'ascending' ? ' ↑' : ' ↓'}
              </button>
            ) : (
              title
            )}
          </span>
        ))}
      </div>
      <div className="virtual-body" style={{ minWidth: least }}>
        <div className="virtual-viewport" ref={viewport}>
          <div
            role="rowgroup"
            id={id}
            onMouseDown={(event) => {
              // a range of rows is no selection of text
              if (event.shiftKey) event.preventDefault();
            }}
            onClick={(event) => {
              const index = indexOf(event);
              if (index < 0) return;
              onSelect(index, event.shiftKey && isSelected !== undefined);
              if (event.ctrlKey) onOpen?.(index, true);
              else if (isLink(event)) onOpen?.(index, false);
            }}
            onDoubleClick={(event) => {
              const index = indexOf(event);
              // a link has gone there by the first click
              if (index >= 0 && !isLink(event)) onOpen?.(index, false);
            }}
            onContextMenu={(event) => {
              const index = indexOf(event);
              if (index < 0 || !onMenu) return;
              event.preventDefault();
              if (!isSelected?.(index)) onSelect(index, false);
              onMenu(index, { x: event.clientX, y: event.clientY });
            }}
          >
            {Array.from({ length: Math.max(0, last - first) }, (_, k) => {
              const index = first + k;
              const data = row(index);
              return (
                <div
                  key={index}
                  id={`${id}-${index}`}
                  role="row"
                  aria-rowindex={index + 2}
                  aria-selected={index === selected || (isSelected?.(index) ?? false)}
                  data-index={index}
                  className={`virtual-row${index === selected ? ' virtual-active' : ''}`}
                  style={{
                    gridTemplateColumns: template,
                    transform: `translateY(${(index - top) * rowHeight}px)`,
                  }}
                >
                  {columns.map(({ key, right, mono, cell, text }) => (
                    <span
                      key={key}
                      role="gridcell"
                      className={`${right ? 'virtual-right' : ''}${mono ? ' mono' : ''}`}
                      title={text?.(data)}
                    >
                      {cell(data)}
                    </span>
                  ))}
                </div>
              );
            })}
          </div>
          {count === 0 && <p className="virtual-empty">{empty}</p>}
        </div>
        <RowScrollBar
          scroll={scroll}
          track={size.height}
          controls={id}
          valueText={`row ${first + 1} of ${count}`}
          onScroll={setTop}
        />
      </div>
    </div>
  );
}

function indexOf(event: MouseEvent): number {
  const target = event.target instanceof Element ? event.target.closest('[data-index]') : undefined;
  return Number(target?.getAttribute('data-index') ?? -1);
}

function isLink({ target }: MouseEvent): boolean {
  return target instanceof Element && target.closest('.link') !== null;
}
