import type { OwnershipLayout, OwnershipNode } from './ownershipLayout.ts';

/** The nodes that belong together with some: what flows into them and out of them, to both ends. */
export function connected(
  { ribbons }: Pick<OwnershipLayout, 'ribbons'>,
  ids: readonly string[],
): ReadonlySet<string> {
  const lit = new Set(ids);
  for (const toRight of [true, false]) {
    const seen = new Set(ids);
    const waiting = [...ids];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      lit.add(id);
      for (const r of ribbons) {
        const [near, far] = toRight ? [r.from, r.to] : [r.to, r.from];
        if (near !== id || seen.has(far)) continue;
        seen.add(far);
        waiting.push(far);
      }
    }
  }
  return lit;
}

/** The node at a point: its bar, and its name beside it. */
export function nodeAt(
  { nodes }: Pick<OwnershipLayout, 'nodes'>,
  x: number,
  y: number,
  reach: number,
): OwnershipNode | undefined {
  return nodes.find((n) => {
    const left = n.column === 0 ? n.x - reach : n.x;
    const right = n.x + n.width + (n.column === 0 ? 0 : reach);
    return x >= left && x < right && y >= n.y && y < n.y + n.height;
  });
}

/** The first node of the next column that a ribbon leads to; the same one where none does. */
export function neighbour({ nodes, ribbons }: OwnershipLayout, i: number, step: 1 | -1): number {
  const id = nodes[i]?.id;
  const ribbon = ribbons.find((r) => (step > 0 ? r.from : r.to) === id);
  const to = step > 0 ? ribbon?.to : ribbon?.from;
  const found = nodes.findIndex((n) => n.id === to);
  return found < 0 ? i : found;
}
