import { parseColour } from '../picture/colour.ts';
import { makeTiles, type Paint } from '../picture/paintCells.ts';
import { paintOf } from '../picture/patternFill.ts';
import type { Tokens } from '../picture/useTokens.ts';
import type { BlockColours } from './blockColours.ts';
import { Cell, CELL_VALUES } from './rasterizeHeap.ts';

/** The tiles of all cell values of a picture, in the theme's colours. */
export function heapTiles(colours: BlockColours, tokens: Tokens): Uint32Array {
  const ground = parseColour(tokens('--ground'));
  const plain: Paint = { paper: ground, ink: ground, pattern: 'none' };
  const paints: Paint[] = Array.from({ length: CELL_VALUES }, () => plain);
  colours.categories.forEach(({ token, pattern }, i) => {
    paints[i] = paintOf(tokens, token, pattern);
    paints[Cell.dimmed + i] = paintOf(tokens, token, pattern, { dimmed: true });
  });
  paints[Cell.missing] = paintOf(tokens, '--use-missing', 'stripes', { ink: '--hatch' });
  paints[Cell.damaged] = paintOf(tokens, '--error', 'cross');
  const raised = parseColour(tokens('--ground-raised'));
  paints[Cell.mark] = { paper: raised, ink: raised, pattern: 'none' };
  return makeTiles(paints);
}
