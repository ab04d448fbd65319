import { useMemo, useRef, useState } from 'react';
import type { ModuleRowModel } from '../../core/protocol/index.ts';
import { usePaneAction } from '../app/paneActions.ts';
import { useNavigate } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { sizeText } from '../parts/format.ts';
import { PaneNote, PaneState } from '../parts/PaneState.tsx';
import { Place } from '../parts/Place.tsx';
import { useAddressWidth } from '../parts/useAddressWidth.ts';
import './panes.css';

const symbolsText = (m: ModuleRowModel): string =>
  m.unloaded ? 'unloaded' : `${m.private ? 'private ' : ''}${m.symbols}`;

const columnsOf = (addressWidth: string): Column<ModuleRowModel>[] => [
  {
    key: 'name',
    title: 'Module',
    fit: { text: (m) => m.name, max: 34 },
    render: (m) => <span className="kind-module">{m.name}</span>,
    sort: (m) => m.name.toLowerCase(),
    text: (m) => m.name,
  },
  {
    key: 'start',
    title: 'Start',
    width: addressWidth,
    render: (m) => <Place address={m.start} />,
    sort: (m) => m.start,
  },
  {
    key: 'size',
    title: 'Size',
    width: '9ch',
    align: 'right',
    render: (m) => sizeText(Number(m.end - m.start)),
    sort: (m) => m.end - m.start,
  },
  {
    key: 'symbols',
    title: 'Symbols',
    hint: 'Hover over a row for what was tried',
    width: '11ch',
    mono: false,
    render: (m) => (
      <span
        className={m.symbols === 'none' ? 'kind-error' : m.symbols === 'export' ? 'kind-warning' : undefined}
      >
        {symbolsText(m)}
      </span>
    ),
    sort: (m) => m.symbols,
    text: (m) =>
      [m.symbolFile, m.wants && `wants ${m.wants}`, m.reason].filter((t) => t !== undefined).join('\n') ||
      m.symbols,
  },
  {
    key: 'version',
    title: 'Version',
    fit: { text: (m) => m.version ?? '', max: 18 },
    render: (m) => m.version ?? '',
    sort: (m) => m.version ?? '',
  },
  {
    key: 'path',
    title: 'Path',
    render: (m) => <span className="kind-file">{m.path}</span>,
    text: (m) => m.path,
  },
];

/** Modules with their symbols and why they have none; a filter by name or path. */
export function ModulesPane() {
  const navigate = useNavigate();
  const asked = useModel('modules', {}, 'symbols');
  const addressWidth = useAddressWidth();
  const columns = useMemo(() => columnsOf(addressWidth), [addressWidth]);
  const [filter, setFilter] = useState('');
  const pane = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  usePaneAction(pane, 'find', () => field.current?.focus());
  const all = asked.state === 'ready' ? asked.model : undefined;
  const rows = useMemo(() => {
    const wanted = filter.toLowerCase();
    return (all ?? []).filter(
      (m) => m.name.toLowerCase().includes(wanted) || m.path.toLowerCase().includes(wanted),
    );
  }, [all, filter]);
  return (
    <div className="pane-column" ref={pane}>
      <div className="pane-bar">
        <input
          ref={field}
          className="field"
          type="search"
          placeholder="Filter by name or path"
          aria-label="Filter modules"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <span className="muted">{all ? `${rows.length} of ${all.length}` : ''}</span>
      </div>
      <div className="pane-rest">
        <PaneState asked={asked} what="modules">
          {(modules) =>
            modules.length === 0 ? (
              <PaneNote>
                This dump has no module list: nothing can be named. !imgscan looks for images in memory.
              </PaneNote>
            ) : (
              <DataTable
                label="Modules"
                rows={rows}
                columns={columns}
                rowKey={(m) => `${m.start} ${m.name}`}
                isDimmed={(m) => m.unloaded}
                onOpen={(m) => navigate.run(m.unloaded ? `lmvm ${m.name}` : `lmva 0x${m.start.toString(16)}`)}
              />
            )
          }
        </PaneState>
      </div>
    </div>
  );
}
