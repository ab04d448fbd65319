export type Direction = 'left' | 'right' | 'above' | 'below';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The box that lies next to one in a direction, the one with the longest common edge; undefined at the end. */
export function neighbour(from: Box, others: readonly Box[], direction: Direction): Box | undefined {
  let best: Box | undefined;
  for (const other of others) {
    if (other === from || gap(from, other, direction) < 0 || overlap(from, other, direction) <= 0) continue;
    if (!best || isNearer(from, other, best, direction)) best = other;
  }
  return best;
}

function isNearer(from: Box, a: Box, b: Box, direction: Direction): boolean {
  const nearer = gap(from, a, direction) - gap(from, b, direction);
  return nearer < 0 || (nearer === 0 && overlap(from, a, direction) > overlap(from, b, direction));
}

/** Borders of split groups share a pixel or lie some apart. */
const TOLERANCE = 2;

/** How far another box begins beyond one's end; negative where it does not lie there. */
function gap(from: Box, to: Box, direction: Direction): number {
  const apart = {
    left: from.left - to.right,
    right: to.left - from.right,
    above: from.top - to.bottom,
    below: to.top - from.bottom,
  }[direction];
  return apart < -TOLERANCE ? -1 : Math.max(0, apart);
}

/** The length that both have beside each other. */
function overlap(a: Box, b: Box, direction: Direction): number {
  return direction === 'left' || direction === 'right'
    ? Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
    : Math.min(a.right, b.right) - Math.max(a.left, b.left);
}
