import { cssColour, mix, parseColour } from './colour.ts';
import { INK, makeTiles, type Paint, type Pattern, TILE } from './paintCells.ts';
import type { Tokens } from './useTokens.ts';

/** How near to the ground dimmed colours are. */
const DIMMED = 0.8;

interface PaintOptions {
  readonly dimmed?: boolean;
  /** the token of the pattern's lines; else they are between the colour and that of text */
  readonly ink?: `--${string}`;
}

/** A token's colour with a pattern. */
export function paintOf(
  tokens: Tokens,
  token: `--${string}`,
  pattern: Pattern,
  { dimmed = false, ink: lines }: PaintOptions = {},
): Paint {
  const ground = parseColour(tokens('--ground'));
  const colour = parseColour(tokens(token));
  const ink = lines ? parseColour(tokens(lines)) : mix(colour, parseColour(tokens('--text')), INK);
  if (!dimmed) return { paper: colour, ink, pattern };
  return { paper: mix(colour, ground, DIMMED), ink: mix(ink, ground, DIMMED), pattern };
}

/** The same as a fill of a 2D canvas. */
export function patternFill(context: CanvasRenderingContext2D, paint: Paint): CanvasPattern | string {
  if (paint.pattern === 'solid' || paint.pattern === 'none') return cssColour(paint.paper);
  return context.createPattern(tileOf(paint), 'repeat') ?? cssColour(paint.paper);
}

/** The same as a CSS background, for legends. */
export function patternBackground(paint: Paint): string {
  return `url(${tileOf(paint).toDataURL()})`;
}

function tileOf(paint: Paint): HTMLCanvasElement {
  const tile = document.createElement('canvas');
  tile.width = TILE;
  tile.height = TILE;
  const image = new ImageData(TILE, TILE);
  new Uint32Array(image.data.buffer).set(makeTiles([paint]));
  tile.getContext('2d')?.putImageData(image, 0, 0);
  return tile;
}
