import { useMemo } from 'react';
import type { WindowPoint } from '../picture/PictureCanvas.tsx';
import { VirtualTable } from '../picture/VirtualTable.tsx';
import { blockColumns } from './blockColumns.tsx';
import { type BlockOrder, SORT_KEYS } from './blockOrder.ts';
import { type BlockSelection, rowOfBlock } from './blockSelection.ts';
import { type BlockFacts, blockRow } from './describeBlock.ts';

interface BlockTableProps {
  readonly facts: BlockFacts;
  /** the blocks shown, in their order; undefined for all by address */
  readonly blocks: Uint32Array | undefined;
  readonly order: BlockOrder;
  readonly selection: BlockSelection;
  onOrder(order: BlockOrder): void;
  onSelectRow(row: number, extend: boolean): void;
  onSelectAll(): void;
  onOpen(block: number, beside: boolean): void;
  onMenu?(block: number, place: WindowPoint): void;
}

/** The blocks behind the map, as a table: what the picture shows, for reading and for screen readers. */
export function BlockTable(props: BlockTableProps) {
  const { facts, blocks, order, selection, onOrder, onOpen, onMenu } = props;
  const { map } = facts;
  const columns = useMemo(() => blockColumns(facts, order), [facts, order]);
  const blockOf = (row: number): number => (blocks ? (blocks[row] ?? 0) : row);
  const { active, chosen } = selection;
  const activeRow = useMemo(() => rowOfBlock(blocks, active), [blocks, active]);
  return (
    <VirtualTable
      label="Blocks of the heap"
      columns={columns}
      count={blocks?.length ?? map.count}
      selected={activeRow}
      isSelected={(row) => chosen?.[blockOf(row)] === 1}
      empty={map.count === 0 ? 'The heap has no blocks in the dump.' : 'No block passes the filter.'}
      row={(row) => blockRow(facts, blockOf(row))}
      onSelect={props.onSelectRow}
      onSelectAll={props.onSelectAll}
      onOpen={(row, beside) => onOpen(blockOf(row), beside)}
      onMenu={onMenu && ((row, place) => onMenu(blockOf(row), place))}
      onSort={(key) => {
        const sortKey = SORT_KEYS.find((k) => k === key);
        if (!sortKey) return;
        const descending = order.key === sortKey ? !order.descending : sortKey !== 'address';
        onOrder({ key: sortKey, descending });
      }}
    />
  );
}
