import { addressText, addressWidth } from '../picture/addressText.ts';
import { sortOf, type TableColumn } from '../picture/tableColumn.ts';
import type { BlockOrder } from './blockOrder.ts';
import type { BlockFacts, BlockRow } from './describeBlock.ts';

const numberText = (value: number | undefined): string => value?.toLocaleString('en-US') ?? '';

/** The columns of the block table: owners and classes only when they have been found out. */
export function blockColumns(
  { map, owners, classes }: BlockFacts,
  order: BlockOrder,
): TableColumn<BlockRow>[] {
  const bits = map.pointerSize === 4 ? 32 : 64;
  const width = addressWidth(bits) + 2;
  // a column that says nothing of any block takes room from those that do
  const hasOwner = [owners?.owner, owners?.type].map((column) => column?.some((i) => i > 0) ?? false);
  return [
    {
      key: 'address',
      title: 'Address',
      meaning: 'What the program was given; the header of blocks that are not busy',
      width,
      mono: true,
      sort: sortOf(order, 'address'),
      cell: (row) => (
        <button type="button" tabIndex={-1} className="link mono">
          {addressText(row.address, bits)}
        </button>
      ),
    },
    {
      key: 'entry',
      title: 'Entry',
      meaning: 'The block’s header',
      width,
      mono: true,
      cell: (row) => addressText(row.entry, bits),
    },
    {
      key: 'state',
      title: 'State',
      meaning: 'What the block is to the heap',
      width: 13,
      cell: (row) => (row.damaged ? <span className="kind-error">{row.state}, damaged</span> : row.state),
    },
    {
      key: 'size',
      title: 'Size',
      meaning: 'Bytes from this entry to the next',
      width: 11,
      right: true,
      mono: true,
      sort: sortOf(order, 'size'),
      cell: (row) => numberText(row.size),
    },
    {
      key: 'userSize',
      title: 'User size',
      meaning: 'Bytes that the program asked for',
      width: 11,
      right: true,
      mono: true,
      sort: sortOf(order, 'userSize'),
      cell: (row) => numberText(row.userSize),
    },
    {
      key: 'part',
      title: 'Part',
      meaning: 'What of the heap manager handed it out: segment, LFH, large blocks, …',
      width: 9,
      grow: hasOwner[0] ? undefined : 1,
      cell: (row) => row.part,
    },
    ...OWNER_COLUMNS.filter((_, i) => hasOwner[i]),
    ...(classes ? [CLASS_COLUMN] : []),
  ];
}

const OWNER_COLUMNS: readonly TableColumn<BlockRow>[] = [
  {
    key: 'owner',
    title: 'Owner',
    meaning: 'The module that asked for it',
    width: 12,
    grow: 1,
    cell: (row) => row.owner,
    text: (row) => row.owner,
  },
  {
    key: 'type',
    title: 'CRT type',
    meaning: 'A debug runtime’s type of block',
    width: 9,
    cell: (row) => row.type,
  },
];

const CLASS_COLUMN: TableColumn<BlockRow> = {
  key: 'class',
  title: 'Class',
  meaning: 'The C++ class whose vtable it begins with',
  width: 14,
  grow: 2,
  cell: (row) => row.className,
  text: (row) => row.className,
};
