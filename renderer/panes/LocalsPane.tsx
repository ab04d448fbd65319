import type { LocalRowModel } from '../../core/protocol/index.ts';
import { useNavigate } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { PaneNote, PaneState } from '../parts/PaneState.tsx';
import { Place } from '../parts/Place.tsx';

const columns: readonly Column<LocalRowModel>[] = [
  {
    key: 'name',
    title: 'Name',
    fit: { text: (r) => r.name, max: 28 },
    render: (r) => r.name,
    sort: (r) => r.name,
    text: (r) => `${r.type} ${r.name}${r.parameter ? ' (parameter)' : ''}`,
  },
  { key: 'kind', title: 'p', width: '1ch', hint: 'p: parameter', render: (r) => (r.parameter ? 'p' : '') },
  {
    key: 'value',
    title: 'Value',
    fit: { text: (r) => r.value, max: 44 },
    render: (r) => r.value,
    text: (r) => r.value,
  },
  {
    key: 'type',
    title: 'Type',
    fit: { text: (r) => r.type, max: 36 },
    render: (r) => <span className="kind-type">{r.type}</span>,
    text: (r) => r.type,
  },
  {
    key: 'place',
    title: 'Place',
    width: '18ch',
    render: (r) => (r.address !== undefined ? <Place address={r.address} /> : (r.register ?? '')),
  },
];

/** Parameters and locals of the frame in effect. */
export function LocalsPane() {
  const navigate = useNavigate();
  const asked = useModel('locals', {}, 'symbols');
  return (
    <PaneState asked={asked} what="locals">
      {({ rows, note }) =>
        rows.length === 0 ? (
          <PaneNote>{note}</PaneNote>
        ) : (
          <DataTable
            label="Locals"
            rows={rows}
            columns={columns}
            rowKey={(r) => `${r.name} ${r.address ?? r.register ?? ''}`}
            onOpen={(r) => navigate.run(`dt ${r.name}`)}
          />
        )
      }
    </PaneState>
  );
}
