import { sizeText } from '../picture/addressText.ts';
import { canvasContext, type CanvasFrame, labelFont } from '../picture/canvasContext.ts';
import { paintOf, patternFill } from '../picture/patternFill.ts';
import type { Pattern } from '../picture/paintCells.ts';
import type { Tokens } from '../picture/useTokens.ts';
import type { OwnershipLayout, OwnershipNode, OwnershipRibbon } from './ownershipLayout.ts';
import type { NodeKind } from './ownershipNodes.ts';

/** What a kind's bars are drawn with. */
export const NODE_PAINTS: Readonly<
  Record<NodeKind, { readonly name: string; readonly token: `--${string}`; readonly pattern: Pattern }>
> = {
  module: { name: 'module', token: '--use-image', pattern: 'solid' },
  group: { name: 'several modules', token: '--use-image', pattern: 'bars' },
  untold: { name: 'blocks that do not say whose', token: '--use-internal', pattern: 'stripes' },
  runtime: { name: 'C runtime', token: '--use-mapped', pattern: 'back' },
  heap: { name: 'heap', token: '--use-heap-busy', pattern: 'lines' },
};
/** CSS pixels: the face of names, and a character of it. */
const FONT = 12;
const CHARACTER = 7.25;
/** Between a bar and its name. */
const BESIDE = 6;
/** How much of a ribbon is seen, of one that is not meant too. */
const CLEAR = 0.55;
const FAINT = 0.15;

export interface OwnershipDrawing extends CanvasFrame {
  readonly layout: OwnershipLayout;
  /** pixels above the picture's upper edge */
  readonly top: number;
  /** ids that are lit; empty: all */
  readonly lit: ReadonlySet<string>;
  readonly selected?: string;
}

type Context = CanvasRenderingContext2D;

/** Draws what of the layout is on the screen. */
export function drawOwnership(drawing: OwnershipDrawing): void {
  const { layout, width, height, top, lit, selected, tokens } = drawing;
  const context = canvasContext(drawing);
  if (!context) return;
  context.translate(0, -top);
  const isLit = (...ids: string[]): boolean => lit.size === 0 || ids.every((id) => lit.has(id));
  const isSeen = (from: number, to: number): boolean => to >= top && from <= top + height;
  for (const r of layout.ribbons) {
    if (!isSeen(Math.min(r.y0, r.y1), Math.max(r.y0, r.y1) + r.thickness)) continue;
    drawRibbon(context, tokens, r, isLit(r.from, r.to));
  }
  context.font = labelFont(tokens, FONT);
  for (const node of layout.nodes) {
    if (!isSeen(node.y - FONT, node.y + node.height + FONT)) continue;
    drawBar(context, tokens, node, isLit(node.id));
    if (node.id === selected) drawRing(context, tokens, node);
    drawName(context, tokens, node, isLit(node.id), roomFor(node, layout, width));
  }
}

function drawRibbon(context: Context, tokens: Tokens, ribbon: OwnershipRibbon, lit: boolean): void {
  const { x0, x1, y0, y1, thickness, bytes } = ribbon;
  const bend = (x1 - x0) / 2;
  context.globalAlpha = lit ? CLEAR : FAINT;
  context.beginPath();
  if (bytes === undefined) {
    // dashes: that it is used is known, how much is not
    const middle = thickness / 2;
    context.setLineDash([5, 4]);
    context.lineWidth = thickness;
    context.strokeStyle = tokens('--text-muted');
    context.moveTo(x0, y0 + middle);
    context.bezierCurveTo(x0 + bend, y0 + middle, x1 - bend, y1 + middle, x1, y1 + middle);
    context.stroke();
    context.setLineDash([]);
  } else {
    context.fillStyle = tokens(ribbon.to.startsWith('heap') ? '--use-heap-busy' : '--use-image');
    context.moveTo(x0, y0);
    context.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
    context.lineTo(x1, y1 + thickness);
    context.bezierCurveTo(x1 - bend, y1 + thickness, x0 + bend, y0 + thickness, x0, y0 + thickness);
    context.fill();
  }
  context.globalAlpha = 1;
}

function drawBar(
  context: Context,
  tokens: Tokens,
  { x, y, width, height, kind }: OwnershipNode,
  lit: boolean,
): void {
  const { token, pattern } = NODE_PAINTS[kind];
  context.fillStyle = patternFill(context, paintOf(tokens, token, pattern, { dimmed: !lit }));
  context.fillRect(x, y, width, height);
}

function drawRing(context: Context, tokens: Tokens, { x, y, width, height }: OwnershipNode): void {
  context.strokeStyle = tokens('--text');
  context.lineWidth = 2;
  context.strokeRect(x - 3, y - 3, width + 6, height + 6);
}

/** Pixels that a node's name has: to the edge, or to the next column. */
function roomFor(
  { column, x, width: bar }: OwnershipNode,
  { nodes }: OwnershipLayout,
  width: number,
): number {
  if (column === 0) return x - 2 * BESIDE;
  const next = column === 1 ? nodes.find((n) => n.column === 2)?.x : undefined;
  return (next ?? width) - x - bar - 2 * BESIDE;
}

function drawName(context: Context, tokens: Tokens, node: OwnershipNode, lit: boolean, room: number): void {
  const { x, y, width, height, column, label, more, bytes } = node;
  const fits = Math.max(1, Math.floor(room / CHARACTER));
  const amount = bytes ? `  ${sizeText(bytes)}` : '';
  const texts = [`${label}${more ? ` ${more}` : ''}${amount}`, `${label}${amount}`, label];
  const text = texts.find((t) => t.length <= fits) ?? `${label.slice(0, fits - 1)}…`;
  const long = text.length * CHARACTER;
  const left = column === 0 ? x - BESIDE - long : x + width + BESIDE;
  const middle = y + height / 2;
  if (column === 1) {
    // ribbons run behind it
    context.globalAlpha = 0.85;
    context.fillStyle = tokens('--ground');
    context.fillRect(left - 2, middle - 8, long + 4, 16);
    context.globalAlpha = 1;
  }
  context.fillStyle = tokens(lit ? '--text' : '--text-faint');
  context.fillText(text, left, middle + 0.5);
}
