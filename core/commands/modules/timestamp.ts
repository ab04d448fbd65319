import { hex } from '../../bytes/index.ts';
import { formatTimestamp } from '../../output/index.ts';

/** What the module list has where the writer could not read the image's headers. */
const UNAVAILABLE: ReadonlySet<number> = new Set([0, 0xfffffffe, 0xffffffff]);

/** The timestamp, or undefined where the module list has none. */
export function knownTimestamp(timestamp: number): number | undefined {
  return UNAVAILABLE.has(timestamp) ? undefined : timestamp;
}

/**
 * A TimeDateStamp as lm prints it: `Wed Mar  3 17:04:27 2021 (603F511B)`, UTC. In a reproducible build it is a hash of
 * the image and no time.
 */
export function describeTimestamp(timestamp: number, reproducible: boolean): string {
  const digits = hex(timestamp, 8).toUpperCase();
  if (reproducible) return `${digits} (This is a reproducible build file hash, not a timestamp)`;
  if (knownTimestamp(timestamp) === undefined) return `unavailable (${digits})`;
  return `${formatTimestamp(timestamp)} (${digits})`;
}
