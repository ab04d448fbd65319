/**
 * Modules, runtimes and heaps in three columns, and ribbons between them as thick as the busy bytes that they stand for.
 * Where blocks do not say whose they are, a thin ribbon says only that one uses the other.
 */
import type { Ownership, OwnershipFlow } from '../../core/protocol/pictures.ts';

/** Pixels. */
const BAR = 12;
const MIN_NODE = 20;
const GAP = 8;
const MARGIN = 12;
/** Pixels of a ribbon whose bytes are not known, and of the thinnest whose are. */
const THIN = 2;
/** Modules without known bytes that share their runtimes are drawn as one from this many on. */
const GROUP_FROM = 4;

export interface OwnershipNode {
  /** `module 3`, `modules 1 2`, `runtime 1`, `heap 340000` */
  readonly id: string;
  readonly kind: 'module' | 'group' | 'runtime' | 'heap';
  readonly label: string;
  readonly detail: string;
  /** indices in the model's list of that kind */
  readonly members: readonly number[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly bytes?: number;
}

export interface OwnershipRibbon {
  readonly from: string;
  readonly to: string;
  /** upper edge at either end, and how thick it is */
  readonly y0: number;
  readonly y1: number;
  readonly thickness: number;
  readonly x0: number;
  readonly x1: number;
  /** undefined where blocks do not say */
  readonly bytes?: number;
  readonly blocks?: number;
}

export interface OwnershipLayout {
  readonly nodes: readonly OwnershipNode[];
  readonly ribbons: readonly OwnershipRibbon[];
  readonly height: number;
}

interface Draft {
  readonly id: string;
  readonly kind: OwnershipNode['kind'];
  readonly label: string;
  readonly detail: string;
  readonly members: readonly number[];
  readonly column: 0 | 1 | 2;
}

interface Link {
  readonly from: string;
  readonly to: string;
  bytes: number | undefined;
  blocks: number | undefined;
}

/** Lays a model out in a picture of a width; its height grows with what is in it, and with the zoom. */
export function ownershipLayout(
  model: Ownership,
  width: number,
  minHeight: number,
  zoom: number,
): OwnershipLayout {
  const drafts = draftNodes(model);
  const links = linksOf(model, drafts);
  const count = [0, 1, 2].map((c) => drafts.filter((d) => d.column === c).length);
  const most = Math.max(...count);
  const height = Math.max(minHeight, most * (MIN_NODE + GAP) + 2 * MARGIN) * zoom;
  const scale = scaleOf(drafts, links, height);
  const columns = [Math.round(width * 0.23), Math.round(width * 0.45), Math.round(width * 0.77)];
  const nodes: OwnershipNode[] = [];
  for (const column of [0, 1, 2] as const) {
    const own = drafts.filter((d) => d.column === column);
    const sizes = own.map((d) => Math.max(MIN_NODE, sideThickness(links, d.id, scale)));
    const used = sizes.reduce((a, b) => a + b, 0);
    const gap = own.length > 1 ? Math.max(GAP, (height - 2 * MARGIN - used) / (own.length + 1)) : 0;
    let y = own.length > 1 ? MARGIN + Math.min(gap, 40) : (height - used) / 2;
    own.forEach(({ id, kind, label, detail, members }, i) => {
      const h = sizes[i] ?? MIN_NODE;
      const bytes = bytesThrough(links, id);
      nodes.push({
        id,
        kind,
        label,
        detail,
        members,
        x: (columns[column] ?? 0) - BAR / 2,
        y,
        width: BAR,
        height: h,
        bytes,
      });
      y += h + Math.min(gap, 40);
    });
  }
  const bottom = Math.max(...nodes.map((n) => n.y + n.height), 0) + MARGIN;
  return { nodes, ribbons: ribbonsOf(nodes, links, scale), height: Math.max(minHeight, bottom) };
}

function draftNodes({ modules, runtimes, heaps }: Ownership): Draft[] {
  const drafts: Draft[] = [];
  const grouped = new Map<string, number[]>();
  modules.forEach((m, i) => {
    const key = m.runtimes.join(' ') || m.runtimeName || 'unknown';
    grouped.set(key, [...(grouped.get(key) ?? []), i]);
  });
  for (const members of grouped.values()) {
    const isWide = members.length >= GROUP_FROM && modules.length > 12;
    if (isWide) {
      const names = members.map((i) => modules[i]?.name ?? '');
      const label = `${names[0] ?? ''} and ${members.length - 1} more`;
      drafts.push({
        id: `modules ${members.join(' ')}`,
        kind: 'group',
        label,
        detail: names.join(', '),
        members,
        column: 0,
      });
    } else {
      for (const i of members) {
        const m = modules[i];
        if (!m) continue;
        const detail = [m.linkage, m.runtimeName, m.toolset, ...m.evidence.slice(0, 2)]
          .filter((t) => t)
          .join(' · ');
        drafts.push({ id: `module ${i}`, kind: 'module', label: m.name, detail, members: [i], column: 0 });
      }
    }
  }
  runtimes.forEach((r, i) => {
    drafts.push({
      id: `runtime ${r.id}`,
      kind: 'runtime',
      label: `[${r.id}] ${r.name}`,
      detail: r.label,
      members: [i],
      column: 1,
    });
  });
  heaps.forEach((h, i) => {
    const label = h.heap.toString(16).padStart(8, '0');
    const detail = [
      h.index === undefined ? 'not in the list of heaps' : `heap ${h.index}`,
      h.isProcessHeap ? 'the process heap' : '',
      h.busyBytes === undefined
        ? ''
        : `${(h.busyBlocks ?? 0).toLocaleString('en-US')} busy blocks, ${h.busyBytes.toLocaleString('en-US')} bytes`,
      h.problem ?? '',
    ];
    drafts.push({
      id: `heap ${h.heap.toString(16)}`,
      kind: 'heap',
      label,
      detail: detail.filter((t) => t).join(' · '),
      members: [i],
      column: 2,
    });
  });
  return drafts;
}

/** Module to runtime and runtime to heap, flows of one pair together. */
function linksOf(model: Ownership, drafts: readonly Draft[]): Link[] {
  const nodeOfModule = new Map<number, string>();
  for (const { kind, members, id } of drafts) {
    if (kind === 'module' || kind === 'group') for (const i of members) nodeOfModule.set(i, id);
  }
  const links = new Map<string, Link>();
  const add = (from: string, to: string, { bytes, blocks }: OwnershipFlow): void => {
    const key = `${from}>${to}`;
    const known = links.get(key);
    if (!known) links.set(key, { from, to, bytes, blocks });
    else if (bytes !== undefined) {
      known.bytes = (known.bytes ?? 0) + bytes;
      known.blocks = (known.blocks ?? 0) + (blocks ?? 0);
    }
  };
  for (const flow of model.flows) {
    const runtime = `runtime ${flow.runtime}`;
    const module = flow.module === undefined ? undefined : nodeOfModule.get(flow.module);
    if (module) add(module, runtime, flow);
    if (flow.heap !== undefined) add(runtime, `heap ${flow.heap.toString(16)}`, flow);
  }
  return [...links.values()];
}

/** Pixels a byte: the fullest column must fit. */
function scaleOf(drafts: readonly Draft[], links: readonly Link[], height: number): number {
  let scale = Infinity;
  for (const column of [0, 1, 2]) {
    const own = drafts.filter((d) => d.column === column);
    const bytes = own.reduce((sum, d) => sum + bytesThrough(links, d.id), 0);
    const room = height - 2 * MARGIN - own.length * (MIN_NODE + GAP);
    if (bytes > 0) scale = Math.min(scale, Math.max(20, room) / bytes);
  }
  return Number.isFinite(scale) ? scale : 0;
}

/** Bytes of the side of a node that has more. */
function bytesThrough(links: readonly Link[], id: string): number {
  const side = (own: readonly Link[]): number => own.reduce((sum, l) => sum + (l.bytes ?? 0), 0);
  return Math.max(side(links.filter((l) => l.from === id)), side(links.filter((l) => l.to === id)));
}

function sideThickness(links: readonly Link[], id: string, scale: number): number {
  const side = (own: readonly Link[]): number => own.reduce((sum, l) => sum + thicknessOf(l, scale) + 1, 0);
  return Math.max(side(links.filter((l) => l.from === id)), side(links.filter((l) => l.to === id)));
}

function thicknessOf({ bytes }: Link, scale: number): number {
  return bytes === undefined ? THIN : Math.max(THIN, bytes * scale);
}

/** Ribbons leave and arrive one below the other, in the order of the nodes at their other ends. */
function ribbonsOf(
  nodes: readonly OwnershipNode[],
  links: readonly Link[],
  scale: number,
): OwnershipRibbon[] {
  const byId = new Map(nodes.map((n, i) => [n.id, { node: n, place: i }]));
  const placeOf = (id: string): number => byId.get(id)?.place ?? 0;
  const sorted = [...links].sort(
    (a, b) => placeOf(a.from) - placeOf(b.from) || placeOf(a.to) - placeOf(b.to),
  );
  const left = new Map<string, number>();
  const right = new Map<string, number>();
  const ribbons: OwnershipRibbon[] = [];
  for (const link of sorted) {
    const from = byId.get(link.from)?.node;
    const to = byId.get(link.to)?.node;
    if (!from || !to) continue;
    const thickness = thicknessOf(link, scale);
    const y0 = left.get(from.id) ?? from.y;
    const y1 = right.get(to.id) ?? to.y;
    left.set(from.id, y0 + thickness + 1);
    right.set(to.id, y1 + thickness + 1);
    const { bytes, blocks } = link;
    ribbons.push({
      from: from.id,
      to: to.id,
      y0,
      y1,
      thickness,
      x0: from.x + from.width,
      x1: to.x,
      bytes,
      blocks,
    });
  }
  return ribbons;
}

/** The nodes and ribbons that belong together with one: what flows into it and out of it, to both ends. */
export function connected(
  { ribbons }: Pick<OwnershipLayout, 'ribbons'>,
  ids: readonly string[],
): ReadonlySet<string> {
  const lit = new Set(ids);
  const follow = (id: string, toRight: boolean, seen: Set<string>): void => {
    if (seen.has(id)) return;
    seen.add(id);
    lit.add(id);
    for (const r of ribbons) {
      if (toRight && r.from === id) follow(r.to, true, seen);
      if (!toRight && r.to === id) follow(r.from, false, seen);
    }
  };
  for (const id of ids) {
    follow(id, true, new Set());
    follow(id, false, new Set());
  }
  return lit;
}

/** The node at a point, a little wider than its bar; undefined where there is none. */
export function nodeAt(
  { nodes }: OwnershipLayout,
  x: number,
  y: number,
  reach: number,
): OwnershipNode | undefined {
  return nodes.find((n) => {
    const left = n.kind === 'heap' || n.kind === 'runtime' ? n.x : n.x - reach;
    const right = n.kind === 'module' || n.kind === 'group' ? n.x + n.width : n.x + n.width + reach;
    return x >= left && x < right && y >= n.y && y < n.y + n.height;
  });
}
