import {
  MEM_COMMIT,
  MEM_FREE,
  type MemoryRegion,
  protectNames,
  stateName,
  typeName,
} from '../../process/index.ts';
import type { Address } from '../../target/index.ts';
import { formatColumn } from './listText.ts';
import { formatSize } from './sizes.ts';

/** Regions of one kind together. */
export interface Total {
  readonly name: string;
  readonly count: number;
  /** bytes */
  readonly size: bigint;
  /** share of the busy (not free) memory in percent; absent for free memory */
  readonly ofBusy?: number;
  readonly ofTotal: number;
}

/** The tables of !address -summary. */
export interface RegionSummary {
  readonly usage: readonly Total[];
  readonly type: readonly Total[];
  readonly state: readonly Total[];
  readonly protect: readonly Total[];
  readonly largest: readonly { readonly usage: string; readonly start: Address; readonly size: bigint }[];
}

/** Adds regions up by use, type (of busy ones), state and protection (of committed ones), each largest first. */
export function summarize(regions: readonly MemoryRegion[]): RegionSummary {
  const busy = regions.filter((r) => r.state !== MEM_FREE);
  const committed = busy.filter((r) => r.state === MEM_COMMIT);
  const sizes = { total: sum(regions), busy: sum(busy) };
  const unknown = '<unknown>';
  return {
    usage: totals(regions, (r) => r.usage, sizes),
    type: totals(busy, (r) => (r.type ? typeName(r.type) : unknown), sizes),
    state: totals(regions, (r) => (r.state === undefined ? unknown : stateName(r.state)), sizes),
    protect: totals(committed, (r) => (r.protect ? protectNames(r.protect).join(' | ') : unknown), sizes),
    largest: largestByUsage(regions),
  };
}

function totals(
  regions: readonly MemoryRegion[],
  nameOf: (region: MemoryRegion) => string,
  sizes: { readonly total: bigint; readonly busy: bigint },
): Total[] {
  const groups = new Map<string, { count: number; size: bigint; free: boolean }>();
  for (const region of regions) {
    const name = nameOf(region);
    const group = groups.get(name) ?? { count: 0, size: 0n, free: region.state === MEM_FREE };
    group.count++;
    group.size += region.end - region.start;
    groups.set(name, group);
  }
  return [...groups]
    .map(([name, { count, size, free }]) => ({
      name,
      count,
      size,
      ofBusy: free ? undefined : percent(size, sizes.busy),
      ofTotal: percent(size, sizes.total),
    }))
    .sort((a, b) => (a.size < b.size ? 1 : a.size > b.size ? -1 : 0));
}

function largestByUsage(regions: readonly MemoryRegion[]): RegionSummary['largest'] {
  const largest = new Map<string, { usage: string; start: Address; size: bigint }>();
  for (const { usage, start, end } of regions) {
    const size = end - start;
    const known = largest.get(usage);
    if (!known || size > known.size) largest.set(usage, { usage, start, size });
  }
  return [...largest.values()].sort((a, b) => (a.size < b.size ? 1 : a.size > b.size ? -1 : 0));
}

function sum(regions: readonly MemoryRegion[]): bigint {
  return regions.reduce((size, r) => size + (r.end - r.start), 0n);
}

function percent(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : (Number(part) / Number(whole)) * 100;
}

/** The text of !address -summary. */
export function summaryLines(summary: RegionSummary, pointerSize: 4 | 8): string[] {
  const table = (title: string, rows: readonly Total[]): string[] => [
    '',
    `${title.padEnd(34, '-')} RgnCount ----------- Total Size -------- %ofBusy %ofTotal`,
    ...rows.map(({ name, count, size, ofBusy, ofTotal }) => {
      const share = (value: number | undefined): string =>
        value === undefined ? ''.padStart(7) : `${value.toFixed(2)}%`.padStart(7);
      const amount = `${summaryNumber(size, pointerSize)} (${formatSize(size)})`;
      return `${name.padEnd(34)}${String(count).padStart(9)}${amount} ${share(ofBusy)}  ${share(ofTotal)}`;
    }),
  ];
  return [
    ...table('--- Usage Summary ', summary.usage),
    ...table('--- Type Summary (for busy) ', summary.type),
    ...table('--- State Summary ', summary.state),
    ...table('--- Protect Summary (for commit) ', summary.protect),
    '',
    '--- Largest Region by Usage ----------- Base Address -------- Region Size ----------',
    ...summary.largest.map(
      ({ usage, start, size }) =>
        `${usage.padEnd(34)}${summaryNumber(start, pointerSize)}${summaryNumber(size, pointerSize)} (${formatSize(size)})`,
    ),
  ];
}

/** Eighteen columns on both machines. */
function summaryNumber(value: bigint, pointerSize: 4 | 8): string {
  return formatColumn(value, pointerSize).trim().padStart(18);
}

export function summaryData(summary: RegionSummary) {
  const table = (rows: readonly Total[]) =>
    rows.map(({ name, count, size, ofBusy, ofTotal }) => ({
      name,
      count,
      size: Number(size),
      ofBusy,
      ofTotal,
    }));
  return {
    usage: table(summary.usage),
    type: table(summary.type),
    state: table(summary.state),
    protect: table(summary.protect),
    largest: summary.largest.map(({ usage, start, size }) => ({
      usage,
      start: `0x${start.toString(16)}`,
      size: Number(size),
    })),
  };
}
