import {
  type BaseRegions,
  pebClaims,
  type ProcessView,
  threadClaims,
  type UsageClaim,
} from '../../process/index.ts';
import { heapClaims, heapsOf } from '../heap/index.ts';
import type { Session } from '../session.ts';

/** What a source of usage is asked with: once for each view of the process. */
export interface UsageRequest {
  readonly session: Session;
  readonly view: ProcessView;
  /** `32` or `64` behind names of which a WOW64 process has two kinds, else empty */
  readonly suffix: string;
  /** the regions as the dump lists them; undefined where it does not */
  readonly base?: BaseRegions;
}

/** Who knows what memory is used for. What a source claims must not depend on the order of the sources. */
export type UsageSource = (request: UsageRequest) => readonly UsageClaim[];

/** Stacks, TEBs, the PEB and what it leads to, heaps. */
export const usageSources: readonly UsageSource[] = [
  ({ view, suffix, base }) => threadClaims(view, suffix, base),
  ({ view, suffix, base }) => (base ? pebClaims(view, base, suffix) : []),
  ({ session, view, suffix, base }) => heapClaims(heapsOf(session), view, suffix, base),
];
