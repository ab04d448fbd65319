/** A colour in the order of a canvas' memory on a little-endian machine, which all are that run a browser: ABGR. */
export type Abgr = number;

/** Patterns that tell categories apart without their colour. */
export type Pattern = 'solid' | 'stripes' | 'dots' | 'cross' | 'bars' | 'none';

/** A colour with its pattern: `ink` lines on `paper`. */
export interface Paint {
  readonly paper: Abgr;
  readonly ink: Abgr;
  readonly pattern: Pattern;
}

/** Side of the tile that patterns repeat in: a power of two. */
export const TILE = 8;

/** Tiles of all cell values, one behind the other: a pixel's colour is one look-up. */
export function makeTiles(paints: readonly Paint[]): Uint32Array {
  const tiles = new Uint32Array(paints.length * TILE * TILE);
  paints.forEach(({ paper, ink, pattern }, p) => {
    for (let y = 0; y < TILE; y++) {
      for (let x = 0; x < TILE; x++) tiles[(p * TILE + y) * TILE + x] = isInked(pattern, x, y) ? ink : paper;
    }
  });
  return tiles;
}

function isInked(pattern: Pattern, x: number, y: number): boolean {
  switch (pattern) {
    case 'stripes':
      return (x + y) % 4 === 0;
    case 'dots':
      return x % 4 === 1 && y % 4 === 1;
    case 'cross':
      return (x + y) % 4 === 0 || (x - y + TILE) % 4 === 0;
    case 'bars':
      return x % 4 === 0;
    case 'solid':
    case 'none':
      return false;
  }
}

/**
 * Paints rows of cells: each `height` pixels high, the lowest of them ground, so that rows can be told apart. `skip`
 * pixels of the first row are above the picture.
 */
export function paintCells(request: {
  readonly cells: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly skip: number;
  readonly tiles: Uint32Array;
  readonly ground: Abgr;
  readonly pixels: Uint32Array;
}): void {
  const { cells, width, height, skip, tiles, ground, pixels } = request;
  const lines = Math.floor(pixels.length / width);
  const rows = Math.floor(cells.length / width);
  for (let y = 0; y < lines; y++) {
    const at = y * width;
    const row = Math.floor((y + skip) / height);
    const inRow = (y + skip) % height;
    if (row >= rows || inRow === height - 1) {
      pixels.fill(ground, at, at + width);
      continue;
    }
    const first = row * width;
    const tileRow = (inRow % TILE) * TILE;
    for (let x = 0; x < width; x++) {
      pixels[at + x] = tiles[(cells[first + x] ?? 0) * (TILE * TILE) + tileRow + (x & (TILE - 1))] ?? ground;
    }
  }
}
