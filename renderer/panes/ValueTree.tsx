import type { ReactNode } from 'react';
import type { LocalRowModel, TypeNodeModel } from '../../core/protocol/index.ts';
import { useSession } from '../client/sessionContext.ts';
import { useStore } from '../client/store.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { addressText } from '../parts/format.ts';
import { Place } from '../parts/Place.tsx';
import { useValueTree } from './useValueTree.ts';
import type { ValueRow } from './valueRows.ts';

/** Characters that a level is set in by, the mark before the name included. */
const INDENT = 2;

type Row = ValueRow<TypeNodeModel | LocalRowModel>;

const offsetText = ({ node }: Row): string =>
  node?.offset === undefined ? '' : `+${node.offset.toString(16).padStart(3, '0')}`;
const nameText = ({ node, level }: Row): string => `${' '.repeat((level + 1) * INDENT)}${node?.name ?? ''}`;
const valueText = ({ node }: Row): string => node?.value ?? '';
const typeText = ({ node }: Row): string => node?.type ?? '';

const OFFSET: Column<Row> = {
  key: 'offset',
  title: 'Offset',
  fit: { text: offsetText, max: 8 },
  render: (row) =>
    row.node?.address === undefined ? (
      <span className="muted">{offsetText(row)}</span>
    ) : (
      <Place address={row.node.address} text={offsetText(row)} />
    ),
  text: offsetText,
};

const NAME: Column<Row> = {
  key: 'name',
  title: 'Name',
  fit: { text: nameText, max: 60, least: 14 },
  render: ({ node, level, isOpen }) => (
    <>
      {'  '.repeat(level)}
      <span aria-hidden="true">{isOpen === undefined ? '  ' : isOpen ? '▼ ' : '► '}</span>
      {node?.name}
    </>
  ),
  text: ({ node }) => node?.name ?? '',
};

const VALUE: Column<Row> = {
  key: 'value',
  title: 'Value',
  fit: { text: valueText, max: 100, least: 12 },
  render: ({ node }) => node && <ValueText node={node} />,
  text: valueText,
};

const TYPE: Column<Row> = {
  key: 'type',
  title: 'Type',
  fit: { text: typeText, max: 60, least: 8 },
  render: (row) => <span className="kind-type">{typeText(row)}</span>,
  text: typeText,
};

/** Of a local: in which register it is, or at what address. */
const PLACE: Column<Row> = {
  key: 'place',
  title: 'Place',
  width: 18,
  further: true,
  render: ({ node }) =>
    node?.address !== undefined ? (
      <Place address={node.address} />
    ) : (
      (node && 'register' in node && node.register) || ''
    ),
};

const PARAMETER: Column<Row> = {
  key: 'kind',
  title: 'p',
  hint: 'p: a parameter; others are locals',
  width: 1,
  render: ({ node }) => (node && 'parameter' in node && node.parameter ? 'p' : ''),
  text: ({ node }) => (node && 'parameter' in node && node.parameter ? 'p' : ''),
};

/** In the order of dt, whose readers look for offsets. */
const FIELDS = [OFFSET, NAME, TYPE, VALUE];
/** In the order of the debugger's window of locals: what most rows are looked at for comes first. */
const VARIABLES = [PARAMETER, NAME, VALUE, TYPE, PLACE];

/** Values with what is in them: structures, arrays and what pointers lead to open in place. */
export function ValueTree({
  label,
  nodes,
  of,
}: {
  readonly label: string;
  readonly nodes: readonly (TypeNodeModel | LocalRowModel)[];
  readonly of: 'fields' | 'variables';
}): ReactNode {
  const { rows, toggle } = useValueTree(nodes);
  return (
    <DataTable
      label={label}
      rows={rows}
      columns={of === 'fields' ? FIELDS : VARIABLES}
      rowKey={(row) => row.path}
      onOpen={(row) => row.isOpen !== undefined && toggle(row, !row.isOpen)}
      tree={{ level: (row) => row.level, isOpen: (row) => row.isOpen, toggle, note: noteText }}
    />
  );
}

function noteText({ note, level }: Row): string | undefined {
  return note === undefined ? undefined : `${' '.repeat((level + 1) * INDENT)}${note}`;
}

/** A value; of a pointer the address, which it begins with, is a link. */
function ValueText({ node: { value = '', pointer, missing } }: { readonly node: TypeNodeModel }): ReactNode {
  const context = useStore(useSession().context);
  if (pointer === undefined) return <span className={missing ? 'kind-missing' : undefined}>{value}</span>;
  const digits = `0x${addressText(pointer, context?.pointerSize ?? 8)}`;
  const isFirst = value.startsWith(digits);
  return (
    <>
      <Place address={pointer} text={isFirst ? digits : '→'} />
      {isFirst ? value.slice(digits.length) : ` ${value}`}
    </>
  );
}
