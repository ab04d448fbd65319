import type { SpaceRegion } from '../../core/protocol/pictures.ts';
import { csv } from '../picture/csv.ts';

const HEADER = [
  'start',
  'end',
  'bytes',
  'usage',
  'state',
  'type',
  'protect',
  'in dump',
  'bytes in dump',
  'detail',
];

/** The regions as CSV; `end` is the address behind the last byte. */
export function regionsCsv(regions: readonly SpaceRegion[]): string {
  return csv(
    HEADER,
    regions.map((r) => [
      `0x${r.start.toString(16)}`,
      `0x${r.end.toString(16)}`,
      r.end - r.start,
      r.usage,
      r.state,
      r.type,
      r.protect,
      r.inDump,
      r.held,
      r.detail,
    ]),
  );
}
