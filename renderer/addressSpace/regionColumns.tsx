import type { SpaceRegion } from '../../core/protocol/pictures.ts';
import { addressText, addressWidth, sizeText } from '../picture/addressText.ts';
import { sortOf, type TableColumn } from '../picture/tableColumn.ts';
import type { RegionKey, RegionOrder } from './regionRows.ts';

/** The columns of the region table, as !address has them. */
export function regionColumns(bits: 32 | 64, order: RegionOrder): TableColumn<SpaceRegion>[] {
  const wide = addressWidth(bits) + 2;
  const named = (
    key: RegionKey & keyof SpaceRegion,
    title: string,
    meaning: string,
    width: number,
  ): TableColumn<SpaceRegion> => ({
    key,
    title,
    meaning,
    width,
    sort: sortOf(order, key),
    cell: (r) => String(r[key]),
    text: (r) => String(r[key]),
  });
  return [
    {
      key: 'start',
      title: 'Start',
      meaning: 'Opens its memory',
      width: wide,
      mono: true,
      sort: sortOf(order, 'start'),
      cell: (r) => (
        <button type="button" tabIndex={-1} className="link mono">
          {addressText(r.start, bits)}
        </button>
      ),
    },
    {
      key: 'end',
      title: 'End',
      meaning: 'The last byte',
      width: wide,
      mono: true,
      cell: (r) => addressText(r.end - 1n, bits),
    },
    {
      key: 'size',
      title: 'Size',
      width: 9,
      right: true,
      sort: sortOf(order, 'size'),
      cell: (r) => sizeText(r.end - r.start),
      text: (r) => `${(r.end - r.start).toLocaleString('en-US')} bytes`,
    },
    {
      key: 'held',
      title: 'In dump',
      meaning: 'Bytes of it that the dump holds',
      width: 9,
      right: true,
      sort: sortOf(order, 'held'),
      cell: (r) => (r.inDump === 'all' ? 'all' : r.inDump === 'part' ? sizeText(r.held) : 'no'),
      text: (r) => `${r.held.toLocaleString('en-US')} bytes`,
    },
    named('usage', 'Usage', 'What !address calls it', 11),
    named('state', 'State', 'Committed, reserved or free', 10),
    named('type', 'Type', 'Image, mapped or private', 12),
    named('protect', 'Protection', 'What may be done with it', 18),
    { ...named('detail', 'Detail', 'Module, thread, heap', 14), grow: 1 },
  ];
}
