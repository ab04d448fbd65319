import { useMemo } from 'react';
import { addressText } from '../picture/addressText.ts';
import { type TableColumn, VirtualTable } from '../picture/VirtualTable.tsx';
import { type BlockOrder, SORT_KEYS, type SortKey } from './blockFilter.ts';
import { type BlockFacts, type BlockRow, blockRow } from './describeBlock.ts';

interface BlockTableProps {
  readonly facts: BlockFacts;
  /** the blocks shown, in their order; undefined for all by address */
  readonly blocks: Uint32Array | undefined;
  readonly order: BlockOrder;
  /** index of a block; -1 for none */
  readonly selected: number;
  onOrder(order: BlockOrder): void;
  onSelect(block: number): void;
  onOpen(block: number, beside: boolean): void;
}

/** The blocks behind the map, as a table: what the picture shows, for reading and for screen readers. */
export function BlockTable({ facts, blocks, order, selected, onOrder, onSelect, onOpen }: BlockTableProps) {
  const { map } = facts;
  const bits = map.pointerSize === 4 ? 32 : 64;
  const columns = useMemo((): TableColumn<BlockRow>[] => {
    const sortOf = (key: SortKey): 'ascending' | 'descending' | 'none' =>
      order.key !== key ? 'none' : order.descending ? 'descending' : 'ascending';
    const number = (value: number | undefined): string => value?.toLocaleString('en-US') ?? '';
    const addressColumn = `${bits === 32 ? 10 : 19}ch`;
    return [
      {
        key: 'address',
        title: 'Address',
        meaning: 'What the program was given; the header of blocks that are not busy',
        width: addressColumn,
        mono: true,
        sort: sortOf('address'),
        cell: (row) => <span className="kind-address">{addressText(row.address, bits)}</span>,
      },
      {
        key: 'entry',
        title: 'Entry',
        meaning: "The block's header",
        width: addressColumn,
        mono: true,
        cell: (row) => addressText(row.entry, bits),
      },
      {
        key: 'state',
        title: 'State',
        width: '11ch',
        cell: (row) => (row.damaged ? <span className="kind-error">{row.state}, damaged</span> : row.state),
      },
      {
        key: 'size',
        title: 'Size',
        meaning: 'Bytes from this entry to the next',
        width: '11ch',
        right: true,
        mono: true,
        sort: sortOf('size'),
        cell: (row) => number(row.size),
      },
      {
        key: 'userSize',
        title: 'User size',
        meaning: 'Bytes that the program asked for',
        width: '11ch',
        right: true,
        mono: true,
        sort: sortOf('userSize'),
        cell: (row) => number(row.userSize),
      },
      {
        key: 'part',
        title: 'Part',
        meaning: 'What of the heap manager handed it out',
        width: '9ch',
        cell: (row) => row.part,
      },
      {
        key: 'owner',
        title: 'Owner',
        meaning: 'The module that asked for it',
        width: 'minmax(8ch, 1fr)',
        cell: (row) => row.owner,
      },
      {
        key: 'type',
        title: 'CRT type',
        meaning: "A debug runtime's type of block",
        width: '9ch',
        cell: (row) => row.type,
      },
      {
        key: 'class',
        title: 'Class',
        meaning: 'The C++ class whose vtable it begins with',
        width: 'minmax(8ch, 2fr)',
        cell: (row) => row.className,
      },
    ];
  }, [bits, order]);
  const blockOf = (index: number): number => (blocks ? (blocks[index] ?? 0) : index);
  const selectedRow = useMemo(
    () => (selected < 0 ? -1 : blocks ? blocks.indexOf(selected) : selected),
    [blocks, selected],
  );
  return (
    <VirtualTable
      label="Blocks of the heap"
      columns={columns}
      count={blocks?.length ?? map.count}
      selected={selectedRow}
      empty={map.count === 0 ? 'The heap has no blocks in the dump.' : 'No block passes the filter.'}
      row={(index) => blockRow(facts, blockOf(index))}
      onSelect={(index) => onSelect(blockOf(index))}
      onOpen={(index, beside) => onOpen(blockOf(index), beside)}
      onSort={(key) => {
        const sortKey = SORT_KEYS.find((k) => k === key);
        if (sortKey)
          onOrder({
            key: sortKey,
            descending: order.key === sortKey ? !order.descending : sortKey !== 'address',
          });
      }}
    />
  );
}
