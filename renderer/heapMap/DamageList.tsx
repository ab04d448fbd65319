import { useMemo, useState } from 'react';
import type { HeapMap } from '../../core/protocol/pictures.ts';
import { addressText, addressWidth } from '../picture/addressText.ts';
import type { TableColumn } from '../picture/tableColumn.ts';
import { VirtualTable } from '../picture/VirtualTable.tsx';
import type { DamageRow } from './damageRows.ts';

interface DamageListProps {
  readonly map: HeapMap;
  readonly rows: readonly DamageRow[];
  /** debug runtimes' blocks were looked at too */
  readonly isWhole: boolean;
  onOpen(address: bigint, beside: boolean): void;
  /** Shows the place in the map. */
  onShow(address: bigint): void;
}

const NOTHING: DamageRow = { address: 0n, problem: '', by: 'heap' };

/** All that is wrong with the heap. A row leads to its place in the map, its address and Enter to the memory. */
export function DamageList({ map, rows, isWhole, onOpen, onShow }: DamageListProps) {
  const [selected, setSelected] = useState(-1);
  const columns = useMemo(() => columnsOf(map), [map]);
  const rest = map.errors - map.findings.length;
  return (
    <>
      <VirtualTable
        label="Damage"
        columns={columns}
        count={rows.length}
        selected={selected < rows.length ? selected : -1}
        empty={
          isWhole
            ? 'No damage: neither the heap nor debug runtimes show any.'
            : 'The heap itself shows no damage; blocks of debug runtimes are still being looked at.'
        }
        row={(i) => rows[i] ?? NOTHING}
        onSelect={(i) => {
          setSelected(i);
          const row = rows[i];
          if (row) onShow(row.address);
        }}
        onOpen={(i, beside) => {
          const row = rows[i];
          if (row) onOpen(row.address, beside);
        }}
      />
      {rest > 0 && (
        <p className="picture-status">
          {map.errors.toLocaleString('en-US')} findings in all; the first{' '}
          {map.findings.length.toLocaleString('en-US')} are shown.
        </p>
      )}
    </>
  );
}

function columnsOf({ pointerSize }: HeapMap): TableColumn<DamageRow>[] {
  const bits = pointerSize === 4 ? 32 : 64;
  return [
    {
      key: 'address',
      title: 'Address',
      meaning: 'Where it is; opens its memory',
      width: addressWidth(bits) + 2,
      mono: true,
      cell: (row) => (
        <button type="button" tabIndex={-1} className="link mono">
          {addressText(row.address, bits)}
        </button>
      ),
    },
    {
      key: 'problem',
      title: 'What is wrong',
      width: 24,
      grow: 2,
      cell: (row) => row.problem,
      text: (row) => row.problem,
    },
    {
      key: 'expected',
      title: 'Expected',
      width: 12,
      grow: 1,
      mono: true,
      cell: (row) => row.expected,
      text: (row) => row.expected ?? '',
    },
    {
      key: 'found',
      title: 'Found',
      width: 12,
      grow: 1,
      mono: true,
      cell: (row) => row.found,
      text: (row) => row.found ?? '',
    },
    { key: 'by', title: 'Seen by', meaning: 'Whose bytes are wrong', width: 12, cell: (row) => row.by },
  ];
}
