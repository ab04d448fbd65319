import type { Memory } from '../../target/index.ts';
import { perModuleList } from '../perModuleList.ts';

/** Runs that are told apart: no writer makes nearly as many, and each costs a pane a row. */
const MAX_RUNS = 1 << 20;

/**
 * Where there are bytes, in the dump or in images that stand in for it: rising, disjoint, joined where they meet.
 * Columns, so that a port carries them without an object a run.
 */
export interface MemoryRuns {
  readonly starts: BigUint64Array;
  /** the last byte of each, included: a run may end with the address space */
  readonly lasts: BigUint64Array;
}

/** The runs of a session's memory: listed once for the modules and images that there are. */
export const memoryRunsOf = perModuleList((session) => memoryRuns(session.target.memory));

/** The runs of bytes in a memory. Reads nothing of them. */
export function memoryRuns(memory: Memory): MemoryRuns {
  const starts: bigint[] = [];
  const lasts: bigint[] = [];
  let at = memory.nextReadable(0n);
  while (at !== undefined && starts.length < MAX_RUNS) {
    const end = at + BigInt(memory.available(at, Number.MAX_SAFE_INTEGER));
    if (end <= at) break;
    starts.push(at);
    lasts.push(end - 1n);
    at = end > 0xffff_ffff_ffff_ffffn ? undefined : memory.nextReadable(end);
  }
  return { starts: BigUint64Array.from(starts), lasts: BigUint64Array.from(lasts) };
}
