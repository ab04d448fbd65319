import { useMemo } from 'react';
import type { ThreadRowModel } from '../../core/protocol/index.ts';
import { useNavigate } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { PaneNote, PaneState } from '../parts/PaneState.tsx';

const columns: readonly Column<ThreadRowModel>[] = [
  {
    key: 'index',
    title: '#',
    hint: '. current thread, # the exception’s',
    width: '5ch',
    render: (t) => `${t.current ? '.' : t.event ? '#' : ' '} ${String(t.index).padStart(2)}`,
    sort: (t) => t.index,
  },
  {
    key: 'id',
    title: 'Id',
    fit: { text: (t) => t.id.toString(16), max: 8 },
    render: (t) => t.id.toString(16),
    sort: (t) => t.id,
  },
  {
    key: 'name',
    title: 'Name',
    fit: { text: (t) => t.name ?? '', max: 18 },
    mono: false,
    render: (t) => t.name ?? '',
    sort: (t) => t.name ?? '',
  },
  {
    key: 'state',
    title: 'Where it is',
    render: (t) => (
      <>
        {t.event && <span className="kind-error">exception </span>}
        <span className="kind-symbol">{t.state}</span>
        {(t.suspendCount ?? 0) > 0 && ` suspended ${t.suspendCount ?? 0}×`}
      </>
    ),
    text: (t) => t.state,
    sort: (t) => t.state,
  },
];

/** All threads: choosing one makes it the current one everywhere. */
export function ThreadsPane() {
  const navigate = useNavigate();
  const asked = useModel('threads', {}, 'symbols');
  const threads = asked.state === 'ready' ? asked.model : undefined;
  // few programs name their threads: the room is for where they are
  const shown = useMemo(
    () => columns.filter((c) => c.key !== 'name' || threads?.some((t) => t.name)),
    [threads],
  );
  return (
    <PaneState asked={asked} what="threads">
      {(all) =>
        all.length === 0 ? (
          <PaneNote>
            This dump has no thread list: it was written without threads, or it is cut short.
          </PaneNote>
        ) : (
          <DataTable
            label="Threads"
            rows={all}
            columns={shown}
            rowKey={(t) => `${t.index} ${t.id}`}
            isCurrent={(t) => t.current}
            onOpen={(t) => navigate.run(`~${t.index}s`)}
          />
        )
      }
    </PaneState>
  );
}
