import type { AddressSpace } from '../../core/protocol/pictures.ts';
import { addressText, sizeText } from '../picture/addressText.ts';
import { canvasContext, type CanvasFrame, drawPlate, LABEL_CHARACTER } from '../picture/canvasContext.ts';
import { paintOf, patternFill } from '../picture/patternFill.ts';
import type { Tokens } from '../picture/useTokens.ts';
import { drawSpaceLabels } from './drawSpaceLabels.ts';
import { type FoldedSpace, isEmpty, type SpaceCell } from './foldSpace.ts';
import { regionUse, regionUses } from './regionUses.ts';

/** Pixels: a row, the part of it that shows the use, and the band below that shows what the dump holds. */
export const ROW_HEIGHT = 34;
export const USE_HEIGHT = 20;
const BAND_TOP = 22;
const BAND_HEIGHT = 5;
/** Pixels between two rows, above the use. */
const ABOVE = 4;

export interface SpaceDrawing extends CanvasFrame {
  readonly model: AddressSpace;
  readonly folded: FoldedSpace;
  /** CSS pixels of the column of addresses */
  readonly gutter: number;
  /** the row at the top, with its fraction */
  readonly top: number;
  readonly selected: number;
}

type Context = CanvasRenderingContext2D;
type Fills = ReadonlyMap<string, CanvasPattern | string>;

/** Draws the rows that are on the screen. */
export function drawSpace(drawing: SpaceDrawing): void {
  const { height, top, folded, tokens } = drawing;
  const context = canvasContext(drawing);
  if (!context) return;
  const fills: Fills = new Map(
    regionUses.map((use) => [use.id, patternFill(context, paintOf(tokens, use.token, use.pattern, use))]),
  );
  const last = Math.min(folded.rowCount, Math.ceil(top + height / ROW_HEIGHT));
  for (let row = Math.floor(top); row < last; row++) {
    drawRow(drawing, context, fills, row, (row - top) * ROW_HEIGHT + ABOVE);
  }
}

function drawRow(drawing: SpaceDrawing, context: Context, fills: Fills, row: number, y: number): void {
  const { folded, model, gutter, tokens, selected } = drawing;
  const { from, to } = folded.cellsOf(row);
  context.fillStyle = tokens('--data-address');
  context.fillText(rowStart(drawing, from), 6, y + USE_HEIGHT / 2);
  for (let c = from; c < to; c++) {
    const cell = folded.cell(c);
    const region = model.regions[cell.region];
    if (!region) continue;
    const x = gutter + cell.x;
    const use = regionUse(region);
    if (use.id === 'free') drawFree(drawing, context, cell, x, y);
    else {
      context.fillStyle = fills.get(use.id) ?? tokens('--ground');
      context.fillRect(x, y, drawnWidth(cell), USE_HEIGHT);
      if (cell.compressed && cell.ends && !isEmpty(region)) drawCut(context, tokens, x + cell.width, y);
      if (!isEmpty(region)) drawBand(drawing, context, cell, x, y + BAND_TOP);
    }
  }
  drawSpaceLabels(drawing, context, { from, to }, y + USE_HEIGHT / 2);
  for (let c = from; c < to; c++) {
    const cell = folded.cell(c);
    if (cell.region === selected) drawSelection(context, tokens, cell, gutter + cell.x, y);
  }
}

/** A pixel of ground stands between a region and the next. */
function drawnWidth({ width, ends }: SpaceCell): number {
  return Math.max(1, width - (ends ? 1 : 0));
}

/** The address at which a row begins; that of its region behind an ellipsis where the region is cut and goes on. */
function rowStart({ folded, model }: SpaceDrawing, first: number): string {
  const bits = model.pointerSize === 4 ? 32 : 64;
  const cell = folded.cell(first);
  const region = model.regions[cell.region];
  if (!region) return '';
  if (cell.begins) return addressText(region.start, bits);
  if (cell.compressed) return `…${addressText(region.start, bits)}`;
  const size = Number(region.end - region.start);
  return addressText(region.start + BigInt(Math.round(size * folded.shareBefore(first))), bits);
}

/** A free run: a broken line, since it is not to scale, and how long it is where there is room. */
function drawFree(
  { tokens, model }: SpaceDrawing,
  context: Context,
  cell: SpaceCell,
  x: number,
  y: number,
): void {
  const middle = y + USE_HEIGHT / 2;
  context.strokeStyle = tokens('--text-faint');
  context.lineWidth = 1;
  context.beginPath();
  for (let dx = 1, up = false; dx < cell.width - 1; dx += 3, up = !up) {
    const py = middle + (up ? -2 : 2);
    if (dx === 1) context.moveTo(x + dx, py);
    else context.lineTo(x + dx, py);
  }
  context.stroke();
  const region = model.regions[cell.region];
  const text = region ? sizeText(region.end - region.start) : '';
  const width = text.length * LABEL_CHARACTER;
  if (width + 6 > cell.width) return;
  drawPlate(context, tokens, { text, x: x + (cell.width - width) / 2, middle, token: '--text-muted' });
}

/** The mark of a region that is longer than it is drawn: two strokes through its end. */
function drawCut(context: Context, tokens: Tokens, right: number, y: number): void {
  context.strokeStyle = tokens('--ground');
  context.lineWidth = 3;
  for (const dx of [0, 6]) {
    context.beginPath();
    context.moveTo(right - 12 + dx, y + USE_HEIGHT);
    context.lineTo(right - 8 + dx, y);
    context.stroke();
  }
}

/** Below the use: a full line where the dump holds all, its share of a line where part, an empty one where nothing. */
function drawBand(
  { model, tokens }: SpaceDrawing,
  context: Context,
  cell: SpaceCell,
  x: number,
  top: number,
): void {
  const region = model.regions[cell.region];
  if (!region) return;
  const width = drawnWidth(cell);
  const share = region.inDump === 'all' ? 1 : region.held / Number(region.end - region.start);
  context.fillStyle = tokens(region.inDump === 'none' ? '--text-faint' : '--text');
  context.fillRect(x, top + BAND_HEIGHT - 1, width, 1);
  if (region.inDump !== 'none') context.fillRect(x, top, Math.max(1, width * share), BAND_HEIGHT);
}

function drawSelection(context: Context, tokens: Tokens, cell: SpaceCell, x: number, y: number): void {
  const box = [x, y - 2, Math.max(3, cell.width), BAND_TOP + BAND_HEIGHT + 3] as const;
  // a ring of the ground within the line keeps it visible on any colour
  for (const [token, width] of [
    ['--ground', 5],
    ['--text', 2],
  ] as const) {
    context.strokeStyle = tokens(token);
    context.lineWidth = width;
    context.strokeRect(...box);
  }
}
