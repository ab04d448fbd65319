import type { Address, Memory } from '../../target/index.ts';
import type { Pace } from '../pace.ts';
import type { MemoryRuns } from '../memory/index.ts';
import { BytePattern } from './bytePattern.ts';

/** Bytes that are looked at between two looks at the clock. */
const CHUNK = 0x8_0000;
/** Longer patterns are not typed. */
export const MAX_PATTERN = 4096;

export interface FindBytesRequest {
  readonly pattern: Uint8Array;
  /** the first address that counts */
  readonly from: Address;
  readonly direction: 'forward' | 'backward';
}

/**
 * The next place at or above `from` (backward: at or below it) where a pattern stands whole, undefined where there is
 * none up to the end of memory. Bytes that are not there match nothing.
 */
export async function findBytes(
  memory: Memory,
  runs: MemoryRuns,
  { pattern, from, direction }: FindBytesRequest,
  pace: Pace,
): Promise<Address | undefined> {
  const { length } = pattern;
  if (length === 0 || length > MAX_PATTERN) return undefined;
  const wanted = new BytePattern(pattern);
  const isForward = direction === 'forward';
  const count = runs.starts.length;
  const total = ahead(runs, from, isForward);
  let done = 0;
  for (let k = 0; k < count; k++) {
    const run = isForward ? k : count - 1 - k;
    const start = runs.starts[run] ?? 0n;
    const last = runs.lasts[run] ?? 0n;
    // places where the pattern may begin: all of it must lie in the run
    let low = start;
    let high = last - BigInt(length - 1);
    if (isForward && from > low) low = from;
    if (!isForward && from < high) high = from;
    while (low <= high) {
      const room = high - low + 1n;
      const places = room > BigInt(CHUNK) ? CHUNK : Number(room);
      const at = isForward ? low : high - BigInt(places - 1);
      const bytes = memory.read(at, places + length - 1);
      const found = matchIn(bytes, wanted, isForward);
      if (found >= 0) return at + BigInt(found);
      if (isForward) low += BigInt(places);
      else high -= BigInt(places);
      done += places;
      if (pace.due()) await pace.rest({ done, total, what: 'bytes' });
    }
  }
  return undefined;
}

/** Bytes of the dump that lie at or above an address, or at or below it: what there is to search. */
function ahead({ starts, lasts }: MemoryRuns, from: Address, isForward: boolean): number {
  let bytes = 0n;
  starts.forEach((start, i) => {
    const last = lasts[i] ?? start;
    const low = isForward && from > start ? from : start;
    const high = !isForward && from < last ? from : last;
    if (low <= high) bytes += high - low + 1n;
  });
  return Number(bytes);
}

/** The first match in a window, or the last; -1 if none. */
function matchIn(window: Uint8Array, pattern: BytePattern, isForward: boolean): number {
  let found = -1;
  pattern.visit(window, (offset) => {
    found = offset;
    return !isForward;
  });
  return found;
}
