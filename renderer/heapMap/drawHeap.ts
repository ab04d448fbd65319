import type { HeapMap } from '../../core/protocol/pictures.ts';
import { addressText, sizeText } from '../picture/addressText.ts';
import { parseColour } from '../picture/colour.ts';
import { paintCells } from '../picture/paintCells.ts';
import type { Tokens } from '../picture/useTokens.ts';
import type { BlockColours } from './blockColours.ts';
import { type HeapGeometry, pointOf } from './heapGeometry.ts';
import type { MarkRow } from './heapRows.ts';
import { lowerBound, rasterizeHeap } from './rasterizeHeap.ts';

/** Labels that are drawn at most; so many fit on no screen. */
const MAX_LABELS = 3000;
/** Pixels of a row and of a block that a label needs. */
const LABEL_HEIGHT = 16;
const LABEL_WIDTH = 18;
/** Pixels of a character of the labels' face. */
const CHARACTER = 6.7;

export interface HeapDrawing {
  readonly canvas: HTMLCanvasElement;
  readonly map: HeapMap;
  readonly colours: BlockColours;
  readonly lit?: Uint8Array;
  readonly geometry: HeapGeometry;
  /** pixels of the column of addresses in front of the rows */
  readonly gutter: number;
  readonly tiles: Uint32Array;
  readonly tokens: Tokens;
  readonly selected: number;
  readonly brush?: { readonly start: number; readonly end: number };
}

/** Draws what of the heap is on the screen: cells as pixels, then headings, labels, brush and selection over them. */
export function drawHeap(drawing: HeapDrawing): void {
  const { canvas, geometry, tokens, gutter } = drawing;
  // cells are pixels of the picture: on dense screens the browser doubles them, and borders stay one cell
  const width = Math.max(1, Math.floor(geometry.width));
  const height = Math.max(1, Math.floor(geometry.height));
  if (canvas.width !== width + gutter || canvas.height !== height) {
    canvas.width = width + gutter;
    canvas.height = height;
  }
  const context = canvas.getContext('2d');
  if (!context) return;
  context.setTransform(1, 0, 0, 1, 0, 0);
  drawCells(drawing, context, width, height);
  drawAddresses(drawing, context);
  context.setTransform(1, 0, 0, 1, gutter, 0);
  context.font = `11px ${tokens('--mono') || 'monospace'}`;
  context.textBaseline = 'middle';
  drawMarks(drawing, context);
  if (geometry.rowHeight >= LABEL_HEIGHT) drawLabels(drawing, context);
  if (drawing.brush) outline(drawing, context, drawing.brush, tokens('--accent'));
  const { map, selected } = drawing;
  if (selected >= 0) {
    const start = map.entry[selected] ?? 0;
    outline(drawing, context, { start, end: start + (map.size[selected] ?? 1) }, tokens('--text'));
  }
}

function drawCells(
  { map, colours, lit, geometry, tiles, tokens, gutter }: HeapDrawing,
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
): void {
  const { rows, rowHeight, top } = geometry;
  const firstRow = Math.floor(top);
  const skip = Math.floor((top - firstRow) * rowHeight);
  const rowCount = Math.ceil((height + skip) / rowHeight);
  const cells = rasterizeHeap({ map, rows, colours, lit, firstRow, rowCount, width });
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const ground = parseColour(tokens('--ground'));
  paintCells({ cells, width, height: rowHeight, skip, tiles, ground, pixels });
  context.putImageData(image, gutter, 0);
}

/** Where each row begins; every other one where rows are lower than the letters. */
function drawAddresses(
  { geometry, map, gutter, tokens }: HeapDrawing,
  context: CanvasRenderingContext2D,
): void {
  const { rows, rowHeight, top, height } = geometry;
  const bits = map.pointerSize === 4 ? 32 : 64;
  context.fillStyle = tokens('--ground');
  context.fillRect(0, 0, gutter, height);
  context.fillStyle = tokens('--data-address');
  context.font = `11px ${tokens('--mono') || 'monospace'}`;
  context.textBaseline = 'middle';
  const step = rowHeight >= 12 ? 1 : 2;
  const last = Math.min(rows.space.rowCount, Math.ceil(top + height / rowHeight));
  for (let number = Math.floor(top); number < last; number++) {
    const row = rows.space.at(number);
    if (row?.kind !== 'bytes' || (number - rows.space.firstRowOf(row.piece)) % step !== 0) continue;
    context.fillText(addressText(row.start, bits), 4, rowTop(geometry, number) + rowHeight / 2);
  }
}

/** The upper edge of a row: on whole pixels, as cells are. */
function rowTop({ top, rowHeight }: HeapGeometry, number: number): number {
  const first = Math.floor(top);
  return (number - first) * rowHeight - Math.floor((top - first) * rowHeight);
}

/** Headings of areas, and how long the runs are that one row stands for. */
function drawMarks({ geometry, map, tokens }: HeapDrawing, context: CanvasRenderingContext2D): void {
  const { rows, rowHeight, top, height, width } = geometry;
  const bits = map.pointerSize === 4 ? 32 : 64;
  const last = Math.min(rows.space.rowCount, Math.ceil(top + height / rowHeight));
  for (let number = Math.floor(top); number < last; number++) {
    const row = rows.space.at(number);
    const mark = row?.kind === 'gap' ? rows.marks.get(row.piece) : undefined;
    if (!mark) continue;
    const y = rowTop(geometry, number);
    context.fillStyle = tokens('--ground-raised');
    context.fillRect(0, y, width, rowHeight - 1);
    context.fillStyle = tokens(mark.kind === 'area' ? '--text' : '--text-muted');
    context.font = `${Math.min(11, rowHeight)}px ${tokens('--mono') || 'monospace'}`;
    context.fillText(markText(mark, bits), 4, y + rowHeight / 2);
  }
}

function markText(mark: MarkRow, bits: 32 | 64): string {
  const range = (start: number, end: number): string =>
    `${addressText(BigInt(start), bits)} – ${addressText(BigInt(end), bits)}, ${sizeText(end - start)}`;
  if (mark.kind === 'area') {
    const names = {
      segment: 'Segment',
      region: 'Large block',
      elsewhere: 'Outside of all segments',
    } as const;
    return `${names[mark.area.kind]} ${range(mark.area.start, mark.area.end)}`;
  }
  return `⋯ ${range(mark.start, mark.end)} ${mark.kind === 'missing' ? 'not in the dump' : 'reserved, not committed'} ⋯`;
}

/** The letter of each block wide enough, and its size where there is room. */
function drawLabels(
  { geometry, map, colours, tokens }: HeapDrawing,
  context: CanvasRenderingContext2D,
): void {
  const { rows, rowHeight, top, height } = geometry;
  const { space } = rows;
  const zoom = space.bytesPerRow / geometry.width;
  const first = space.at(Math.floor(top));
  const lastRow = space.at(Math.min(space.rowCount - 1, Math.ceil(top + height / rowHeight)));
  if (!first || !lastRow) return;
  context.font = `11px ${tokens('--mono') || 'monospace'}`;
  const end = Number(lastRow.end);
  let labels = 0;
  for (
    let i = Math.max(0, lowerBound(map.entry, Number(first.start)) - 1);
    i < map.count && labels < MAX_LABELS;
    i++
  ) {
    const at = map.entry[i] ?? 0;
    if (at >= end) break;
    const size = map.size[i] ?? 0;
    const { x, y } = pointOf(geometry, at);
    const room = Math.min(size / zoom, geometry.width - x) - 4;
    const category = colours.categories[colours.of[i] ?? 0];
    if (room < LABEL_WIDTH - 4 || !category?.letter) continue;
    const long = `${category.letter} ${(map.userSize[i] ?? -1) >= 0 && map.state[i] === 0 ? map.userSize[i] : size}`;
    const text = long.length * CHARACTER <= room ? long : category.letter;
    const width = text.length * CHARACTER + 2;
    context.fillStyle = tokens('--ground');
    context.fillRect(x + 3, y + rowHeight / 2 - 6, width, 12);
    context.fillStyle = tokens('--text');
    context.fillText(text, x + 4, y + rowHeight / 2 + 0.5);
    labels++;
  }
}

/** A line around a range, row by row. */
function outline(
  { geometry }: HeapDrawing,
  context: CanvasRenderingContext2D,
  { start, end }: { readonly start: number; readonly end: number },
  colour: string,
): void {
  const { rows, rowHeight, width, height, top } = geometry;
  const { space } = rows;
  context.strokeStyle = colour;
  context.lineWidth = 2;
  const first = Math.max(Math.floor(top), space.rowOf(BigInt(start)));
  const last = Math.min(Math.ceil(top + height / rowHeight), space.rowOf(BigInt(Math.max(start, end - 1))));
  for (let number = first; number <= last; number++) {
    const row = space.at(number);
    if (row?.kind !== 'bytes') continue;
    const x0 = ((Math.max(start, Number(row.start)) - Number(row.start)) / space.bytesPerRow) * width;
    const x1 = ((Math.min(end, Number(row.end)) - Number(row.start)) / space.bytesPerRow) * width;
    context.strokeRect(x0, rowTop(geometry, number), Math.max(2, x1 - x0), rowHeight - 1);
  }
}
