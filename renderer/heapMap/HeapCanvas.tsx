import { type Ref, useImperativeHandle, useLayoutEffect, useMemo, useState } from 'react';
import { addressText, addressWidth } from '../picture/addressText.ts';
import { LABEL_CHARACTER } from '../picture/canvasContext.ts';
import type { LegendItem } from '../picture/Legend.tsx';
import { PictureCanvas, type PicturePoint, type WindowPoint } from '../picture/PictureCanvas.tsx';
import { picturePng } from '../picture/picturePng.ts';
import { usePicture } from '../picture/usePicture.ts';
import type { Tokens } from '../picture/useTokens.ts';
import type { BlockColours } from './blockColours.ts';
import { type BlockFacts, describeBlock } from './describeBlock.ts';
import { drawHeap } from './drawHeap.ts';
import {
  addressAt,
  heapGeometry,
  type HeapView,
  pointOf,
  revealed,
  wholeHeap,
  zoomAt,
  zoomTo,
} from './heapGeometry.ts';
import { heapTiles } from './heapPaints.ts';
import { MAX_ZOOM } from './heapRows.ts';
import { blockAt, nearestBlock } from './rasterizeHeap.ts';

/** One notch of a wheel, and one press of + or -. */
const STEP = 1.5;
/** Before the picture has a size. */
const NOWHERE: HeapView = { zoom: MAX_ZOOM, top: 0 };

export interface HeapCanvasHandle {
  /** Shows a block so large that it can be looked at. */
  zoomToBlock(block: number): void;
  /** Scrolls to a block where it is not seen. */
  reveal(block: number): void;
  whole(): void;
  zoom(factor: number): void;
  png(title: string, legend: readonly LegendItem[]): Promise<Blob | undefined>;
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
  /** `extend`: with Shift, the range from where the selection began is brushed */
  onSelect(block: number, extend: boolean): void;
  onBrush(range: Range | undefined): void;
  onOpen(block: number, beside: boolean): void;
  onMenu?(block: number, place: WindowPoint): void;
}

/** The map of a heap: dragging brushes, arrows go from block to block, Enter and a click open the block's memory. */
export function HeapCanvas(props: HeapCanvasProps) {
  const { ref, facts, colours, lit, brush, selected, tokens, onSelect, onBrush, onOpen, onMenu } = props;
  const { map } = facts;
  const picture = usePicture();
  const { canvas, width: fullWidth, height: fullHeight, scale } = picture;
  const [view, setView] = useState<HeapView>();
  const [hover, setHover] = useState<PicturePoint & { readonly block: number }>();
  const [drawn, setDrawn] = useState<Range>();
  const bits = map.pointerSize === 4 ? 32 : 64;
  const gutter = Math.ceil(addressWidth(bits) * LABEL_CHARACTER) + 8;
  const width = Math.max(1, fullWidth - gutter);
  const height = Math.max(1, fullHeight);
  const isLaidOut = fullWidth > 0 && fullHeight > 0;
  const whole = useMemo(
    () => (isLaidOut ? wholeHeap(map, width, height) : NOWHERE),
    [map, isLaidOut, width, height],
  );
  const geometry = useMemo(
    () => heapGeometry(map, view ?? whole, width, height),
    [map, view, whole, width, height],
  );
  const tiles = useMemo(() => tokens && heapTiles(colours, tokens), [colours, tokens]);

  useLayoutEffect(() => {
    if (!canvas.current || !tiles || !tokens || !isLaidOut) return;
    const frame = { canvas: canvas.current, width: fullWidth, height: fullHeight, scale, tokens };
    drawHeap({ ...frame, gutter, map, colours, lit, geometry, tiles, selected, brush: drawn ?? brush });
  }, [
    map,
    colours,
    lit,
    geometry,
    tiles,
    tokens,
    selected,
    brush,
    drawn,
    gutter,
    canvas,
    fullWidth,
    fullHeight,
    scale,
    isLaidOut,
  ]);

  useImperativeHandle(ref, () => ({
    zoomToBlock,
    reveal: (block) => setView(revealed(geometry, map.entry[block] ?? 0)),
    whole: () => setView(undefined),
    zoom: (factor) => zoomBy(factor, undefined),
    png: async (title, legend) => tokens && picturePng(picture, { title, legend, tokens }),
  }));

  const addressAtPoint = ({ x, y }: PicturePoint): number | undefined => addressAt(geometry, x - gutter, y);
  const blockAtPoint = (at: PicturePoint): number => {
    const address = addressAtPoint(at);
    return address === undefined ? -1 : blockAt(map, address);
  };
  function zoomToBlock(block: number): void {
    if (block >= 0) setView(zoomTo(map, geometry, map.entry[block] ?? 0, map.size[block] ?? 1));
  }
  function zoomBy(factor: number, at: PicturePoint | undefined): void {
    const middle = { x: width / 2, y: height / 2 };
    const around = at
      ? { x: at.x - gutter, y: at.y }
      : selected < 0
        ? middle
        : pointOf(geometry, map.entry[selected] ?? 0);
    setView(zoomAt(map, geometry, factor, around.x, around.y));
  }
  const drag = (from: PicturePoint, to: PicturePoint, isEnd: boolean): void => {
    const began = addressAtPoint(from);
    const x = Math.max(gutter, Math.min(gutter + width - 1, to.x));
    const ended = addressAtPoint({ x, y: to.y });
    const range =
      began === undefined || ended === undefined
        ? drawn
        : { start: Math.min(began, ended), end: Math.max(began, ended) + 1 };
    setDrawn(isEnd ? undefined : range);
    if (isEnd && range) onBrush(range);
  };
  const show = (block: number, extend: boolean): void => {
    if (map.count === 0) return;
    const to = Math.max(0, Math.min(map.count - 1, block));
    onSelect(to, extend);
    setView(revealed(geometry, map.entry[to] ?? 0));
  };
  const address = map.entry[Math.max(0, selected)] ?? 0;
  const bytes = geometry.rows.space.bytesPerRow;
  const isHovered = hover !== undefined && hover.block < map.count;
  return (
    <PictureCanvas
      picture={picture}
      className="heap-map-canvas"
      label={`Map of the heap at ${addressText(map.heap, bits)}: ${map.count} blocks. Arrows go from block to block, with Shift they brush a range, plus and minus zoom, z zooms to the block, Enter opens memory; the table below has all blocks.`}
      scroll={{
        top: geometry.top,
        rowCount: geometry.rows.space.rowCount,
        visible: height / geometry.rowHeight,
      }}
      rowHeight={geometry.rowHeight}
      place={addressText(geometry.rows.space.at(Math.floor(geometry.top))?.start ?? 0n, bits)}
      step={STEP}
      zoom={geometry.zoom}
      tip={isHovered ? { x: hover.x, y: hover.y, text: describeBlock(facts, hover.block) } : undefined}
      spoken={selected >= 0 && selected < map.count ? describeBlock(facts, selected) : ''}
      keys={{
        z: () => zoomToBlock(selected),
        ArrowRight: ({ shiftKey }) => show(selected + 1, shiftKey),
        ArrowLeft: ({ shiftKey }) => show(selected - 1, shiftKey),
        ArrowDown: ({ shiftKey }) => show(nearestBlock(map, address + bytes), shiftKey),
        ArrowUp: ({ shiftKey }) => show(nearestBlock(map, address - bytes), shiftKey),
        Home: ({ shiftKey }) => show(0, shiftKey),
        End: ({ shiftKey }) => show(map.count - 1, shiftKey),
        Escape: () => onBrush(undefined),
        Enter: ({ ctrlKey }) => selected >= 0 && onOpen(selected, ctrlKey),
      }}
      onZoom={zoomBy}
      onWhole={() => setView(undefined)}
      onScroll={(top) => setView({ zoom: geometry.zoom, top })}
      onHover={(at) => {
        const block = at ? blockAtPoint(at) : -1;
        setHover((old) => (!at || block < 0 ? undefined : old?.block === block ? old : { ...at, block }));
      }}
      onClick={(at, beside) => {
        const block = blockAtPoint(at);
        onSelect(block, false);
        if (block >= 0) onOpen(block, beside);
      }}
      onDrag={drag}
      onMenu={(at, place) => {
        const block = at ? blockAtPoint(at) : selected;
        if (block < 0) return;
        onSelect(block, false);
        onMenu?.(block, place);
      }}
    />
  );
}
