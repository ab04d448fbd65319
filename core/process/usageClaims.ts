import type { Address, AddressRange, Module, Thread } from '../target/index.ts';

/**
 * Someone's knowledge that a range of addresses is used for something: a module's image, a thread's stack, a heap.
 * Where claims overlap the higher rank wins, and of equal ones the later.
 */
export interface UsageClaim extends AddressRange {
  /** as WinDbg's !address names it: `Image`, `Stack`, `TEB`, `PEB`, `Heap`, `Other` */
  readonly usage: string;
  /** what stands in brackets behind it: `~0; 4dc.470` */
  readonly detail?: string;
  readonly rank: number;
  readonly module?: Module;
  readonly thread?: Thread;
}

/** Ranks of claims: what is more exact wins over what is only near. */
export const UsageRank = {
  /** the region or allocation that holds an address of interest */
  region: 1,
  /** a heap's memory */
  heap: 2,
  /** the range that a list in the dump gives: modules, thread stacks */
  listed: 3,
  /** a structure of known size */
  structure: 4,
} as const;

/** A run of addresses under one claim. */
export interface ClaimedRange extends AddressRange {
  readonly claim: UsageClaim;
}

/** Claims without their overlaps: rising and disjoint. n log n, whatever the overlaps are. */
export function resolveClaims(claims: readonly UsageClaim[]): ClaimedRange[] {
  const valid = claims.filter((c) => c.start < c.end);
  const starts = [...valid].sort((a, b) => compare(a.start, b.start));
  const borders = [...new Set(valid.flatMap((c) => [c.start, c.end]))].sort(compare);
  // one stack a rank: its top is the latest claim; what has ended is dropped when it comes to the top
  const open = new Map<number, UsageClaim[]>();
  const result: ClaimedRange[] = [];
  let next = 0;
  borders.forEach((border, i) => {
    for (let c = starts[next]; c && c.start <= border; c = starts[++next]) {
      const stack = open.get(c.rank);
      if (stack) stack.push(c);
      else open.set(c.rank, [c]);
    }
    const to = borders[i + 1];
    const claim = to === undefined ? undefined : topmost(open, border);
    if (!claim || to === undefined) return;
    const last = result.at(-1);
    if (last?.claim === claim && last.end === border) {
      result[result.length - 1] = { ...last, end: to };
    } else {
      result.push({ start: border, end: to, claim });
    }
  });
  return result;
}

function topmost(open: ReadonlyMap<number, UsageClaim[]>, at: Address): UsageClaim | undefined {
  let best: UsageClaim | undefined;
  for (const stack of open.values()) {
    while (stack.length > 0 && (stack.at(-1)?.end ?? 0n) <= at) stack.pop();
    const top = stack.at(-1);
    if (top && (!best || top.rank > best.rank)) best = top;
  }
  return best;
}

function compare(a: Address, b: Address): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
