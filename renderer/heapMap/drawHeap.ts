import type { HeapMap } from '../../core/protocol/pictures.ts';
import { addressText } from '../picture/addressText.ts';
import { canvasContext, type CanvasFrame } from '../picture/canvasContext.ts';
import { parseColour } from '../picture/colour.ts';
import { paintCells } from '../picture/paintCells.ts';
import type { BlockColours } from './blockColours.ts';
import { drawHeapText } from './drawHeapText.ts';
import { type HeapGeometry, rowTop } from './heapGeometry.ts';
import { BORDERED, rasterizeHeap } from './rasterizeHeap.ts';

export interface HeapDrawing extends CanvasFrame {
  readonly map: HeapMap;
  readonly colours: BlockColours;
  readonly lit?: Uint8Array;
  readonly geometry: HeapGeometry;
  /** CSS pixels of the column of addresses in front of the rows */
  readonly gutter: number;
  readonly tiles: Uint32Array;
  readonly selected: number;
  readonly brush?: { readonly start: number; readonly end: number };
}

/** Pixels that a block's outline has at least: one that is smaller than a pixel must be found. */
const MIN_OUTLINE = 5;

/** Draws what of the heap is on the screen: cells as pixels, then headings, labels, brush and selection over them. */
export function drawHeap(drawing: HeapDrawing): void {
  const { geometry, tokens, gutter, map, selected, scale } = drawing;
  const context = canvasContext(drawing);
  if (!context) return;
  drawCells(drawing, context);
  drawAddresses(drawing, context);
  context.setTransform(scale, 0, 0, scale, Math.round(gutter * scale), 0);
  drawHeapText(drawing, context);
  if (drawing.brush) outline(geometry, context, drawing.brush, tokens('--accent'));
  if (selected < 0) return;
  const start = map.entry[selected] ?? 0;
  const range = { start, end: start + (map.size[selected] ?? 1) };
  // a ring of the ground within the line keeps it visible on any colour
  outline(geometry, context, range, tokens('--ground'), 5);
  outline(geometry, context, range, tokens('--text'));
}

/** Cells are pixels of the screen: as exact as it can show. */
function drawCells(drawing: HeapDrawing, context: CanvasRenderingContext2D): void {
  const { map, colours, lit, geometry, tiles, tokens, gutter, scale, canvas } = drawing;
  const { rows, top } = geometry;
  const left = Math.round(gutter * scale);
  const width = canvas.width - left;
  if (width <= 0) return;
  const rowHeight = geometry.rowHeight * scale;
  const firstRow = Math.floor(top);
  const skip = Math.floor((top - firstRow) * rowHeight);
  const rowCount = Math.ceil((canvas.height + skip) / rowHeight);
  const bordered = BORDERED * scale;
  const cells = rasterizeHeap({ map, rows, colours, lit, firstRow, rowCount, width, bordered });
  const image = context.createImageData(width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  const ground = parseColour(tokens('--ground'));
  const grain = Math.max(0, Math.round(Math.log2(scale)));
  paintCells({ cells, width, height: rowHeight, skip, tiles, ground, grain, pixels });
  context.putImageData(image, left, 0);
}

/** Where each row begins; every other one where rows are lower than the letters. */
function drawAddresses({ geometry, map, tokens }: HeapDrawing, context: CanvasRenderingContext2D): void {
  const { rows, rowHeight, top, height } = geometry;
  const bits = map.pointerSize === 4 ? 32 : 64;
  context.fillStyle = tokens('--data-address');
  const step = rowHeight >= 12 ? 1 : 2;
  const last = Math.min(rows.space.rowCount, Math.ceil(top + height / rowHeight));
  for (let number = Math.floor(top); number < last; number++) {
    const row = rows.space.at(number);
    if (row?.kind !== 'bytes' || (number - rows.space.firstRowOf(row.piece)) % step !== 0) continue;
    context.fillText(addressText(row.start, bits), 4, rowTop(geometry, number) + rowHeight / 2);
  }
}

/** A line around a range, row by row. */
function outline(
  geometry: HeapGeometry,
  context: CanvasRenderingContext2D,
  { start, end }: { readonly start: number; readonly end: number },
  colour: string,
  thickness = 2,
): void {
  const { rowHeight, width, height, top } = geometry;
  const { space } = geometry.rows;
  context.strokeStyle = colour;
  context.lineWidth = thickness;
  const first = Math.max(Math.floor(top), space.rowOf(BigInt(start)));
  const last = Math.min(Math.ceil(top + height / rowHeight), space.rowOf(BigInt(Math.max(start, end - 1))));
  for (let number = first; number <= last; number++) {
    const row = space.at(number);
    if (row?.kind !== 'bytes') continue;
    const from = Math.max(start, Number(row.start));
    const to = Math.min(end, Number(row.end));
    if (to <= from) continue;
    const x0 = ((from - Number(row.start)) / space.bytesPerRow) * width;
    const long = Math.max(MIN_OUTLINE, ((to - from) / space.bytesPerRow) * width);
    const y = rowTop(geometry, number);
    context.strokeRect(Math.min(x0, width - long), y, long, rowHeight - 1);
  }
}
