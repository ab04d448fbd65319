import { drawPlate, fitLabel } from '../picture/canvasContext.ts';
import type { SpaceDrawing } from './drawSpace.ts';
import { regionUse } from './regionUses.ts';
import { regionLabel } from './spaceText.ts';

/** CSS pixels that a letter needs. */
const LETTER = 10;

/** Names over runs of cells that are of one module, heap or thread: its sections are regions of their own. */
export function drawSpaceLabels(
  { folded, model, gutter, tokens }: SpaceDrawing,
  context: CanvasRenderingContext2D,
  { from, to }: { from: number; to: number },
  middle: number,
): void {
  for (let c = from; c < to;) {
    const first = folded.cell(c);
    const region = model.regions[first.region];
    let right = first.x + first.width;
    c++;
    if (!region || region.state === 'free') continue;
    for (; c < to; c++) {
      const cell = folded.cell(c);
      const next = model.regions[cell.region];
      const isSame = next?.detail === region.detail && next.usage === region.usage && next.state !== 'free';
      // what says nothing of itself is named by its kind, and that must be the same
      if (!isSame || (region.detail === '' && regionUse(next) !== regionUse(region))) break;
      right = cell.x + cell.width;
    }
    const { letter } = regionUse(region);
    const room = right - first.x - 6;
    const text = fitLabel(`${letter} ${regionLabel(region)}`, room) || (room > LETTER ? letter : '');
    if (text !== '') drawPlate(context, tokens, { text, x: gutter + first.x + 3, middle });
  }
}
