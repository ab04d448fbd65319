import { useMemo, useState } from 'react';
import type { AddressSpace, SpaceRegion } from '../../core/protocol/pictures.ts';
import { addressText, sizeText } from '../picture/addressText.ts';
import { type TableColumn, VirtualTable } from '../picture/VirtualTable.tsx';
import { regionUse, regionUses } from './regionUses.ts';

interface RegionTableProps {
  readonly model: AddressSpace;
  readonly selected: number;
  onSelect(region: number): void;
  onOpen(region: number, beside: boolean): void;
}

const HELD = { all: 'all', part: 'part', none: 'no' } as const;

/** The regions behind the picture, as a table. */
export function RegionTable({ model, selected, onSelect, onOpen }: RegionTableProps) {
  const [use, setUse] = useState('');
  const bits = model.pointerSize === 4 ? 32 : 64;
  const shown = useMemo(
    () =>
      [...model.regions.keys()].filter((i) => {
        const region = model.regions[i];
        return region && (use === '' || regionUse(region).id === use);
      }),
    [model, use],
  );
  const columns = useMemo((): TableColumn<SpaceRegion>[] => {
    const wide = `${bits === 32 ? 10 : 19}ch`;
    return [
      {
        key: 'start',
        title: 'Start',
        width: wide,
        mono: true,
        cell: (r) => <span className="kind-address">{addressText(r.start, bits)}</span>,
      },
      {
        key: 'end',
        title: 'End',
        meaning: 'The last byte',
        width: wide,
        mono: true,
        cell: (r) => addressText(r.end - 1n, bits),
      },
      { key: 'size', title: 'Size', width: '9ch', right: true, cell: (r) => sizeText(r.end - r.start) },
      { key: 'usage', title: 'Usage', width: '10ch', cell: (r) => r.usage },
      { key: 'state', title: 'State', width: '10ch', cell: (r) => r.state },
      { key: 'type', title: 'Type', width: '13ch', cell: (r) => r.type },
      { key: 'protect', title: 'Protection', width: '24ch', cell: (r) => r.protect },
      {
        key: 'dump',
        title: 'In dump',
        meaning: 'Whether the dump holds its bytes',
        width: '8ch',
        cell: (r) => HELD[r.inDump],
      },
      { key: 'detail', title: 'Detail', width: 'minmax(12ch, 1fr)', cell: (r) => r.detail },
    ];
  }, [bits]);
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
        <span className="picture-bar-end">
          {shown.length.toLocaleString('en-US')} of {model.regions.length.toLocaleString('en-US')} regions
        </span>
      </div>
      <VirtualTable
        label="Regions of the address space"
        columns={columns}
        count={shown.length}
        selected={selected < 0 ? -1 : shown.indexOf(selected)}
        empty="No region is used so."
        row={(index) => model.regions[regionOf(index)] ?? NOTHING}
        onSelect={(index) => onSelect(regionOf(index))}
        onOpen={(index, beside) => onOpen(regionOf(index), beside)}
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
