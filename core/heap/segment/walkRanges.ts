import { BlockMark, BlockPart, BlockState } from '../blockSink.ts';
import { readLfhHeader } from './lfhHeader.ts';
import { walkLfh } from './lfhWalk.ts';
import type { PageRange, SegmentPages } from './pageRanges.ts';
import type { RangeWalk } from './rangeWalk.ts';
import { RangeKind } from './segmentForm.ts';
import { readVsExtent } from './vsChunk.ts';
import { type VsOptions, walkVs } from './vsWalk.ts';

/** Gives all blocks of a range of a page segment. */
export function walkRange(
  walk: RangeWalk,
  pages: SegmentPages,
  range: PageRange,
  owner: number,
  options: VsOptions,
): void {
  const { damage } = range;
  if (damage) walk.found(range.descriptor, 'segment', damage.problem, damage.expected, damage.found);
  switch (damage ? guessKind(walk, range) : range.kind) {
    case RangeKind.vs:
      walkVs(walk, pages, range, options);
      return;
    case RangeKind.lfh:
      walkLfh(walk, range);
      return;
    case RangeKind.backend:
      giveBackend(walk, range, owner);
      return;
    case RangeKind.free:
      walk.begin(BlockPart.backend, owner);
      if (range.committed === 0) walk.other(range.start, range.size, BlockState.uncommitted);
      else
        walk.other(
          range.start,
          range.size,
          BlockState.free,
          range.committed < range.size ? BlockMark.decommitted : 0,
        );
      return;
    default:
      walk.begin(BlockPart.backend, owner);
      walk.other(range.start, range.size, BlockState.internal, damage ? BlockMark.damaged : 0);
  }
}

function giveBackend(walk: RangeWalk, range: PageRange, owner: number): void {
  walk.begin(BlockPart.backend, owner);
  const { start, size, unusedBytes } = range;
  walk.busy(start, size, 0, size, unusedBytes, range.extra ? BlockMark.extra : 0);
}

/** What a range is whose descriptor is damaged: subsegments can be told by their own headers. */
function guessKind(walk: RangeWalk, range: PageRange): RangeKind {
  const { reader, form, keys } = walk;
  const extent = readVsExtent(reader, range.start, form);
  if (extent && extent.end <= range.start + range.size) return RangeKind.vs;
  const lfh = keys.lfh !== undefined && readLfhHeader(reader, range.start, range.size, keys.lfh, form);
  return lfh ? RangeKind.lfh : RangeKind.none;
}
