import {
  type KeyboardEvent,
  type MouseEvent,
  type Ref,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
} from 'react';
import type { StructureFields } from '../../core/protocol/pictures.ts';
import { leave, type Point } from '../parts/hoverTip.ts';
import { addressText } from '../picture/addressText.ts';
import { RowScrollBar } from '../picture/RowScrollBar.tsx';
import type { SpaceRange } from '../picture/rowSpace.ts';
import { useSize } from '../picture/useSize.ts';
import { useRowHeight } from '../settings/rowHeight.ts';
import { addressAtPoint } from './addressAtPoint.ts';
import { selectionText, unitAt } from './byteSelection.ts';
import { moveCaret } from './caret.ts';
import type { CopyKind } from './copiedBytes.ts';
import { GridRow } from './GridRow.tsx';
import { caretText } from './gridTexts.ts';
import type { FormatId } from './memoryFormats.ts';
import type { MemorySource } from './memorySource.ts';
import { useCaret } from './useCaret.ts';
import { useCharacterWidth } from './useCharacterWidth.ts';
import { useCopy } from './useCopy.ts';
import { useDrag } from './useDrag.ts';
import { useMemoryTip } from './useMemoryTip.ts';
import { useMemoryView } from './useMemoryView.ts';
import { useWheel } from './useWheel.ts';

/** Pixels beside a row's characters: twice --gap of the themes. */
const PADDING = 16;
/** Below it no pointer is one: Windows maps nothing in the first 64 KB. */
const LOWEST_POINTER = 0x10000n;

export interface MemoryGridHandle {
  caret(): bigint;
  focus(): void;
}

/** A right click, or the menu key. */
export interface MemoryMenu {
  readonly address: bigint;
  readonly at: Point;
  /** what lies at the address, if it can be a pointer */
  readonly pointer: bigint | undefined;
  readonly selected: SpaceRange | undefined;
  /** Copies what is selected. */
  copy(kind: CopyKind): void;
}

interface MemoryGridProps {
  readonly ref: Ref<MemoryGridHandle>;
  readonly source: MemorySource;
  readonly anchor: bigint;
  /** another one with each coming to the anchor */
  readonly visit: number;
  readonly format: FormatId;
  readonly structure?: StructureFields;
  readonly found?: SpaceRange;
  onFollow(address: bigint, event: MouseEvent | KeyboardEvent): void;
  onMenu?(menu: MemoryMenu): void;
  /** the anchor came into sight, or was scrolled out of it */
  onSeen?(isSeen: boolean): void;
}

/** The rows of a memory pane, its caret and selection, its scroll bar, and the line below that says what they are. */
export function MemoryGrid(props: MemoryGridProps) {
  const { ref, source, anchor, visit, structure, found, onFollow, onMenu, onSeen } = props;
  const { ref: viewport, size } = useSize<HTMLDivElement>();
  const grid = useRef<HTMLDivElement>(null);
  const rowHeight = useRowHeight();
  const visible = size.height / rowHeight;
  const { ref: probe, width: character } = useCharacterWidth();
  const bits = source.addressBits;
  const aside = addressText(0n, bits).length + 2;
  const characters = character > 0 ? Math.floor((size.width - PADDING) / character) - aside : Infinity;
  const view = useMemoryView(source, { anchor, visit, format: props.format, visible, characters });
  const { format, rows, notes, shown, top, scrollTo } = view;
  const caret = useCaret(view, visible);
  const { copy, said } = useCopy(source, view, caret);
  const anchorRow = rows.rowOf(view.at.anchor);
  // a pane behind others has no height, and is where it was
  const isSeen = visible === 0 || (anchorRow > top - 1 && anchorRow < top + visible);
  useEffect(() => onSeen?.(isSeen), [isSeen]);
  useImperativeHandle(ref, () => ({ caret: () => caret.address, focus: () => grid.current?.focus() }));
  useWheel(viewport, { top, visible, rowHeight, scrollTo });
  const tip = useMemoryTip(source, pointerAt);
  const drag = useDrag((at, isOutside) => {
    const to = placeAt(at)?.address;
    if (to === undefined) return;
    // a hand that trembles selects nothing
    if (!caret.selected && unitAt(rows, format, to).start === caretUnit.start) return;
    caret.extend(to);
    if (isOutside) caret.show(to);
  });
  const id = useId();
  const caretUnit = unitAt(rows, format, caret.address);
  const caretRow = rows.rowOf(caret.address);

  function placeAt(at: Point) {
    return grid.current
      ? addressAtPoint(at, { grid: grid.current, rows, format, top, rowHeight })
      : undefined;
  }
  /** the unit under the pointer */
  function addressUnder({ clientX: x, clientY: y }: MouseEvent): bigint | undefined {
    const place = placeAt({ x, y });
    return place?.row.kind === 'gap' ? undefined : place?.address;
  }
  function pointerAt(address: bigint): bigint | undefined {
    const value = view.valueAt(address, source.pointerSize);
    return typeof value === 'bigint' && value >= LOWEST_POINTER ? value : undefined;
  }
  const follow = (address: bigint, event: MouseEvent | KeyboardEvent): void => {
    const value = view.valueAt(address, source.pointerSize);
    if (typeof value === 'bigint') onFollow(value, event);
  };

  const keys = (event: KeyboardEvent): void => {
    if (event.altKey) return;
    const { key, shiftKey } = event;
    const ctrl = event.ctrlKey || event.metaKey;
    if (key === 'Enter') {
      if (rows.at(caretRow)?.kind === 'gap') view.open(caret.address);
      else follow(caret.address, event);
    } else if (key === 'Escape') {
      if (!caret.selected) return;
      // it stops no command as well
      event.stopPropagation();
      caret.drop();
    } else if (ctrl && key.toLowerCase() === 'c') copy('shown');
    else {
      const page = Math.floor(visible);
      const to = moveCaret({ key, ctrl, caret: caret.address, rows, format, page });
      if (to === undefined) return;
      if (shiftKey) caret.extend(to);
      else caret.place(to);
      caret.show(to);
    }
    if (key !== 'Enter') event.preventDefault();
  };
  const press = (event: MouseEvent<HTMLDivElement>): void => {
    if (event.button !== 0 || linkOf(event) !== undefined) return;
    const place = placeAt({ x: event.clientX, y: event.clientY });
    if (!place) return;
    leave();
    if (event.shiftKey) caret.extend(place.address);
    else caret.place(place.address);
    drag(event);
  };
  const click = (event: MouseEvent): void => {
    const link = linkOf(event);
    if (link !== undefined) return onFollow(link, event);
    const address = event.ctrlKey || event.detail === 2 ? addressUnder(event) : undefined;
    if (address !== undefined && !caret.selected) follow(address, event);
  };
  const menu = (event: MouseEvent): void => {
    if (!onMenu) return;
    event.preventDefault();
    leave();
    // the menu key has no place of its own: the caret is meant
    const byPointer = event.button === 2 ? addressUnder(event) : undefined;
    const address = byPointer ?? caret.address;
    const box = grid.current?.querySelector('.memory-caret')?.getBoundingClientRect();
    const at =
      byPointer === undefined && box
        ? { x: box.left, y: box.bottom }
        : { x: event.clientX, y: event.clientY };
    const { selected } = caret;
    const isWithin = selected && address >= selected.start && address < selected.end;
    if (!isWithin) caret.place(address);
    onMenu({ address, at, pointer: pointerAt(address), selected: isWithin ? selected : undefined, copy });
  };

  const place = caretText({
    address: caret.address,
    row: rows.at(caretRow),
    value: view.valueAt(caret.address, source.pointerSize),
    note: notes.at(caret.address)?.text,
    structure,
    bits,
    pointerBits: source.pointerSize === 4 ? 32 : 64,
  });
  const status = [said, caret.selected ? selectionText(caret.selected) : place];
  const topText = addressText(rows.at(Math.floor(top))?.start ?? 0n, bits);

  return (
    <>
      <div className="memory-body">
        <div ref={viewport} className="memory-viewport" data-top={topText}>
          <div
            ref={grid}
            id={id}
            className="memory-rows mono"
            role="grid"
            tabIndex={0}
            aria-label={`Memory as ${format.label.toLowerCase()}`}
            aria-multiselectable
            aria-rowcount={Number.isSafeInteger(rows.rowCount) ? Math.min(rows.rowCount, 2 ** 31 - 1) : -1}
            aria-activedescendant={`${id}-${caretRow}`}
            onKeyDown={keys}
            onMouseDown={press}
            onClick={click}
            onMouseMove={(event) => tip.rest(event, event.buttons === 0 ? addressUnder(event) : undefined)}
            onMouseLeave={tip.forget}
            onContextMenu={menu}
          >
            <span className="memory-probe" aria-hidden ref={probe}>
              0000000000
            </span>
            {shown.map((row) => (
              <GridRow
                key={row.number}
                shown={row}
                view={view}
                id={`${id}-${row.number}`}
                y={(row.number - top) * rowHeight}
                bits={bits}
                caret={caretUnit}
                selected={caret.selected}
                found={found}
                structure={structure}
              />
            ))}
          </div>
        </div>
        <RowScrollBar
          scroll={{ top, rowCount: rows.rowCount, visible }}
          track={size.height}
          controls={id}
          valueText={topText}
          onScroll={scrollTo}
        />
      </div>
      <p className="memory-status mono" role="status">
        {status.filter((text) => text !== '').join(' · ')}
      </p>
    </>
  );
}

function linkOf({ target }: MouseEvent): bigint | undefined {
  const link = target instanceof Element ? target.closest('[data-follow]') : null;
  const address = link?.getAttribute('data-follow');
  return address ? BigInt(`0x${address}`) : undefined;
}
