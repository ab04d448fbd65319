/** A colour in the order of a canvas' memory on a little-endian machine, which all are that run a browser: ABGR. */
export type Abgr = number;

/** Patterns that tell categories apart without their colour. */
export type Pattern = 'solid' | 'stripes' | 'back' | 'dots' | 'cross' | 'bars' | 'lines' | 'grid' | 'none';

/** A colour with its pattern: `ink` lines on `paper`. */
export interface Paint {
  readonly paper: Abgr;
  readonly ink: Abgr;
  readonly pattern: Pattern;
}

/** How strongly the lines of a pattern stand out from its colour: the share of the text's. */
export const INK = 0.45;

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
    case 'back':
      return (x - y + TILE) % 4 === 0;
    case 'bars':
      return x % 4 === 0;
    case 'lines':
      return y % 4 === 0;
    case 'grid':
      return x % 4 === 0 || y % 4 === 0;
    case 'solid':
    case 'none':
      return false;
  }
}

/** How a grid of cells becomes pixels; all lengths in pixels of the screen. */
export interface CellPainting {
  readonly cells: Uint8Array;
  /** cells of a row, a pixel each */
  readonly width: number;
  /** of a row; a fraction where the screen's density is one */
  readonly height: number;
  /** pixels of the first row that are above the picture */
  readonly skip: number;
  readonly tiles: Uint32Array;
  readonly ground: Abgr;
  /** the side of a pattern's pixel as a power of two: dense screens would make patterns too fine to be seen */
  readonly grain?: number;
  readonly pixels: Uint32Array;
}

/** Paints rows of cells, the lowest pixels of each row ground, so that rows can be told apart. */
export function paintCells(request: CellPainting): void {
  const { cells, width, height, skip, tiles, ground, grain = 0, pixels } = request;
  const lines = Math.floor(pixels.length / width);
  const rows = Math.floor(cells.length / width);
  const gap = 1 << grain;
  for (let y = 0; y < lines; y++) {
    const at = y * width;
    const row = Math.floor((y + skip) / height);
    const left = Math.floor((row + 1) * height) - (y + skip);
    if (row >= rows || left <= gap) {
      pixels.fill(ground, at, at + width);
      continue;
    }
    const first = row * width;
    const inRow = Math.floor(y + skip - row * height);
    const tileRow = ((inRow >> grain) % TILE) * TILE;
    for (let x = 0; x < width; x++) {
      const inTile = tileRow + ((x >> grain) & (TILE - 1));
      pixels[at + x] = tiles[(cells[first + x] ?? 0) * (TILE * TILE) + inTile] ?? ground;
    }
  }
}
