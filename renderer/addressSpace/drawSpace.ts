import type { AddressSpace } from '../../core/protocol/pictures.ts';
import { addressText, sizeText } from '../picture/addressText.ts';
import { paintOf, patternFill } from '../picture/patternFill.ts';
import type { Tokens } from '../picture/useTokens.ts';
import type { FoldedSpace, SpaceCell } from './foldSpace.ts';
import { regionUse, regionUses } from './regionUses.ts';

/** Pixels: a row, the part of it that shows the use, and the band below that shows what the dump holds. */
export const ROW_HEIGHT = 34;
const USE_HEIGHT = 20;
const BAND_TOP = 22;
const BAND_HEIGHT = 5;
/** Pixels of a character of the labels' face. */
const CHARACTER = 6.7;

export interface SpaceDrawing {
  readonly canvas: HTMLCanvasElement;
  readonly model: AddressSpace;
  readonly folded: FoldedSpace;
  /** pixels */
  readonly width: number;
  readonly height: number;
  /** pixels of the column of addresses */
  readonly gutter: number;
  /** the row at the top, with its fraction */
  readonly top: number;
  readonly selected: number;
  readonly tokens: Tokens;
}

/** Draws the rows that are on the screen. */
export function drawSpace(drawing: SpaceDrawing): void {
  const { canvas, width, height, top, folded, tokens } = drawing;
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.floor(width * scale));
  canvas.height = Math.max(1, Math.floor(height * scale));
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(scale, scale);
  context.fillStyle = tokens('--ground');
  context.fillRect(0, 0, width, height);
  context.font = `11px ${tokens('--mono') || 'monospace'}`;
  context.textBaseline = 'middle';
  const fills = new Map(
    regionUses.map((use) => [use.id, patternFill(context, paintOf(tokens, use.token, use.pattern))]),
  );
  const last = Math.min(folded.rowCount, Math.ceil(top + height / ROW_HEIGHT));
  for (let row = Math.floor(top); row < last; row++) {
    const y = (row - top) * ROW_HEIGHT + 4;
    drawRow(drawing, context, fills, row, y);
  }
}

function drawRow(
  drawing: SpaceDrawing,
  context: CanvasRenderingContext2D,
  fills: ReadonlyMap<string, CanvasPattern | string>,
  row: number,
  y: number,
): void {
  const { folded, model, gutter, tokens, selected } = drawing;
  const bits = model.pointerSize === 4 ? 32 : 64;
  const from = folded.rowStarts[row] ?? 0;
  const to = folded.rowStarts[row + 1] ?? folded.cells.length;
  context.fillStyle = tokens('--data-address');
  context.fillText(rowStart(drawing, from, bits), 6, y + USE_HEIGHT / 2);
  for (let c = from; c < to; c++) {
    const cell = folded.cells[c];
    const region = cell && model.regions[cell.region];
    if (!cell || !region) continue;
    const x = gutter + cell.x;
    const use = regionUse(region);
    if (use.id === 'free') drawFree(drawing, context, x, y, cell);
    else {
      context.fillStyle = fills.get(use.id) ?? tokens('--ground');
      context.fillRect(x, y, Math.max(1, cell.width - (cell.ends ? 1 : 0)), USE_HEIGHT);
      if (cell.compressed) drawCut(context, tokens, x, y, cell);
      drawBand(drawing, context, x, y, cell);
    }
    if (cell.region === selected) {
      context.strokeStyle = tokens('--text');
      context.lineWidth = 2;
      context.strokeRect(x, y - 2, Math.max(2, cell.width), BAND_TOP + BAND_HEIGHT + 3);
    }
  }
  drawLabels(drawing, context, from, to, y);
}

/** The address at which a row begins; that of its region in brackets where the region is cut and goes on. */
function rowStart({ folded, model }: SpaceDrawing, first: number, bits: 32 | 64): string {
  const cell = folded.cells[first];
  const region = cell && model.regions[cell.region];
  if (!cell || !region) return '';
  if (cell.begins) return addressText(region.start, bits);
  if (cell.compressed) return `…${addressText(region.start, bits).slice(1)}`;
  const before = folded.cells
    .slice(folded.firstCells[cell.region], first)
    .reduce((sum, c) => sum + c.width, 0);
  const whole =
    before +
    folded.cells.slice(first).reduce((sum, c) => (c.region === cell.region ? sum + c.width : sum), 0);
  const size = Number(region.end - region.start);
  return addressText(region.start + BigInt(Math.round((size * before) / whole)), bits);
}

/** A free run: a broken line, and how long it is where there is room. */
function drawFree(
  { tokens, model }: SpaceDrawing,
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  cell: SpaceCell,
): void {
  const middle = y + USE_HEIGHT / 2;
  context.strokeStyle = tokens('--text-faint');
  context.lineWidth = 1;
  context.beginPath();
  // a zigzag: the line is not to scale here
  for (let dx = 1, up = false; dx < cell.width - 1; dx += 3, up = !up) {
    const py = middle + (up ? -2 : 2);
    if (dx === 1) context.moveTo(x + dx, py);
    else context.lineTo(x + dx, py);
  }
  context.stroke();
  const region = model.regions[cell.region];
  const text = region ? sizeText(region.end - region.start) : '';
  if (text.length * CHARACTER + 6 > cell.width) return;
  plate(context, tokens, text, x + (cell.width - text.length * CHARACTER) / 2, middle, '--text-muted');
}

/** The mark of a region that is longer than it is drawn. */
function drawCut(
  context: CanvasRenderingContext2D,
  tokens: Tokens,
  x: number,
  y: number,
  cell: SpaceCell,
): void {
  if (!cell.ends) return;
  const at = x + cell.width - 12;
  context.strokeStyle = tokens('--ground');
  context.lineWidth = 3;
  for (const dx of [0, 6]) {
    context.beginPath();
    context.moveTo(at + dx, y + USE_HEIGHT);
    context.lineTo(at + dx + 4, y);
    context.stroke();
  }
}

/** Below the use: a full line where the dump holds all, its share of a line where part, an empty one where nothing. */
function drawBand(
  { model, tokens }: SpaceDrawing,
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  cell: SpaceCell,
): void {
  const region = model.regions[cell.region];
  if (!region) return;
  const width = Math.max(1, cell.width - (cell.ends ? 1 : 0));
  const top = y + BAND_TOP;
  if (region.inDump === 'none') {
    context.fillStyle = tokens('--text-faint');
    context.fillRect(x, top + BAND_HEIGHT - 1, width, 1);
    return;
  }
  context.fillStyle = tokens('--text');
  if (region.inDump === 'all') {
    context.fillRect(x, top, width, BAND_HEIGHT);
    return;
  }
  const share = region.held / Number(region.end - region.start);
  context.fillRect(x, top, Math.max(1, width * share), BAND_HEIGHT);
  context.fillRect(x, top + BAND_HEIGHT - 1, width, 1);
}

/** Names over runs of cells that are of one module, heap or thread: its sections are regions of their own. */
function drawLabels(
  { folded, model, gutter, tokens }: SpaceDrawing,
  context: CanvasRenderingContext2D,
  from: number,
  to: number,
  y: number,
): void {
  for (let c = from; c < to;) {
    const first = folded.cells[c];
    const region = first && model.regions[first.region];
    let end = c + 1;
    if (!first || !region) break;
    const name = labelOf(region.usage, region.detail);
    const use = regionUse(region);
    let right = first.x + first.width;
    while (end < to) {
      const cell = folded.cells[end];
      const next = cell && model.regions[cell.region];
      if (
        !cell ||
        !next ||
        next.detail !== region.detail ||
        next.usage !== region.usage ||
        next.state === 'free'
      )
        break;
      right = cell.x + cell.width;
      end++;
    }
    c = end;
    if (use.id === 'free') continue;
    const room = right - first.x - 6;
    const whole = `${use.letter} ${name}`;
    const fits = Math.floor(room / CHARACTER);
    const text =
      whole.length <= fits
        ? whole
        : fits >= 6
          ? `${whole.slice(0, fits - 1)}…`
          : fits >= 1 && room > 10
            ? use.letter
            : '';
    if (text !== '') plate(context, tokens, text, gutter + first.x + 3, y + USE_HEIGHT / 2, '--text');
  }
}

/** `ntdll` of an image's detail, `~0` of a stack's, a heap's handle. */
function labelOf(usage: string, detail: string): string {
  if (usage === 'Heap') return /Handle: 0*([0-9a-f`]{8,})/i.exec(detail)?.[1] ?? detail;
  return detail === '' ? usage.replace(/[<>]/g, '') : (detail.split(';')[0] ?? detail);
}

function plate(
  context: CanvasRenderingContext2D,
  tokens: Tokens,
  text: string,
  x: number,
  middle: number,
  token: `--${string}`,
): void {
  context.fillStyle = tokens('--ground');
  context.fillRect(x - 1, middle - 7, text.length * CHARACTER + 2, 14);
  context.fillStyle = tokens(token);
  context.fillText(text, x, middle + 0.5);
}
