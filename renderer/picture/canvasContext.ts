import type { Tokens } from './useTokens.ts';

/** What a picture is drawn into. */
export interface CanvasFrame {
  readonly canvas: HTMLCanvasElement;
  /** CSS pixels */
  readonly width: number;
  readonly height: number;
  /** pixels of the screen in one of CSS */
  readonly scale: number;
  readonly tokens: Tokens;
}

/** The face of labels on canvases. */
export function labelFont(tokens: Tokens, pixels = 11): string {
  return `${pixels}px ${tokens('--mono') || 'monospace'}`;
}

/** CSS pixels of a character of 11 px in the monospaced faces: 0.6 of the size, and a little for those that are wider. */
export const LABEL_CHARACTER = 6.7;

/** A cleared context in CSS pixels, with the canvas as large as the screen's pixels ask for. */
export function canvasContext({
  canvas,
  width,
  height,
  scale,
  tokens,
}: CanvasFrame): CanvasRenderingContext2D | null {
  const w = Math.max(1, Math.round(width * scale));
  const h = Math.max(1, Math.round(height * scale));
  // setting the size clears, and costs: only where it changes
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.globalAlpha = 1;
  context.fillStyle = tokens('--ground');
  context.fillRect(0, 0, width, height);
  context.font = labelFont(tokens);
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  return context;
}

/** Text on a plate of the ground's colour, so that it can be read over any pattern. */
export function drawPlate(
  context: CanvasRenderingContext2D,
  tokens: Tokens,
  { text, x, middle, token = '--text' }: { text: string; x: number; middle: number; token?: `--${string}` },
): void {
  context.fillStyle = tokens('--ground');
  context.fillRect(x - 1, middle - 7, text.length * LABEL_CHARACTER + 2, 14);
  context.fillStyle = tokens(token);
  context.fillText(text, x, middle + 0.5);
}

/** The longest beginning of a text that fits into a width, with an ellipsis where it is cut; empty where too little is left. */
export function fitLabel(text: string, width: number): string {
  const fits = Math.floor(width / LABEL_CHARACTER);
  if (text.length <= fits) return text;
  return fits >= MIN_LABEL ? `${text.slice(0, fits - 1)}…` : '';
}

/** Characters that still say something. */
const MIN_LABEL = 6;
