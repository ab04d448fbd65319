import { Fragment, useMemo } from 'react';
import { useNavigate } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { PaneNote, PaneState } from '../parts/PaneState.tsx';
import { Place } from '../parts/Place.tsx';
import { useAddressWidth } from '../parts/useAddressWidth.ts';
import { stateParts, stateText, threadTip, type ThreadRow } from './threadText.ts';
import { useThreadStates } from './useThreadStates.ts';

const ID: Column<ThreadRow> = {
  key: 'id',
  title: 'Id',
  fit: { text: (t) => t.id.toString(16), max: 8 },
  render: (t) => t.id.toString(16),
  sort: (t) => t.id,
};

const NAME: Column<ThreadRow> = {
  key: 'name',
  title: 'Name',
  fit: { text: (t) => t.name ?? '', max: 40, least: 12 },
  mono: false,
  render: (t) => t.name ?? '',
  sort: (t) => t.name ?? '',
  tip: threadTip,
};

/** Few programs name their threads: where one does, its names stand before the ids. */
function columnsOf(named: boolean, addressWidth: number): Column<ThreadRow>[] {
  return [
    {
      key: 'index',
      title: '#',
      hint: '. current thread, # the exception’s',
      width: 4,
      render: (t) => `${t.current ? '.' : t.event ? '#' : ' '} ${t.index}`,
      sort: (t) => t.index,
      tip: threadTip,
    },
    named ? NAME : ID,
    {
      key: 'state',
      title: 'State',
      hint: 'What it waits for, or where it is; behind it the innermost function of the program’s own code',
      fit: { text: stateText, max: 110, least: 12 },
      render: (t) => <State thread={t} />,
      sort: stateText,
      tip: threadTip,
    },
    ...(named ? [{ ...ID, further: true }] : []),
    {
      key: 'suspended',
      title: 'Suspend',
      hint: 'How often it was suspended: whoever writes a dump may suspend all threads once',
      width: 7,
      align: 'right',
      further: true,
      render: (t) => t.suspendCount ?? '',
      sort: (t) => t.suspendCount ?? -1,
    },
    {
      key: 'priority',
      title: 'Priority',
      width: 8,
      align: 'right',
      further: true,
      render: (t) => t.priority ?? '',
      sort: (t) => t.priority ?? -1,
    },
    {
      key: 'teb',
      title: 'TEB',
      width: addressWidth,
      further: true,
      render: (t) => <Place address={t.teb} />,
      sort: (t) => t.teb,
    },
  ];
}

/** All threads: choosing one makes it the current one everywhere. */
export function ThreadsPane() {
  const navigate = useNavigate();
  const asked = useModel('threads', {}, 'symbols');
  const threads = asked.state === 'ready' ? asked.model : undefined;
  const states = useThreadStates(threads);
  const addressWidth = useAddressWidth();
  const rows = useMemo(
    () => (threads ?? []).map((t): ThreadRow => ({ ...t, state: states.get(t.index) })),
    [threads, states],
  );
  const named = rows.some((t) => t.name !== undefined);
  const columns = useMemo(() => columnsOf(named, addressWidth), [named, addressWidth]);
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
            rows={rows}
            columns={columns}
            rowKey={(t) => `${t.index} ${t.id}`}
            isCurrent={(t) => t.current}
            onOpen={(t) => navigate.run(`~${t.index}s`)}
          />
        )
      }
    </PaneState>
  );
}

function State({ thread }: { readonly thread: ThreadRow }) {
  return stateParts(thread).map(({ text, kind }, i) => (
    <Fragment key={text}>
      {i > 0 && ' · '}
      <span className={PART_KINDS[kind]}>{text}</span>
    </Fragment>
  ));
}

const PART_KINDS = {
  place: 'kind-symbol',
  own: 'kind-symbol',
  fault: 'kind-error',
  idle: 'muted',
  state: undefined,
};
