/**
 * Modules, runtimes and heaps in three columns, and ribbons between them as thick as the busy bytes that they stand for.
 * Where blocks do not say whose they are, a thin ribbon says only that one uses the other.
 */
import type { Ownership } from '../../core/protocol/pictures.ts';
import { NodeLinks, type OwnershipLink, ownershipLinks } from './ownershipLinks.ts';
import { type NodeDraft, ownershipNodes } from './ownershipNodes.ts';

/** Pixels. */
const BAR = 12;
const MIN_NODE = 20;
const GAP = 8;
const MAX_GAP = 40;
const MARGIN = 12;
/** Pixels of a ribbon whose bytes are not known, and of the thinnest whose are. */
const THIN = 2;
/** Where the columns stand, as a share of the width: names stand left of the first and right of the others. */
const COLUMNS = [0.24, 0.45, 0.71] as const;

export interface OwnershipNode extends NodeDraft {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface OwnershipRibbon extends OwnershipLink {
  /** upper edge at either end, and how thick it is */
  readonly y0: number;
  readonly y1: number;
  readonly thickness: number;
  readonly x0: number;
  readonly x1: number;
}

export interface OwnershipLayout {
  readonly nodes: readonly OwnershipNode[];
  readonly ribbons: readonly OwnershipRibbon[];
  readonly height: number;
}

/** Lays a model out in a picture of a width; its height grows with what is in it, and with the zoom. */
export function ownershipLayout(
  model: Ownership,
  width: number,
  minHeight: number,
  zoom: number,
): OwnershipLayout {
  const plain = ownershipNodes(model);
  const links = new NodeLinks(ownershipLinks(model, plain));
  const drafts = plain.map((d): NodeDraft => ({
    ...d,
    bytes: d.bytes ?? (links.most(d.id, bytesOf) || undefined),
  }));
  const most = Math.max(...[0, 1, 2].map((c) => drafts.filter((d) => d.column === c).length));
  const least = most * (MIN_NODE + GAP) + 2 * MARGIN;
  // what must be scrolled anyway gets room for bytes: with none of it all ribbons would be equally thin
  const height = (least > minHeight ? least + minHeight : minHeight) * zoom;
  const scale = scaleOf(drafts, height);
  const nodes = ([0, 1, 2] as const).flatMap((column) => {
    const own = drafts.filter((d) => d.column === column);
    const sizes = own.map(({ id, bytes = 0 }) =>
      Math.max(
        MIN_NODE,
        bytes * scale,
        links.most(id, (l) => thicknessOf(l, scale) + 1),
      ),
    );
    return placeColumn(own, sizes, Math.round(width * COLUMNS[column]), height);
  });
  const bottom = Math.max(...nodes.map((n) => n.y + n.height), 0) + MARGIN;
  return { nodes, ribbons: ribbonsOf(nodes, links, scale), height: Math.max(minHeight, bottom) };
}

const bytesOf = ({ bytes = 0 }: OwnershipLink): number => bytes;

/** The nodes of a column one below the other; a single one stands in the middle. */
function placeColumn(
  own: readonly NodeDraft[],
  sizes: readonly number[],
  x: number,
  height: number,
): OwnershipNode[] {
  const used = sizes.reduce((a, b) => a + b, 0);
  const room = Math.max(GAP, (height - 2 * MARGIN - used) / (own.length + 1));
  const gap = own.length > 1 ? Math.min(MAX_GAP, room) : 0;
  let y = own.length > 1 ? MARGIN + gap : (height - used) / 2;
  return own.map((draft, i) => {
    const size = sizes[i] ?? MIN_NODE;
    const node = { ...draft, x: x - BAR / 2, y, width: BAR, height: size };
    y += size + gap;
    return node;
  });
}

/** Pixels a byte: the fullest column must fit. */
function scaleOf(drafts: readonly NodeDraft[], height: number): number {
  let scale = Infinity;
  for (const column of [0, 1, 2]) {
    const own = drafts.filter((d) => d.column === column);
    const bytes = own.reduce((sum, d) => sum + (d.bytes ?? 0), 0);
    const room = height - 2 * MARGIN - own.length * (MIN_NODE + GAP);
    if (bytes > 0) scale = Math.min(scale, Math.max(MIN_NODE, room) / bytes);
  }
  return Number.isFinite(scale) ? scale : 0;
}

function thicknessOf({ bytes }: OwnershipLink, scale: number): number {
  return bytes === undefined ? THIN : Math.max(THIN, bytes * scale);
}

/** Ribbons leave and arrive one below the other, in the order of the nodes at their other ends. */
function ribbonsOf(nodes: readonly OwnershipNode[], links: NodeLinks, scale: number): OwnershipRibbon[] {
  const places = new Map(nodes.map((n, i) => [n.id, i]));
  const placeOf = (id: string): number => places.get(id) ?? 0;
  const left = new Map<string, number>();
  const right = new Map<string, number>();
  const ribbons: OwnershipRibbon[] = [];
  for (const from of nodes) {
    const own = [...links.of(from.id).out].sort((a, b) => placeOf(a.to) - placeOf(b.to));
    for (const link of own) {
      const to = nodes[places.get(link.to) ?? -1];
      if (!to) continue;
      const thickness = thicknessOf(link, scale);
      const y0 = left.get(from.id) ?? from.y;
      const y1 = right.get(to.id) ?? to.y;
      left.set(from.id, y0 + thickness + 1);
      right.set(to.id, y1 + thickness + 1);
      ribbons.push({ ...link, y0, y1, thickness, x0: from.x + from.width, x1: to.x });
    }
  }
  return ribbons;
}
