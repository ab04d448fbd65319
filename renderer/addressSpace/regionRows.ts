import type { SpaceRegion } from '../../core/protocol/pictures.ts';
import { regionUse } from './regionUses.ts';

/** Which regions the table shows. */
export interface RegionFilter {
  /** `RegionUse.id`; empty: all */
  readonly use: string;
  /** words of usage, protection, detail…, or an address in hexadecimal: the region around it */
  readonly text: string;
}

export const REGION_KEYS = ['start', 'size', 'usage', 'state', 'type', 'protect', 'held', 'detail'] as const;
export type RegionKey = (typeof REGION_KEYS)[number];

export interface RegionOrder {
  readonly key: RegionKey;
  readonly descending: boolean;
}

/** The regions that pass, rising. */
export function filterRegions(regions: readonly SpaceRegion[], { use, text }: RegionFilter): Uint32Array {
  const wanted = text.trim().toLowerCase();
  const address = addressOf(wanted);
  const found = new Uint32Array(regions.length);
  let n = 0;
  regions.forEach((region, i) => {
    if (use !== '' && regionUse(region).id !== use) return;
    const isAt = address !== undefined && region.start <= address && address < region.end;
    if (wanted === '' || isAt || has(region, wanted)) found[n++] = i;
  });
  return found.slice(0, n);
}

function has({ usage, detail, protect, type, state }: SpaceRegion, wanted: string): boolean {
  return [usage, detail, protect, type, state].some((part) => part.toLowerCase().includes(wanted));
}

/** `0012f000`, `0x12f000`, ``00007ff8`1e360000`` as an address. */
function addressOf(text: string): bigint | undefined {
  const match = /^(?:0x)?([\da-f`]{1,17})$/.exec(text);
  const digits = match?.[1]?.replaceAll('`', '');
  return digits ? BigInt(`0x${digits}`) : undefined;
}

/** The same regions in an order; equal ones stay in the order of their addresses. */
export function sortRegions(
  regions: readonly SpaceRegion[],
  rows: Uint32Array,
  { key, descending }: RegionOrder,
): Uint32Array {
  if (key === 'start') return descending ? rows.slice().reverse() : rows;
  const values = rows.length === 0 ? [] : regions.map((r) => valueOf(r, key));
  const sorted = rows.slice().sort((a, b) => {
    const [x, y] = [values[a] ?? '', values[b] ?? ''];
    return (x < y ? -1 : x > y ? 1 : 0) || a - b;
  });
  return descending ? sorted.reverse() : sorted;
}

function valueOf(region: SpaceRegion, key: RegionKey): number | string {
  if (key === 'size') return Number(region.end - region.start);
  if (key === 'held') return region.held;
  return key === 'start' ? Number(region.start) : region[key];
}
