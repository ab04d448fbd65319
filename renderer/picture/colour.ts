import type { Abgr } from './paintCells.ts';

let probe: CanvasRenderingContext2D | null | undefined;

/** Any CSS colour as numbers; black for what is none. */
export function parseColour(text: string): Abgr {
  probe ??= document.createElement('canvas').getContext('2d');
  if (!probe) return 0xff000000;
  // a canvas gives opaque colours back as #rrggbb, whatever way they were written
  probe.fillStyle = '#000000';
  probe.fillStyle = text;
  const value = parseInt(String(probe.fillStyle).slice(1, 7), 16);
  return abgr((value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff);
}

/** `share` of b, the rest of a. */
export function mix(a: Abgr, b: Abgr, share: number): Abgr {
  const channel = (shift: number): number =>
    Math.round(((a >>> shift) & 0xff) * (1 - share) + ((b >>> shift) & 0xff) * share);
  return abgr(channel(0), channel(8), channel(16));
}

export function cssColour(colour: Abgr): string {
  return `rgb(${colour & 0xff} ${(colour >>> 8) & 0xff} ${(colour >>> 16) & 0xff})`;
}

function abgr(red: number, green: number, blue: number): Abgr {
  return ((0xff << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
