import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import type { Ownership } from '../../core/protocol/pictures.ts';
import { matrixMove, verdictText } from './matrixMove.ts';

type Verdict = Ownership['verdicts'][number][number];

/** The sign of an answer: with its word, so that it needs no colour. */
const SIGNS: Readonly<Record<Verdict['answer'], string>> = { yes: '✓', 'works today': '≈', no: '×' };
const CLASSES: Readonly<Record<Verdict['answer'], string>> = {
  yes: 'free-yes',
  'works today': 'free-today',
  no: 'free-no',
};

/** CSS pixels of a row, of a column, and of the names of rows. */
const ROW = 22;
const COLUMN = 130;
const HEAD = 280;
/** of the names of columns */
const TOP = 24;

/** May memory of the row be freed by code of the column? Arrows go from cell to cell, each with its reason. */
export function FreeMatrix({ model }: { readonly model: Ownership }): ReactNode {
  const { runtimes, verdicts } = model;
  const count = runtimes.length;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState({ row: 0, column: 0 });
  const [hover, setHover] = useState<{ row: number; column: number }>();
  const shared = { count, getScrollElement: () => scroller.current, overscan: 4 };
  const initialRect = { width: 800, height: 300 };
  // names stand over the cells: as much less of these is seen
  const rows = useVirtualizer({ ...shared, estimateSize: () => ROW, initialRect, scrollPaddingEnd: TOP });
  const columns = useVirtualizer({
    ...shared,
    estimateSize: () => COLUMN,
    horizontal: true,
    initialRect,
    scrollPaddingEnd: HEAD,
  });
  if (count === 0) return <NoRuntime model={model} />;
  const go = (event: KeyboardEvent): void => {
    const next = event.altKey ? undefined : matrixMove(event.key, event.ctrlKey, active, count);
    if (!next) return;
    event.preventDefault();
    setActive(next);
    setHover(undefined);
    rows.scrollToIndex(next.row);
    columns.scrollToIndex(next.column);
  };
  const told = hover ?? active;
  const cellId = (row: number, column: number): string => `${id}-${row}-${column}`;
  const seen = columns.getVirtualItems();
  return (
    <div className="free-matrix">
      <p className="free-question" id={`${id}-question`}>
        May memory of the row be freed by code of the column?
      </p>
      <div
        className="free-scroll"
        ref={scroller}
        role="grid"
        tabIndex={0}
        aria-labelledby={`${id}-question`}
        aria-describedby={`${id}-reason`}
        aria-rowcount={count + 1}
        aria-colcount={count + 1}
        aria-activedescendant={cellId(active.row, active.column)}
        onKeyDown={go}
        onMouseLeave={() => setHover(undefined)}
      >
        <div
          className="free-head"
          role="row"
          aria-rowindex={1}
          style={{ width: HEAD + columns.getTotalSize() }}
        >
          <span className="free-corner" role="columnheader" style={{ width: HEAD }}>
            <span className="unseen">Memory of</span>
          </span>
          {seen.map(({ index, start }) => (
            <span
              key={index}
              role="columnheader"
              aria-colindex={index + 2}
              className="free-cell"
              style={{ left: HEAD + start, width: COLUMN }}
              title={runtimes[index]?.label}
            >
              [{runtimes[index]?.id}] {runtimes[index]?.module}
            </span>
          ))}
        </div>
        <div
          role="rowgroup"
          className="free-body"
          style={{ width: HEAD + columns.getTotalSize(), height: rows.getTotalSize() }}
        >
          {rows.getVirtualItems().map(({ index: row, start: top }) => (
            <div
              key={row}
              role="row"
              aria-rowindex={row + 2}
              className="free-row"
              style={{ transform: `translateY(${top}px)`, height: ROW }}
            >
              <span
                className="free-name"
                role="rowheader"
                style={{ width: HEAD }}
                title={runtimes[row]?.label}
              >
                [{runtimes[row]?.id}] {runtimes[row]?.label}
              </span>
              {seen.map(({ index: column, start }) => {
                const verdict = verdicts[row]?.[column];
                if (!verdict) return undefined;
                const isActive = row === active.row && column === active.column;
                return (
                  <span
                    key={column}
                    id={cellId(row, column)}
                    role="gridcell"
                    aria-colindex={column + 2}
                    aria-selected={isActive}
                    className={`free-cell ${CLASSES[verdict.answer]}`}
                    style={{ left: HEAD + start, width: COLUMN }}
                    title={verdict.reason}
                    onMouseEnter={() => setHover({ row, column })}
                    onClick={() => setActive({ row, column })}
                  >
                    <span aria-hidden="true">{SIGNS[verdict.answer]} </span>
                    {verdict.answer}
                  </span>
                );
              })}
            </div>
          ))}
        </div>
      </div>
      <p className="free-reason" id={`${id}-reason`} role="status">
        {verdictText(model, told.row, told.column)}
      </p>
    </div>
  );
}

/** Why nothing can be said, and what would help. */
function NoRuntime({ model: { modules } }: { readonly model: Ownership }) {
  const unknown = modules.filter((m) => m.linkage === 'unknown');
  if (unknown.length === 0)
    return (
      <p className="virtual-empty">
        No module of this process has a C runtime: its memory is asked for by HeapAlloc and the like, and is
        freed on the same heap.
      </p>
    );
  const names = unknown.slice(0, MAX_NAMES).map((m) => m.name);
  const rest = unknown.length - names.length;
  return (
    <p className="virtual-empty">
      No C runtime is known in this process: headers and import tables of {names.join(', ')}
      {rest > 0 && ` and ${rest} more`} are neither in the dump nor among the added files. Dumps with
      MiniDumpWithFullMemory have them; else drop the programs and DLLs on the window.
    </p>
  );
}

/** Modules that are named: the table has all of them. */
const MAX_NAMES = 6;
