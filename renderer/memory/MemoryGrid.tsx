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
import { leave, restAt, type Point } from '../parts/hoverTip.ts';
import { useRowHeight } from '../settings/rowHeight.ts';
import { useCharacterWidth } from './useCharacterWidth.ts';
import { moveCaret } from './caret.ts';
import { fieldMarks, fieldsAt } from './fieldMarks.ts';
import { bytesPerRow, type FormatId } from './memoryFormats.ts';
import { columnOf, dataWidth, offsetAtColumn } from './memoryLine.ts';
import { MemoryRow } from './MemoryRow.tsx';
import type { MemorySource } from './memorySource.ts';
import { type ShownRow, useMemoryView } from './useMemoryView.ts';

/** Pixels beside a row's characters: twice --gap of the themes. */
const PADDING = 16;
/** Below it no pointer is one: Windows maps nothing in the first 64 KB. */
const LOWEST_POINTER = 0x10000n;

export interface MemoryGridHandle {
  caret(): bigint;
  focus(): void;
}

interface MemoryGridProps {
  readonly ref: Ref<MemoryGridHandle>;
  readonly source: MemorySource;
  readonly anchor: bigint;
  /** another one with each coming to the anchor */
  readonly visit: number;
  readonly format: FormatId;
  readonly structure?: StructureFields;
  readonly found?: { readonly address: bigint; readonly length: number };
  onFollow(address: bigint, event: MouseEvent | KeyboardEvent): void;
  /** a right click, or the menu key: at an address, with the pointer that lies there */
  onMenu?(address: bigint, at: Point, pointer: bigint | undefined): void;
  /** the anchor came into sight, or was scrolled out of it */
  onSeen?(isSeen: boolean): void;
}

/** The rows of a memory pane, its caret, its scroll bar, and the line below that says what is at the caret. */
export function MemoryGrid({
  ref,
  source,
  anchor,
  visit,
  format: formatId,
  structure,
  found,
  onFollow,
  onMenu,
  onSeen,
}: MemoryGridProps) {
  const { ref: viewport, size } = useSize<HTMLDivElement>();
  const grid = useRef<HTMLDivElement>(null);
  const rowHeight = useRowHeight();
  const visible = size.height / rowHeight;
  const { ref: probe, width: character } = useCharacterWidth();
  const aside = addressText(0n, source.addressBits).length + 2;
  const characters = character > 0 ? Math.floor((size.width - PADDING) / character) - aside : Infinity;
  const view = useMemoryView(source, { anchor, visit, format: formatId, visible, characters });
  const { format, rows, notes, shown, top, scrollTo } = view;
  const [caret, setCaret] = useState(anchor);
  const [before, setBefore] = useState(view.at);
  if (before !== view.at) {
    setBefore(view.at);
    setCaret(view.at.anchor);
  }
  const anchorRow = rows.rowOf(view.at.anchor);
  // a pane behind others has no height, and is where it was
  const isSeen = visible === 0 || (anchorRow > top - 1 && anchorRow < top + visible);
  useEffect(() => onSeen?.(isSeen), [isSeen]);
  const id = useId();
  const bits = source.addressBits;
  const pointerBits = source.pointerSize === 4 ? 32 : 64;
  useImperativeHandle(ref, () => ({ caret: () => caret, focus: () => grid.current?.focus() }), [caret]);
  // React hears wheel events passively, and then the page behind would scroll as well
  useEffect(() => {
    const element = viewport.current;
    const wheel = (event: WheelEvent): void => {
      if (event.ctrlKey) return;
      event.preventDefault();
      scrollTo(top + wheelRows(event, rowHeight, visible));
    };
    element?.addEventListener('wheel', wheel, { passive: false });
    return () => element?.removeEventListener('wheel', wheel);
  }, [viewport, scrollTo, top, visible, rowHeight]);

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
    const address = addressUnder(event);
    if (address === undefined) return;
    setCaret(address);
    if (event.ctrlKey || event.detail === 2) {
      const value = view.valueAt(address, source.pointerSize);
      if (typeof value === 'bigint') onFollow(value, event);
    }
  };
  /** the unit under the pointer; the row's first beside its data */
  function addressUnder({ target, clientX }: MouseEvent): bigint | undefined {
    const row = target instanceof Element ? target.closest('[data-address]') : undefined;
    const rowStart = row?.getAttribute('data-address');
    if (!row || !rowStart) return undefined;
    const start = BigInt(`0x${rowStart}`);
    const box = row.querySelector('.memory-data')?.getBoundingClientRect();
    if (!box || clientX < box.left) return start;
    const text = row.querySelector('.memory-text')?.getBoundingClientRect();
    if (text && clientX >= text.left) {
      const byte = Math.floor((clientX - text.left) / (text.width / bytesPerRow(format)));
      const unit = byte - (byte % format.unit);
      return start + BigInt(Math.max(0, Math.min(bytesPerRow(format) - format.unit, unit)));
    }
    const column = (clientX - box.left) / (box.width / dataWidth(format));
    return start + BigInt(offsetAtColumn(format, column));
  }
  const hovered = useRef<bigint>(undefined);
  const rest = (event: MouseEvent): void => {
    const address = event.buttons === 0 ? addressUnder(event) : undefined;
    if (address === hovered.current) return;
    hovered.current = address;
    leave();
    if (address !== undefined) restAt({ x: event.clientX, y: event.clientY }, () => tipOf(address));
  };
  const forget = (): void => {
    hovered.current = undefined;
    leave();
  };
  useEffect(() => leave, []);
  /** What is known of an address, and of what the pointer there points to. */
  async function tipOf(address: bigint): Promise<string> {
    const facts = await source.describe(address);
    const lines = [`${addressText(address, bits)}  ${facts[0] ?? 'in no module, stack or heap'}`];
    lines.push(...facts.slice(1));
    const pointer = pointerAt(address);
    const target = pointer === undefined ? [] : await source.describe(pointer);
    // what points to nothing that is known is a number
    if (pointer !== undefined && target.length > 0 && target[0] !== 'not in the dump')
      lines.push(`→ ${addressText(pointer, pointerBits)}  ${target.join(', ')}`);
    return lines.join('\n');
  }
  function pointerAt(address: bigint): bigint | undefined {
    const value = view.valueAt(address, source.pointerSize);
    return typeof value === 'bigint' && value >= LOWEST_POINTER ? value : undefined;
  }
  const menu = (event: MouseEvent): void => {
    if (!onMenu) return;
    event.preventDefault();
    leave();
    // the menu key has no place of its own: the caret is meant
    const byPointer = event.button === 2 ? addressUnder(event) : undefined;
    const address = byPointer ?? caret;
    const box = grid.current?.querySelector('.memory-caret')?.getBoundingClientRect();
    const at =
      byPointer === undefined && box
        ? { x: box.left, y: box.bottom }
        : { x: event.clientX, y: event.clientY };
    setCaret(address);
    onMenu(address, at, pointerAt(address));
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
          : `pointer ${addressText(value, pointerBits)}`;
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
            onMouseMove={rest}
            onMouseLeave={forget}
            onContextMenu={menu}
          >
            <span className="memory-probe" aria-hidden ref={probe}>
              0000000000
            </span>
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
    const y = (number - top) * rowHeight;
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
