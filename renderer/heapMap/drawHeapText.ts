import { addressText, sizeText } from '../picture/addressText.ts';
import { LABEL_CHARACTER, labelFont } from '../picture/canvasContext.ts';
import type { HeapDrawing } from './drawHeap.ts';
import { pointOf, rowTop } from './heapGeometry.ts';
import type { MarkRow } from './heapRows.ts';
import { lowerBound } from './rasterizeHeap.ts';

/** Labels that are drawn at most; so many fit on no screen. */
const MAX_LABELS = 3000;
/** CSS pixels of a row and of a block that a label needs. */
const LABEL_HEIGHT = 16;
const LABEL_WIDTH = 14;

const AREAS = {
  segment: 'Segment',
  region: 'Large block',
  elsewhere: 'Outside of all segments',
} as const;

/** Headings of areas, what long runs stand for, and what is in blocks that are large enough. */
export function drawHeapText(drawing: HeapDrawing, context: CanvasRenderingContext2D): void {
  drawMarks(drawing, context);
  if (drawing.geometry.rowHeight >= LABEL_HEIGHT) drawLabels(drawing, context);
}

function drawMarks({ geometry, map, tokens }: HeapDrawing, context: CanvasRenderingContext2D): void {
  const { rows, rowHeight, top, height, width } = geometry;
  const bits = map.pointerSize === 4 ? 32 : 64;
  const last = Math.min(rows.space.rowCount, Math.ceil(top + height / rowHeight));
  context.font = labelFont(tokens, Math.min(11, rowHeight));
  for (let number = Math.floor(top); number < last; number++) {
    const row = rows.space.at(number);
    const mark = row?.kind === 'gap' ? rows.marks.get(row.piece) : undefined;
    if (!mark) continue;
    const y = rowTop(geometry, number);
    context.fillStyle = tokens('--ground-raised');
    context.fillRect(0, y, width, rowHeight - 1);
    context.fillStyle = tokens(mark.kind === 'area' ? '--text' : '--text-muted');
    context.fillText(markText(mark, bits), 4, y + rowHeight / 2);
  }
}

function markText(mark: MarkRow, bits: 32 | 64): string {
  const range = (start: number, end: number): string =>
    `${addressText(BigInt(start), bits)} – ${addressText(BigInt(end), bits)}, ${sizeText(end - start)}`;
  if (mark.kind === 'area') return `${AREAS[mark.area.kind]} ${range(mark.area.start, mark.area.end)}`;
  return `… ${range(mark.start, mark.end)} ${mark.kind === 'missing' ? 'not in the dump' : 'reserved, not committed'} …`;
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
  context.font = labelFont(tokens);
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
    const letter = colours.categories[colours.of[i] ?? 0]?.letter;
    if (room < LABEL_WIDTH || !letter) continue;
    const asked = map.userSize[i] ?? -1;
    const long = `${letter} ${asked >= 0 && map.state[i] === 0 ? asked : size}`;
    const text = long.length * LABEL_CHARACTER <= room ? long : letter;
    context.fillStyle = tokens('--ground');
    context.fillRect(x + 3, y + rowHeight / 2 - 6, text.length * LABEL_CHARACTER + 2, 12);
    context.fillStyle = tokens('--text');
    context.fillText(text, x + 4, y + rowHeight / 2 + 0.5);
    labels++;
  }
}
