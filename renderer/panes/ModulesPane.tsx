import { useMemo, useRef, useState } from 'react';
import type { ModuleRowModel } from '../../core/protocol/index.ts';
import { usePaneAction } from '../app/paneActions.ts';
import { useNavigate } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { countText, sizeText } from '../parts/format.ts';
import { PaneNote, PaneState } from '../parts/PaneState.tsx';
import { Place } from '../parts/Place.tsx';
import { useAddressWidth } from '../parts/useAddressWidth.ts';
import { moduleTip, symbolsReason, symbolsText, symbolsTip } from './moduleText.ts';
import './panes.css';

/** Versions by their numbers, not by their digits. */
const versionKey = ({ version }: ModuleRowModel): string =>
  (version ?? '').replaceAll(/\d+/g, (digits) => digits.padStart(5, '0'));

const columnsOf = (addressWidth: number): Column<ModuleRowModel>[] => [
  {
    key: 'name',
    title: 'Module',
    fit: { text: (m) => m.name, max: 34, least: 14 },
    render: (m) => <span className="kind-module">{m.name}</span>,
    sort: (m) => m.name.toLowerCase(),
    text: (m) => m.name,
    tip: moduleTip,
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
    width: 9,
    align: 'right',
    render: (m) => sizeText(Number(m.end - m.start)),
    sort: (m) => m.end - m.start,
    tip: (m) => `${countText(Number(m.end - m.start))} bytes (0x${(m.end - m.start).toString(16)})`,
  },
  {
    key: 'symbols',
    title: 'Symbols',
    hint: 'What lm says of its symbols: hover over a row for what was tried',
    fit: { text: symbolsText, max: 16 },
    mono: false,
    render: (m) => <span className={SYMBOL_KINDS[symbolsText(m)]}>{symbolsText(m)}</span>,
    sort: symbolsText,
    tip: symbolsTip,
  },
  {
    key: 'reason',
    title: 'Symbol file, or why none',
    fit: { text: symbolsReason, max: 60, least: 14 },
    mono: false,
    render: (m) => (
      <span className={m.symbolFile === undefined ? 'muted' : 'kind-file'}>{symbolsReason(m)}</span>
    ),
    sort: symbolsReason,
    tip: symbolsTip,
  },
  {
    key: 'version',
    title: 'Version',
    fit: { text: (m) => m.version ?? '', max: 20, least: 16 },
    render: (m) => m.version ?? '',
    sort: versionKey,
    text: (m) => m.version ?? '',
  },
  {
    key: 'path',
    title: 'Path',
    further: true,
    fit: { text: (m) => m.path, max: 120 },
    render: (m) => <span className="kind-file">{m.path}</span>,
    sort: (m) => m.path.toLowerCase(),
    text: (m) => m.path,
  },
];

/** What is less than one would wish for, and what is no module any more. */
const SYMBOL_KINDS: Readonly<Record<string, string>> = {
  none: 'kind-warning',
  export: 'kind-warning',
  deferred: 'muted',
  unloaded: 'muted',
};

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
