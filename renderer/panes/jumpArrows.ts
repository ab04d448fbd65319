import type { DisassemblyRowModel } from '../../core/protocol/index.ts';

/** Lanes beside the code: more jumps over the same row than these nobody tells apart. */
const MAX_LANES = 6;

type JumpRow = Pick<DisassemblyRowModel, 'address' | 'flow' | 'target'>;

/** What of a jump's arrow stands in one row. */
export interface ArrowPart {
  /** the row that jumps */
  readonly from: number;
  /** 0 is nearest to the code */
  readonly lane: number;
  readonly part: 'passes' | 'leaves' | 'arrives';
  /** of an end: where the arrow goes on from it */
  readonly goesUp: boolean;
}

/**
 * The arrows of jumps within rows, a list a row. Short ones lie within long ones; calls have none, and jumps that lead out
 * of the rows neither: their operand says where.
 */
export function jumpArrows(rows: readonly JumpRow[]): readonly (readonly ArrowPart[])[] {
  const rowOf = new Map(rows.map(({ address }, i) => [address, i]));
  const parts = rows.map((): ArrowPart[] => []);
  const jumps = rows.flatMap(({ flow, target }, from) => {
    const to = flow === 'jump' || flow === 'conditional' ? rowOf.get(target ?? -1n) : undefined;
    return to === undefined || to === from ? [] : [{ from, to, length: Math.abs(to - from) }];
  });
  for (const { from, to } of jumps.toSorted((a, b) => a.length - b.length)) {
    const [first, last] = from < to ? [from, to] : [to, from];
    const taken = new Set<number>();
    for (let i = first; i <= last; i++) for (const part of parts[i] ?? []) taken.add(part.lane);
    let lane = 0;
    while (taken.has(lane)) lane++;
    if (lane >= MAX_LANES) continue;
    for (let i = first; i <= last; i++) {
      const part = i === from ? 'leaves' : i === to ? 'arrives' : 'passes';
      parts[i]?.push({ from, lane, part, goesUp: i === last });
    }
  }
  return parts;
}

/** Lanes that are used. */
export function laneCount(parts: readonly (readonly ArrowPart[])[]): number {
  return parts.reduce((most, row) => row.reduce((m, { lane }) => Math.max(m, lane + 1), most), 0);
}
