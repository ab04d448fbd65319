import { sizeText } from '../picture/addressText.ts';
import { paintOf, patternFill } from '../picture/patternFill.ts';
import type { Pattern } from '../picture/paintCells.ts';
import type { Tokens } from '../picture/useTokens.ts';
import type { OwnershipLayout, OwnershipNode, OwnershipRibbon } from './ownershipLayout.ts';

/** What a column's bars are drawn with. */
const KINDS: Readonly<
  Record<OwnershipNode['kind'], { readonly token: `--${string}`; readonly pattern: Pattern }>
> = {
  module: { token: '--use-image', pattern: 'solid' },
  group: { token: '--use-image', pattern: 'bars' },
  runtime: { token: '--use-mapped', pattern: 'solid' },
  heap: { token: '--use-heap-busy', pattern: 'solid' },
};
const CHARACTER = 7.25;
/** How much of a ribbon that is not meant is seen. */
const FAINT = 0.18;
const CLEAR = 0.55;

export interface OwnershipDrawing {
  readonly canvas: HTMLCanvasElement;
  readonly layout: OwnershipLayout;
  readonly width: number;
  readonly height: number;
  /** pixels above the picture's upper edge */
  readonly top: number;
  /** ids that are lit; empty: all */
  readonly lit: ReadonlySet<string>;
  readonly selected?: string;
  readonly tokens: Tokens;
}

export function drawOwnership({
  canvas,
  layout,
  width,
  height,
  top,
  lit,
  selected,
  tokens,
}: OwnershipDrawing): void {
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.floor(width * scale));
  canvas.height = Math.max(1, Math.floor(height * scale));
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(scale, scale);
  context.fillStyle = tokens('--ground');
  context.fillRect(0, 0, width, height);
  context.translate(0, -top);
  const isLit = (...ids: string[]): boolean => lit.size === 0 || ids.every((id) => lit.has(id));
  for (const ribbon of layout.ribbons) drawRibbon(context, tokens, ribbon, isLit(ribbon.from, ribbon.to));
  context.font = `12px ${tokens('--mono') || 'monospace'}`;
  context.textBaseline = 'middle';
  for (const node of layout.nodes)
    drawNode(context, tokens, node, isLit(node.id), node.id === selected, width);
}

function drawRibbon(
  context: CanvasRenderingContext2D,
  tokens: Tokens,
  ribbon: OwnershipRibbon,
  lit: boolean,
): void {
  const { x0, x1, y0, y1, thickness, bytes } = ribbon;
  const bend = (x1 - x0) / 2;
  context.globalAlpha = lit ? CLEAR : FAINT;
  context.beginPath();
  if (bytes === undefined) {
    // dashes: that it is used is known, how much is not
    context.setLineDash([5, 4]);
    context.lineWidth = thickness;
    context.strokeStyle = tokens('--text-muted');
    context.moveTo(x0, y0 + thickness / 2);
    context.bezierCurveTo(
      x0 + bend,
      y0 + thickness / 2,
      x1 - bend,
      y1 + thickness / 2,
      x1,
      y1 + thickness / 2,
    );
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

function drawNode(
  context: CanvasRenderingContext2D,
  tokens: Tokens,
  node: OwnershipNode,
  lit: boolean,
  isSelected: boolean,
  width: number,
): void {
  const { x, y, width: w, height: h, kind } = node;
  const { token, pattern } = KINDS[kind];
  context.fillStyle = patternFill(context, paintOf(tokens, token, pattern, { dimmed: !lit }));
  context.fillRect(x, y, w, h);
  if (isSelected) {
    context.strokeStyle = tokens('--text');
    context.lineWidth = 2;
    context.strokeRect(x - 2, y - 2, w + 4, h + 4);
  }
  const isLeft = kind === 'module' || kind === 'group';
  const room = Math.floor(
    (isLeft ? x - 12 : (kind === 'heap' ? width : x + width * 0.32) - x - w - 12) / CHARACTER,
  );
  const bytes = node.bytes ? `  ${sizeText(node.bytes)}` : '';
  const whole = `${node.label}${bytes}`;
  const text = whole.length <= room ? whole : `${whole.slice(0, Math.max(1, room - 1))}…`;
  const textWidth = text.length * CHARACTER + 4;
  const at = isLeft ? x - 6 - textWidth : x + w + 6;
  context.globalAlpha = kind === 'runtime' ? 0.85 : 1;
  context.fillStyle = tokens('--ground');
  if (kind === 'runtime') context.fillRect(at - 1, y + h / 2 - 8, textWidth, 16);
  context.globalAlpha = 1;
  context.fillStyle = tokens(lit ? '--text' : '--text-faint');
  context.textAlign = isLeft ? 'right' : 'left';
  context.fillText(text, isLeft ? x - 6 : at + 1, y + h / 2 + 0.5);
  context.textAlign = 'left';
}
