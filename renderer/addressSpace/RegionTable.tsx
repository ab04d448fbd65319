import { useDeferredValue, useMemo, useState } from 'react';
import type { AddressSpace, SpaceRegion } from '../../core/protocol/pictures.ts';
import type { WindowPoint } from '../picture/PictureCanvas.tsx';
import { VirtualTable } from '../picture/VirtualTable.tsx';
import { regionColumns } from './regionColumns.tsx';
import { filterRegions, REGION_KEYS, type RegionOrder, sortRegions } from './regionRows.ts';
import { regionUses } from './regionUses.ts';

interface RegionTableProps {
  readonly model: AddressSpace;
  /** index of a region; -1 for none */
  readonly selected: number;
  onSelect(region: number): void;
  onOpen(region: number, beside: boolean): void;
  onMenu?(region: number, place: WindowPoint): void;
}

/** The regions behind the picture, as a table that can be searched and sorted. */
export function RegionTable({ model, selected, onSelect, onOpen, onMenu }: RegionTableProps) {
  const { regions } = model;
  const [use, setUse] = useState('');
  const [text, setText] = useState('');
  const [order, setOrder] = useState<RegionOrder>({ key: 'start', descending: false });
  const bits = model.pointerSize === 4 ? 32 : 64;
  // what is typed is seen at once; a hundred thousand rows may come a moment later
  const wanted = useDeferredValue(text);
  const found = useMemo(() => filterRegions(regions, { use, text: wanted }), [regions, use, wanted]);
  const shown = useMemo(() => sortRegions(regions, found, order), [regions, found, order]);
  const columns = useMemo(() => regionColumns(bits, order), [bits, order]);
  const selectedRow = useMemo(() => (selected < 0 ? -1 : shown.indexOf(selected)), [shown, selected]);
  const regionOf = (row: number): number => shown[row] ?? 0;
  return (
    <>
      <div className="picture-bar">
        <label>
          Usage{' '}
          <select className="field" value={use} onChange={(event) => setUse(event.target.value)}>
            <option value="">all</option>
            {regionUses.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <input
          type="search"
          className="field space-search"
          data-find
          placeholder="Name, protection or address"
          aria-label="Filter regions"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <span className="picture-bar-end" role="status">
          {shown.length.toLocaleString('en-US')} of {regions.length.toLocaleString('en-US')} regions
        </span>
      </div>
      <VirtualTable
        label="Regions of the address space"
        columns={columns}
        count={shown.length}
        selected={selectedRow}
        empty="No region passes the filter."
        row={(row) => regions[regionOf(row)] ?? NOTHING}
        onSelect={(row) => onSelect(regionOf(row))}
        onOpen={(row, beside) => onOpen(regionOf(row), beside)}
        onMenu={onMenu && ((row, place) => onMenu(regionOf(row), place))}
        onSort={(key) => {
          const sortKey = REGION_KEYS.find((k) => k === key);
          if (!sortKey) return;
          const isLargestFirst = sortKey === 'size' || sortKey === 'held';
          setOrder({
            key: sortKey,
            descending: order.key === sortKey ? !order.descending : isLargestFirst,
          });
        }}
      />
    </>
  );
}

const NOTHING: SpaceRegion = {
  start: 0n,
  end: 0n,
  usage: '',
  state: 'unknown',
  type: '',
  protect: '',
  detail: '',
  inDump: 'none',
  held: 0,
};
