import type { Ownership } from '../../core/protocol/pictures.ts';
import { csv } from '../picture/csv.ts';

/** What the ribbons stand for, as CSV; empty where blocks do not say. */
export function flowsCsv({ flows, modules, runtimes }: Ownership): string {
  const labels = new Map(runtimes.map((r) => [r.id, r.label]));
  return csv(
    ['module', 'runtime', 'heap', 'blocks', 'bytes'],
    flows.map((f) => [
      f.module === undefined ? undefined : modules[f.module]?.name,
      labels.get(f.runtime),
      f.heap === undefined ? undefined : `0x${f.heap.toString(16)}`,
      f.blocks,
      f.bytes,
    ]),
  );
}
