import { canvasContext, labelFont } from './canvasContext.ts';
import type { LegendItem } from './Legend.tsx';
import { paintOf, patternFill } from './patternFill.ts';
import type { Picture } from './usePicture.ts';
import type { Tokens } from './useTokens.ts';

/** pixels: a line of text above the picture, and what is around it. */
const LINE = 20;
const MARGIN = 10;
const SWATCH = 12;

/** A picture as a PNG that can be read without the window: what it shows above it, and what its colours mean. */
export async function picturePng(
  { canvas, width, height, scale }: Picture,
  { title, legend, tokens }: { title: string; legend: readonly LegendItem[]; tokens: Tokens },
): Promise<Blob | undefined> {
  const source = canvas.current;
  if (!source || width === 0) return undefined;
  const target = document.createElement('canvas');
  const places = legendPlaces(legend, width);
  const head = MARGIN + LINE * (1 + (places.at(-1)?.line ?? 0) + (places.length > 0 ? 1 : 0));
  const frame = { canvas: target, width: width + 2 * MARGIN, height: head + height + MARGIN, scale, tokens };
  const context = canvasContext(frame);
  if (!context) return undefined;
  context.font = labelFont(tokens, 13);
  context.fillStyle = tokens('--text');
  context.fillText(title, MARGIN, MARGIN + LINE / 2);
  context.font = labelFont(tokens);
  for (const { item, x, line } of places) {
    const y = MARGIN + LINE * (line + 1);
    context.fillStyle = patternFill(context, paintOf(tokens, item.token, item.pattern, { ink: item.ink }));
    context.fillRect(MARGIN + x, y + (LINE - SWATCH) / 2, SWATCH, SWATCH);
    context.strokeStyle = tokens('--line-strong');
    context.strokeRect(MARGIN + x + 0.5, y + (LINE - SWATCH) / 2 + 0.5, SWATCH - 1, SWATCH - 1);
    context.fillStyle = tokens('--text');
    context.fillText(textOf(item), MARGIN + x + SWATCH + 5, y + LINE / 2);
  }
  context.drawImage(source, MARGIN, head, width, height);
  return new Promise((resolve) => target.toBlob((blob) => resolve(blob ?? undefined), 'image/png'));
}

interface LegendPlace {
  readonly item: LegendItem;
  readonly x: number;
  readonly line: number;
}

/** Items of a legend side by side, on as many lines as a width asks for. */
function legendPlaces(legend: readonly LegendItem[], width: number): LegendPlace[] {
  let x = 0;
  let line = 0;
  return legend.map((item) => {
    const long = SWATCH + 5 + textOf(item).length * 7 + 16;
    if (x > 0 && x + long > width) {
      x = 0;
      line++;
    }
    const place = { item, x, line };
    x += long;
    return place;
  });
}

function textOf({ letter, name }: LegendItem): string {
  return letter ? `${letter} ${name}` : name;
}
