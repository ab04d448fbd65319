import type { HeapRowModel } from '../../core/protocol/index.ts';
import { useNavigate } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { countText, sizeText } from '../parts/format.ts';
import { PaneNote, PaneState } from '../parts/PaneState.tsx';
import './panes.css';

const size = (
  key: string,
  title: string,
  hint: string,
  of: (h: HeapRowModel) => number | undefined,
): Column<HeapRowModel> => ({
  key,
  title,
  hint,
  width: '10ch',
  align: 'right',
  render: (h) => sizeOrNothing(of(h)),
  sort: (h) => of(h) ?? -1,
  text: (h) => (of(h) === undefined ? '' : `${of(h) ?? 0} bytes`),
});
const count = (
  key: string,
  title: string,
  hint: string,
  of: (h: HeapRowModel) => number | undefined,
): Column<HeapRowModel> => ({
  key,
  title,
  hint,
  width: '9ch',
  align: 'right',
  render: (h) => (of(h) === undefined ? '' : countText(of(h) ?? 0)),
  sort: (h) => of(h) ?? -1,
});

const columns: readonly Column<HeapRowModel>[] = [
  {
    key: 'index',
    title: '#',
    width: '3ch',
    align: 'right',
    render: (h) => String(h.index),
    sort: (h) => h.index,
  },
  {
    key: 'address',
    title: 'Heap',
    hint: 'The handle that the program holds; opens the map of its blocks',
    width: '14ch',
    render: (h) => <span className="kind-address">{h.address.toString(16)}</span>,
    sort: (h) => h.address,
  },
  {
    key: 'kind',
    title: 'Kind',
    hint: 'NT heap, segment heap, Wine’s, or a page heap; p: the process heap',
    width: '10ch',
    render: (h) => `${h.kind}${h.processHeap ? ' p' : ''}`,
    sort: (h) => h.kind,
  },
  {
    key: 'front',
    title: 'Front end',
    hint: 'What serves small requests first: LFH, look-aside lists, or nothing',
    width: '9ch',
    render: (h) => h.frontEnd ?? '',
    sort: (h) => h.frontEnd ?? '',
  },
  size('reserved', 'Reserved', 'Address space set aside', (h) => h.reserved),
  size('committed', 'Committed', 'Memory that it has', (h) => h.committed),
  count('busyBlocks', 'Busy', 'Blocks that the program holds', (h) => h.busyBlocks),
  size('busyBytes', 'Busy size', 'Bytes of these blocks, headers included', (h) => h.busyBytes),
  count('freeBlocks', 'Free', 'Free blocks', (h) => h.freeBlocks),
  size('freeBytes', 'Free size', 'Bytes of free blocks', (h) => h.freeBytes),
  {
    key: 'errors',
    title: 'Errors',
    hint: 'What a sound heap does not have: !heap -triage lists it',
    width: '7ch',
    align: 'right',
    render: (h) =>
      h.errors === undefined ? (
        ''
      ) : (
        <span className={h.errors > 0 ? 'kind-error' : undefined}>{h.errors}</span>
      ),
    sort: (h) => h.errors ?? -1,
  },
  {
    key: 'users',
    title: 'Used by',
    hint: 'C runtimes that allocate from it',
    mono: false,
    render: (h) =>
      h.problem !== undefined ? <span className="kind-missing">{h.problem}</span> : h.users.join(', '),
    text: (h) => [...h.users, ...h.notes, h.problem].filter((t) => t !== undefined).join('\n'),
  },
];

function sizeOrNothing(bytes: number | undefined): string {
  return bytes === undefined ? '' : sizeText(bytes);
}

/** All heaps; choosing one opens its map. */
export function HeapsPane() {
  const navigate = useNavigate();
  const asked = useModel('heaps', {}, 'never');
  return (
    <PaneState asked={asked} what="heaps">
      {({ heaps, note }) => (
        <div className="pane-column">
          {note !== undefined && <PaneNote>{note}</PaneNote>}
          {heaps.length > 0 && (
            <div className="pane-rest">
              <DataTable
                label="Heaps"
                rows={heaps}
                columns={columns}
                rowKey={(h) => `${h.machine} ${h.address}`}
                onOpen={(h, { ctrlKey }) => navigate.heap(h.address, { beside: ctrlKey })}
              />
            </div>
          )}
        </div>
      )}
    </PaneState>
  );
}
