import type { AddressRange } from '../../target/index.ts';
import { regionMap } from '../regions/index.ts';
import type { Session } from '../session.ts';

/** PAGE_READWRITE, PAGE_WRITECOPY and their executable kin (winnt.h) */
const WRITEABLE = 0x04 | 0x08 | 0x40 | 0x80;

/**
 * The parts of a range that the process can write to. Where the dump has no list of regions only images say how they
 * are protected: what belongs to none counts as writeable.
 */
export function writeableRanges(session: Session, range: AddressRange): AddressRange[] {
  const { regions, derived } = regionMap(session);
  const ranges: AddressRange[] = [];
  for (const { start, end, protect } of regions) {
    const writes = protect ? (protect & WRITEABLE) !== 0 : derived;
    const from = start > range.start ? start : range.start;
    const to = end < range.end ? end : range.end;
    if (!writes || from >= to) continue;
    const last = ranges.at(-1);
    // regions of one kind that touch are searched as one: a match may lie across
    if (last?.end === from) ranges[ranges.length - 1] = { start: last.start, end: to };
    else ranges.push({ start: from, end: to });
  }
  return ranges;
}
