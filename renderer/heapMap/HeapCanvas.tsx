import {
  type KeyboardEvent,
  type PointerEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { RowScrollBar } from '../picture/RowScrollBar.tsx';
import { wheelRows } from '../picture/rowScroll.ts';
import { addressText, addressWidth } from '../picture/addressText.ts';
import { useSize } from '../picture/useSize.ts';
import type { Tokens } from '../picture/useTokens.ts';
import type { BlockColours } from './blockColours.ts';
import { type BlockFacts, describeBlock } from './describeBlock.ts';
import { drawHeap } from './drawHeap.ts';
import {
  addressAt,
  heapGeometry,
  type HeapView,
  pointOf,
  wholeHeap,
  zoomAt,
  zoomTo,
} from './heapGeometry.ts';
import { heapTiles } from './heapPaints.ts';
import { blockAt } from './rasterizeHeap.ts';

/** One notch of a wheel, and one press of + or -. */
const STEP = 1.5;
/** Pixels the pointer must move before it is a brush and no click. */
const BRUSH_PIXELS = 4;
/** Pixels of a character of the addresses in front of the rows. */
const CHARACTER = 6.7;

export interface HeapCanvasHandle {
  /** Shows a block so large that it can be looked at. */
  zoomToBlock(block: number): void;
  whole(): void;
  zoom(factor: number): void;
  png(): Promise<Blob | undefined>;
  focus(): void;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

interface HeapCanvasProps {
  readonly ref?: Ref<HeapCanvasHandle>;
  readonly facts: BlockFacts;
  readonly colours: BlockColours;
  readonly lit?: Uint8Array;
  readonly brush?: Range;
  /** index of a block; -1 for none */
  readonly selected: number;
  readonly tokens: Tokens | undefined;
  onSelect(block: number): void;
  onBrush(range: Range | undefined): void;
  onOpen(block: number, beside: boolean): void;
}

/**
 * The map of a heap. Wheel and + - zoom, Shift+wheel and the bar scroll, dragging brushes, arrows go from block to
 * block, Enter opens the block's memory.
 */
export function HeapCanvas(props: HeapCanvasProps) {
  const { ref, facts, colours, lit, brush, selected, tokens, onSelect, onBrush, onOpen } = props;
  const { map } = facts;
  const { ref: frame, size } = useSize<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [view, setView] = useState<HeapView>();
  const [hover, setHover] = useState<{ readonly x: number; readonly y: number; readonly block: number }>();
  const drag = useRef<{ readonly x: number; readonly y: number; readonly address: number | undefined }>(
    undefined,
  );
  const [drawn, setDrawn] = useState<Range>();
  const bits = map.pointerSize === 4 ? 32 : 64;
  const gutter = Math.ceil(addressWidth(bits) * CHARACTER) + 8;
  const width = Math.max(0, size.width - gutter);
  const { height } = size;
  const shown = useMemo(
    () => (width > 0 && height > 0 ? (view ?? wholeHeap(map, width, height)) : undefined),
    [view, map, width, height],
  );
  const geometry = useMemo(
    () => (shown ? heapGeometry(map, shown, width, height) : undefined),
    [map, shown, width, height],
  );
  const tiles = useMemo(() => tokens && heapTiles(colours, tokens), [colours, tokens]);

  useLayoutEffect(() => {
    if (!canvas.current || !geometry || !tiles || !tokens) return;
    drawHeap({
      gutter,
      canvas: canvas.current,
      map,
      colours,
      lit,
      geometry,
      tiles,
      tokens,
      selected,
      brush: drawn ?? brush,
    });
  }, [map, colours, lit, geometry, tiles, tokens, selected, brush, drawn, gutter]);

  useImperativeHandle(ref, () => ({
    zoomToBlock: (block) => {
      if (geometry) setView(zoomTo(map, geometry, map.entry[block] ?? 0, map.size[block] ?? 1));
    },
    whole: () => setView(undefined),
    zoom: (factor) => geometry && setView(zoomAt(map, geometry, factor, width / 2, height / 2)),
    png: () =>
      new Promise((resolve) => {
        if (canvas.current) canvas.current.toBlob((blob) => resolve(blob ?? undefined), 'image/png');
        else resolve(undefined);
      }),
    focus: () => canvas.current?.focus(),
  }));

  useEffect(() => {
    const element = canvas.current;
    const wheel = (event: WheelEvent): void => {
      if (!geometry) return;
      event.preventDefault();
      setHover(undefined);
      if (event.shiftKey) {
        // browsers turn the wheel sideways while Shift is held
        const delta = event.deltaY || event.deltaX;
        const rows = wheelRows(
          { deltaY: delta, deltaMode: event.deltaMode },
          geometry.rowHeight,
          height / geometry.rowHeight,
        );
        setView({ zoom: geometry.zoom, top: geometry.top + rows });
      } else {
        const notches = event.deltaMode === 0 ? event.deltaY / 100 : event.deltaY / 3;
        setView(zoomAt(map, geometry, STEP ** -notches, event.offsetX - gutter, event.offsetY));
      }
    };
    element?.addEventListener('wheel', wheel, { passive: false });
    return () => element?.removeEventListener('wheel', wheel);
  }, [geometry, map, height, gutter]);

  const blockAtPoint = (event: PointerEvent): number => {
    const address =
      geometry && addressAt(geometry, event.nativeEvent.offsetX - gutter, event.nativeEvent.offsetY);
    return address === undefined ? -1 : blockAt(map, address);
  };
  const move = (event: PointerEvent<HTMLCanvasElement>): void => {
    const x = event.nativeEvent.offsetX - gutter;
    const y = event.nativeEvent.offsetY;
    const from = drag.current;
    if (from?.address !== undefined && geometry && Math.hypot(x - from.x, y - from.y) >= BRUSH_PIXELS) {
      const to = addressAt(geometry, Math.max(0, Math.min(width - 1, x)), y);
      if (to !== undefined) {
        setDrawn({ start: Math.min(from.address, to), end: Math.max(from.address, to) + 1 });
        setHover(undefined);
      }
      return;
    }
    const block = blockAtPoint(event);
    setHover((old) => (block < 0 ? undefined : old?.block === block ? old : { x, y, block }));
  };
  const down = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (event.button !== 0 || !geometry) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const x = event.nativeEvent.offsetX - gutter;
    const y = event.nativeEvent.offsetY;
    drag.current = { x, y, address: addressAt(geometry, x, y) };
  };
  const up = (event: PointerEvent<HTMLCanvasElement>): void => {
    const began = drag.current;
    drag.current = undefined;
    if (!began) return;
    if (drawn) {
      onBrush(drawn);
      setDrawn(undefined);
      return;
    }
    const block = blockAtPoint(event);
    onSelect(block);
    if (block >= 0) onOpen(block, event.ctrlKey);
  };

  const show = (block: number): void => {
    onSelect(block);
    if (!geometry) return;
    const { y } = pointOf(geometry, map.entry[block] ?? 0);
    const rows = height / geometry.rowHeight;
    if (y < 0 || y + geometry.rowHeight > height)
      setView({ zoom: geometry.zoom, top: geometry.top + y / geometry.rowHeight - rows / 2 });
  };
  const keys = (event: KeyboardEvent): void => {
    if (!geometry || event.altKey || event.ctrlKey) {
      if (event.key !== 'Enter' || selected < 0) return;
    }
    const action = keyAction(event.key);
    if (!action) return;
    event.preventDefault();
    action(event);
  };
  function keyAction(key: string): ((event: KeyboardEvent) => void) | undefined {
    if (!geometry) return undefined;
    const bytes = geometry.rows.space.bytesPerRow;
    const current = Math.max(0, selected);
    const address = map.entry[current] ?? 0;
    const center = selected < 0 ? { x: width / 2, y: height / 2 } : pointOf(geometry, address);
    const page = Math.max(1, Math.floor(height / geometry.rowHeight) - 1);
    const scroll = (rows: number) => () => setView({ zoom: geometry.zoom, top: geometry.top + rows });
    const actions: Record<string, (event: KeyboardEvent) => void> = {
      '+': () => setView(zoomAt(map, geometry, STEP, center.x, center.y)),
      '=': () => setView(zoomAt(map, geometry, STEP, center.x, center.y)),
      '-': () => setView(zoomAt(map, geometry, 1 / STEP, center.x, center.y)),
      '0': () => setView(undefined),
      z: () => selected >= 0 && setView(zoomTo(map, geometry, address, map.size[selected] ?? 1)),
      ArrowRight: () => show(Math.min(map.count - 1, selected + 1)),
      ArrowLeft: () => show(Math.max(0, selected - 1)),
      ArrowDown: () => show(nearestBlock(address + bytes)),
      ArrowUp: () => show(nearestBlock(address - bytes)),
      Home: () => show(0),
      End: () => show(map.count - 1),
      PageDown: scroll(page),
      PageUp: scroll(-page),
      Escape: () => onBrush(undefined),
      Enter: (event) => selected >= 0 && onOpen(selected, event.ctrlKey),
    };
    return actions[key];
  }
  /** The block at an address, or the last one in front of it. */
  function nearestBlock(address: number): number {
    const at = blockAt(map, address);
    if (at >= 0) return at;
    let from = 0;
    let to = map.count;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((map.entry[middle] ?? 0) <= address) from = middle + 1;
      else to = middle;
    }
    return Math.max(0, from - 1);
  }

  const scroll = geometry && {
    top: geometry.top,
    rowCount: geometry.rows.space.rowCount,
    visible: height / geometry.rowHeight,
  };
  return (
    <div className="heap-map-frame">
      <div className="picture-canvas" ref={frame}>
        <canvas
          ref={canvas}
          className="heap-map-canvas"
          role="img"
          tabIndex={0}
          aria-label={`Map of the heap at ${addressText(map.heap, bits)}: ${map.count} blocks. Arrows go from block to block, plus and minus zoom, Enter opens memory; the table below has all blocks.`}
          style={{ width: size.width, height }}
          onPointerMove={move}
          onPointerDown={down}
          onPointerUp={up}
          onPointerLeave={() => setHover(undefined)}
          onKeyDown={keys}
          data-zoom={geometry?.zoom}
        />
        {hover && (
          <div
            className="picture-tip mono"
            role="tooltip"
            style={tipPlace({ x: hover.x + gutter, y: hover.y }, size.width, height)}
          >
            {describeBlock(facts, hover.block)}
          </div>
        )}
        <span className="unseen" role="status">
          {selected >= 0 ? describeBlock(facts, selected) : ''}
        </span>
      </div>
      {scroll && (
        <RowScrollBar
          scroll={scroll}
          track={height}
          controls={`heap-map-${map.position}`}
          valueText={addressText(geometry.rows.space.at(Math.floor(geometry.top))?.start ?? 0n, bits)}
          onScroll={(top) => setView({ zoom: geometry.zoom, top })}
        />
      )}
    </div>
  );
}

/** Beside the pointer, on the side where there is room. */
function tipPlace({ x, y }: { readonly x: number; readonly y: number }, width: number, height: number) {
  return {
    ...(x < width / 2 ? { left: x + 14 } : { right: width - x + 14 }),
    ...(y < height / 2 ? { top: y + 14 } : { bottom: height - y + 14 }),
  };
}
