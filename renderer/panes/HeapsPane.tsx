import type { HeapRowModel } from '../../core/protocol/index.ts';
import { useNavigate } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { addressText, countText, sizeText } from '../parts/format.ts';
import { PaneNote, PaneState } from '../parts/PaneState.tsx';
import { Place } from '../parts/Place.tsx';
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
  width: '8ch',
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
  width: '7ch',
  align: 'right',
  render: (h) => (of(h) === undefined ? '' : countText(of(h) ?? 0)),
  sort: (h) => of(h) ?? -1,
});

const KINDS: Readonly<Record<string, string>> = {
  nt: 'NT',
  segment: 'Segment',
  wine: 'Wine',
  page: 'Page heap',
};
const FRONT_ENDS: Readonly<Record<string, string>> = { lfh: 'LFH', lookaside: 'Look-aside' };

const kindText = ({ kind, processHeap }: HeapRowModel): string =>
  `${KINDS[kind] ?? kind}${processHeap ? ', process heap' : ''}`;

const handleText = ({ address, machine }: HeapRowModel): string =>
  addressText(address, machine === 'x86' || machine === 'arm' ? 4 : 8);

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
    key: 'machine',
    title: 'Side',
    hint: 'Which side of a WOW64 process it belongs to',
    width: '5ch',
    render: (h) => h.machine,
    sort: (h) => h.machine,
  },
  {
    key: 'address',
    title: 'Heap',
    hint: 'The handle that the program holds; opens the map of its blocks',
    fit: { text: handleText, max: 17 },
    render: (h) => <Place address={h.address} text={handleText(h)} />,
    sort: (h) => h.address,
  },
  {
    key: 'kind',
    title: 'Kind',
    hint: 'NT heap, segment heap, Wine’s, or a page heap; and which is the process heap',
    fit: { text: kindText, max: 24 },
    mono: false,
    render: kindText,
    sort: (h) => h.kind,
  },
  {
    key: 'errors',
    title: 'Errors',
    hint: 'What a sound heap does not have: !heap -triage lists it',
    width: '6ch',
    align: 'right',
    render: (h) =>
      h.errors === undefined ? (
        ''
      ) : (
        <span className={h.errors > 0 ? 'kind-error' : undefined}>{h.errors}</span>
      ),
    sort: (h) => h.errors ?? -1,
  },
  count('busyBlocks', 'Busy', 'Blocks that the program holds', (h) => h.busyBlocks),
  size('busyBytes', 'Busy size', 'Bytes of these blocks, headers included', (h) => h.busyBytes),
  count('freeBlocks', 'Free', 'Free blocks', (h) => h.freeBlocks),
  size('freeBytes', 'Free size', 'Bytes of free blocks', (h) => h.freeBytes),
  size('committed', 'Commit', 'Memory that it has: committed bytes', (h) => h.committed),
  size('reserved', 'Reserve', 'Address space set aside, committed or not', (h) => h.reserved),
  {
    key: 'front',
    title: 'Front end',
    hint: 'What serves small requests first: LFH, look-aside lists, or nothing',
    width: '9ch',
    mono: false,
    render: (h) => FRONT_ENDS[h.frontEnd ?? ''] ?? h.frontEnd ?? '',
    sort: (h) => h.frontEnd ?? '',
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

const ONE_SIDE = columns.filter((c) => c.key !== 'machine');

function sizeOrNothing(bytes: number | undefined): string {
  return bytes === undefined ? '' : sizeText(bytes);
}

/** All heaps; choosing one opens its map. */
export function HeapsPane() {
  const navigate = useNavigate();
  const asked = useModel('heaps', {}, 'reload');
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
                columns={heaps.some((h) => h.machine !== heaps[0]?.machine) ? columns : ONE_SIDE}
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
