import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { clampTop, reveal, wheelRows } from './rowScroll.ts';
import { RowScrollBar } from './RowScrollBar.tsx';
import { useSize } from './useSize.ts';

/** Pixels; as --row of the themes. */
const ROW_HEIGHT = 20;

export interface TableColumn<Row> {
  readonly key: string;
  readonly title: string;
  /** what the column means, shown on hover */
  readonly meaning?: string;
  /** CSS width */
  readonly width: string;
  readonly right?: boolean;
  readonly mono?: boolean;
  /** it can be sorted by; how it is sorted now */
  readonly sort?: 'ascending' | 'descending' | 'none';
  cell(row: Row): ReactNode;
}

interface VirtualTableProps<Row> {
  readonly label: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly count: number;
  /** -1 for none */
  readonly selected: number;
  /** what stands in place of rows when there are none */
  readonly empty: string;
  row(index: number): Row;
  onSelect(index: number): void;
  onOpen?(index: number, beside: boolean): void;
  onSort?(key: string): void;
}

/**
 * A table of any length: rows are made when they are on the screen. It scrolls over row numbers of its own, since a
 * million rows are higher than what browsers scroll.
 */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, columns, count, selected, empty, row, onSelect, onOpen, onSort } = props;
  const { ref: viewport, size } = useSize<HTMLDivElement>();
  const rows = useRef<HTMLDivElement>(null);
  const [wanted, setTop] = useState(0);
  const id = useId();
  const visible = size.height / ROW_HEIGHT;
  const top = clampTop(wanted, { rowCount: count, visible });
  const scroll = { top, rowCount: count, visible };
  useEffect(() => {
    const element = viewport.current;
    const wheel = (event: WheelEvent): void => {
      if (event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      setTop(clampTop(top + wheelRows(event, ROW_HEIGHT, visible), { rowCount: count, visible }));
    };
    element?.addEventListener('wheel', wheel, { passive: false });
    return () => element?.removeEventListener('wheel', wheel);
  }, [viewport, top, visible, count]);
  // a selection from elsewhere is brought into view
  const [shown, setShown] = useState(selected);
  if (shown !== selected && visible > 0) {
    setShown(selected);
    if (selected >= 0) setTop(reveal(scroll, selected));
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
    else if (to !== undefined && count > 0) onSelect(Math.max(0, Math.min(count - 1, to)));
    else return;
    event.preventDefault();
  };
  const indexOf = (event: MouseEvent): number => {
    const target = event.target instanceof Element ? event.target.closest('[data-index]') : undefined;
    return Number(target?.getAttribute('data-index') ?? -1);
  };
  const template = columns.map((c) => c.width).join(' ');
  const first = Math.floor(top);
  const last = Math.min(count, Math.ceil(top + visible) + 1);
  return (
    <div
      className="virtual-table"
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      aria-activedescendant={selected >= 0 ? `${id}-${selected}` : undefined}
      tabIndex={0}
      onKeyDown={keys}
    >
      <div role="row" aria-rowindex={1} className="virtual-head" style={{ gridTemplateColumns: template }}>
        {columns.map(({ key, title, meaning, right, sort }) => (
          <span
            key={key}
            role="columnheader"
            aria-sort={sort}
            className={right ? 'virtual-right' : ''}
            title={meaning}
          >
            {sort ? (
              <button type="button" className="virtual-sort" onClick={() => onSort?.(key)}>
                {title}
                {sort === 'none' ? '' : sort === 'ascending' ? ' ▲' : ' ▼'}
              </button>
            ) : (
              title
            )}
          </span>
        ))}
      </div>
      <div className="virtual-body">
        <div className="virtual-viewport" ref={viewport}>
          <div
            ref={rows}
            role="rowgroup"
            id={id}
            onClick={(event) => {
              const index = indexOf(event);
              if (index < 0) return;
              onSelect(index);
              if (event.ctrlKey) onOpen?.(index, true);
            }}
            onDoubleClick={(event) => {
              const index = indexOf(event);
              if (index >= 0) onOpen?.(index, false);
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
                  aria-selected={index === selected}
                  data-index={index}
                  className="virtual-row"
                  style={{
                    gridTemplateColumns: template,
                    transform: `translateY(${(index - top) * ROW_HEIGHT}px)`,
                  }}
                >
                  {columns.map(({ key, right, mono, cell }) => (
                    <span
                      key={key}
                      role="gridcell"
                      className={`${right ? 'virtual-right' : ''}${mono ? ' mono' : ''}`}
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
