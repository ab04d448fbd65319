import {
  type KeyboardEvent,
  type MouseEvent,
  type Ref,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import type { StructureFields } from '../../core/protocol/pictures.ts';
import { addressText, sizeText } from '../picture/addressText.ts';
import { reveal, wheelRows } from '../picture/rowScroll.ts';
import { RowScrollBar } from '../picture/RowScrollBar.tsx';
import type { SpaceRow } from '../picture/rowSpace.ts';
import { useSize } from '../picture/useSize.ts';
import { moveCaret } from './caret.ts';
import { fieldMarks, fieldsAt } from './fieldMarks.ts';
import type { FormatId } from './memoryFormats.ts';
import { columnOf, dataWidth, offsetAtColumn } from './memoryLine.ts';
import { MemoryRow } from './MemoryRow.tsx';
import type { MemorySource } from './memorySource.ts';
import { type ShownRow, useMemoryView } from './useMemoryView.ts';

/** Pixels; as --row of the themes. */
const ROW_HEIGHT = 20;

export interface MemoryGridHandle {
  caret(): bigint;
  focus(): void;
}

interface MemoryGridProps {
  readonly ref: Ref<MemoryGridHandle>;
  readonly source: MemorySource;
  readonly anchor: bigint;
  readonly format: FormatId;
  readonly structure?: StructureFields;
  readonly found?: { readonly address: bigint; readonly length: number };
  onFollow(address: bigint, event: MouseEvent | KeyboardEvent): void;
}

/** The rows of a memory pane, its caret, its scroll bar, and the line below that says what is at the caret. */
export function MemoryGrid({
  ref,
  source,
  anchor,
  format: formatId,
  structure,
  found,
  onFollow,
}: MemoryGridProps) {
  const { ref: viewport, size } = useSize<HTMLDivElement>();
  const grid = useRef<HTMLDivElement>(null);
  const visible = size.height / ROW_HEIGHT;
  const view = useMemoryView(source, anchor, formatId, visible);
  const { format, rows, notes, shown, top, scrollTo } = view;
  const [caret, setCaret] = useState(anchor);
  const [before, setBefore] = useState(anchor);
  if (before !== anchor) {
    setBefore(anchor);
    setCaret(anchor);
  }
  const id = useId();
  const bits = source.addressBits;
  useImperativeHandle(ref, () => ({ caret: () => caret, focus: () => grid.current?.focus() }), [caret]);
  // React hears wheel events passively, and then the page behind would scroll as well
  useEffect(() => {
    const element = viewport.current;
    const wheel = (event: WheelEvent): void => {
      if (event.ctrlKey) return;
      event.preventDefault();
      scrollTo(top + wheelRows(event, ROW_HEIGHT, visible));
    };
    element?.addEventListener('wheel', wheel, { passive: false });
    return () => element?.removeEventListener('wheel', wheel);
  }, [viewport, scrollTo, top, visible]);

  const scroll = { top, rowCount: rows.rowCount, visible };
  const move = (to: bigint): void => {
    setCaret(to);
    scrollTo(reveal(scroll, rows.rowOf(to)));
  };
  const followCaret = (event: KeyboardEvent): void => {
    const row = rows.at(rows.rowOf(caret));
    if (row?.kind === 'gap') return view.open(caret);
    const value = view.valueAt(caret, source.pointerSize);
    if (typeof value === 'bigint') onFollow(value, event);
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.altKey) return;
    if (event.key === 'Enter') return followCaret(event);
    const to = moveCaret({
      key: event.key,
      ctrl: event.ctrlKey,
      caret,
      rows,
      format,
      page: Math.floor(visible),
    });
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  };
  const click = (event: MouseEvent<HTMLDivElement>): void => {
    const target = event.target instanceof Element ? event.target : undefined;
    const follow = target?.closest('[data-follow]')?.getAttribute('data-follow');
    if (follow) return onFollow(BigInt(`0x${follow}`), event);
    const rowStart = target?.closest('[data-address]')?.getAttribute('data-address');
    if (!rowStart) return;
    const start = BigInt(`0x${rowStart}`);
    const data = target?.closest('.memory-row')?.querySelector('.memory-data');
    if (!data) return setCaret(start);
    const box = data.getBoundingClientRect();
    const character = box.width / dataWidth(format);
    const address =
      start + BigInt(offsetAtColumn(format, Math.max(0, (event.clientX - box.left) / character)));
    setCaret(address);
    if (event.ctrlKey || event.detail === 2) {
      const value = view.valueAt(address, source.pointerSize);
      if (typeof value === 'bigint') onFollow(value, event);
    }
  };
  const caretRow = rows.rowOf(caret);
  const status = statusOf(caret, rows.at(caretRow));

  function gapText(row: SpaceRow): string {
    return `${addressText(row.start, bits)} – ${addressText(row.end - 1n, bits)}: ${sizeText(row.end - row.start)} not in the dump`;
  }

  function statusOf(address: bigint, row: SpaceRow | undefined): string {
    const where = addressText(address, bits);
    if (row?.kind === 'gap') return `${where}: ${gapText(row)}`;
    const value = view.valueAt(address, source.pointerSize);
    const note = notes.at(address)?.text;
    const fields = structure ? fieldsAt(structure, address) : [];
    const field = fields.map((f) => `+0x${f.offset.toString(16)} ${f.name}: ${f.type}`).join(', ');
    const says =
      value === 'missing'
        ? 'not in the dump'
        : value === 'unknown'
          ? 'reading …'
          : `pointer ${addressText(value, source.pointerSize === 4 ? 32 : 64)}`;
    return [`${where}: ${says}`, note, field].filter((t) => t).join(' · ');
  }

  return (
    <>
      <div className="memory-body">
        <div
          ref={viewport}
          className="memory-viewport"
          data-top={addressText(rows.at(Math.floor(top))?.start ?? 0n, bits)}
        >
          <div
            ref={grid}
            id={id}
            className="memory-rows mono"
            role="grid"
            tabIndex={0}
            aria-label={`Memory as ${format.label.toLowerCase()}`}
            aria-rowcount={Number.isSafeInteger(rows.rowCount) ? Math.min(rows.rowCount, 2 ** 31 - 1) : -1}
            aria-activedescendant={`${id}-${caretRow}`}
            onKeyDown={keys}
            onClick={click}
          >
            {shown.map(drawRow)}
          </div>
        </div>
        <RowScrollBar
          scroll={scroll}
          track={size.height}
          controls={id}
          valueText={addressText(rows.at(Math.floor(top))?.start ?? 0n, bits)}
          onScroll={scrollTo}
        />
      </div>
      <p className="memory-status mono" role="status">
        {status}
      </p>
    </>
  );

  function drawRow({ number, row, line }: ShownRow) {
    const y = (number - top) * ROW_HEIGHT;
    const rowId = `${id}-${number}`;
    if (!line) {
      return (
        <div
          key={number}
          id={rowId}
          role="row"
          aria-rowindex={number + 1}
          className={`memory-gap hatched${number === caretRow ? ' memory-gap-caret' : ''}`}
          style={{ transform: `translateY(${y}px)` }}
          data-gap={row.start.toString(16)}
          onClick={() => setCaret(row.start)}
          onDoubleClick={() => view.open(row.start)}
        >
          <span role="gridcell">
            <span className="memory-gap-text">{gapText(row)}</span>
          </span>
        </div>
      );
    }
    const length = Number(row.end - row.start);
    return (
      <MemoryRow
        key={number}
        id={rowId}
        line={line}
        address={addressText(row.start, bits)}
        y={y}
        rowNumber={number}
        caret={number === caretRow ? caretAt(row) : undefined}
        found={found && foundAt(row, found)}
        marks={structure ? fieldMarks(structure, format, row.start, length) : NO_MARKS}
        dataWidth={dataWidth(format)}
        note={format.notes ? notes.at(row.start) : undefined}
      />
    );
  }

  function caretAt(row: SpaceRow) {
    const offset = Number(caret - row.start);
    const unit = offset - (offset % format.unit);
    const text = format.text === 'none' ? undefined : unit;
    return { column: columnOf(format, offset), width: format.width, text, textWidth: format.unit };
  }

  function foundAt(
    row: SpaceRow,
    { address, length }: { readonly address: bigint; readonly length: number },
  ) {
    const from = address > row.start ? Number(address - row.start) : 0;
    const end = address + BigInt(length);
    const to = Number((end < row.end ? end : row.end) - row.start);
    if (to <= from || address >= row.end) return undefined;
    const column = columnOf(format, from);
    return { column, width: columnOf(format, to - 1) + format.width - column };
  }
}

const NO_MARKS = [] as const;
