import type { HeapRowModel } from '../../core/protocol/index.ts';
import type { Column } from '../parts/DataTable.tsx';
import { addressText, countText, sizeText } from '../parts/format.ts';
import { Place } from '../parts/Place.tsx';

type Figure = (heap: HeapRowModel) => number | undefined;

const size = (key: string, title: string, hint: string, of: Figure): Column<HeapRowModel> => {
  const text = (h: HeapRowModel): string => textOf(of(h), sizeText);
  return {
    key,
    title,
    hint,
    fit: { text, max: 10 },
    align: 'right',
    render: text,
    sort: (h) => of(h) ?? -1,
    text: (h) => textOf(of(h), (bytes) => `${countText(bytes)} bytes`),
  };
};

const count = (key: string, title: string, hint: string, of: Figure): Column<HeapRowModel> => {
  const text = (h: HeapRowModel): string => textOf(of(h), countText);
  return { key, title, hint, fit: { text, max: 13 }, align: 'right', render: text, sort: (h) => of(h) ?? -1 };
};

const KINDS: Readonly<Record<string, string>> = {
  nt: 'NT',
  segment: 'Segment',
  wine: 'Wine',
  page: 'Page heap',
};
const FRONT_ENDS: Readonly<Record<string, string>> = { lfh: 'LFH', lookaside: 'Look-aside' };

const kindText = ({ kind, processHeap }: HeapRowModel): string =>
  `${KINDS[kind] ?? kind}${processHeap ? ', process' : ''}`;

const handleText = ({ address, machine }: HeapRowModel): string =>
  addressText(address, machine === 'x86' || machine === 'arm' ? 4 : 8);

const frontEndText = ({ frontEnd = '' }: HeapRowModel): string => FRONT_ENDS[frontEnd] ?? frontEnd;

const usersText = ({ users, problem }: HeapRowModel): string => problem ?? users.join(', ');

/** The columns of the list of heaps: figures as narrow as they are, so that the last ones are seen. */
const COLUMNS: readonly Column<HeapRowModel>[] = [
  {
    key: 'index',
    title: '#',
    hint: 'The number that !heap gives it',
    fit: { text: (h) => String(h.index), max: 6 },
    align: 'right',
    render: (h) => String(h.index),
    sort: (h) => h.index,
  },
  {
    key: 'machine',
    title: 'Side',
    hint: 'Which side of a WOW64 process it belongs to',
    width: 5,
    render: (h) => h.machine,
    sort: (h) => h.machine,
  },
  {
    key: 'address',
    title: 'Heap',
    hint: 'The handle that the program holds; opens the map of its blocks',
    fit: { text: handleText, max: 17 },
    render: (h) => <Place address={h.address} to="heap" text={handleText(h)} />,
    sort: (h) => h.address,
  },
  {
    key: 'kind',
    title: 'Kind',
    hint: 'NT heap, segment heap, Wine’s, or a page heap; and which is the process heap',
    fit: { text: kindText, max: 18 },
    mono: false,
    render: kindText,
    sort: (h) => h.kind,
  },
  {
    key: 'errors',
    title: 'Errors',
    hint: 'What a sound heap does not have: the damage list of its map, and !heap -triage, tell where',
    fit: { text: (h) => textOf(h.errors, countText), max: 9 },
    align: 'right',
    render: (h) =>
      h.errors ? <span className="kind-error">{countText(h.errors)}</span> : textOf(h.errors, countText),
    sort: (h) => h.errors ?? -1,
  },
  count('busyBlocks', 'Busy', 'Blocks that the program holds', (h) => h.busyBlocks),
  size('busyBytes', 'Busy size', 'Bytes of these blocks, headers included', (h) => h.busyBytes),
  count('freeBlocks', 'Free', 'Free blocks', (h) => h.freeBlocks),
  size('freeBytes', 'Free size', 'Bytes of free blocks', (h) => h.freeBytes),
  size(
    'committed',
    'Commit',
    'Committed bytes of its segments, as the heap counts them: very large blocks are not in it',
    (h) => h.committed,
  ),
  size('reserved', 'Reserve', 'Address space set aside, committed or not', (h) => h.reserved),
  size('missing', 'Missing', 'Committed bytes that are not in the dump', (h) => h.missingBytes),
  {
    key: 'front',
    title: 'Front end',
    hint: 'What serves small requests first: LFH, look-aside lists, or nothing',
    fit: { text: frontEndText, max: 10 },
    mono: false,
    render: frontEndText,
    sort: frontEndText,
  },
  {
    key: 'users',
    title: 'Used by',
    hint: 'C runtimes that allocate from it; of a heap that cannot be walked, why',
    fit: { text: usersText, max: 60 },
    mono: false,
    render: (h) =>
      h.problem === undefined ? usersText(h) : <span className="kind-missing">{h.problem}</span>,
    sort: usersText,
    text: (h) => [...h.users, ...h.notes, h.problem].filter((t) => t !== undefined).join('\n'),
  },
];

/** The columns that say something of these heaps. */
export function heapColumns(heaps: readonly HeapRowModel[]): readonly Column<HeapRowModel>[] {
  const hasSides = heaps.some((h) => h.machine !== heaps[0]?.machine);
  const hasMissing = heaps.some((h) => h.missingBytes);
  // that there is no error the line below says
  const hasErrors = heaps.some((h) => h.errors);
  const hidden = new Set([
    ...(hasSides ? [] : ['machine']),
    ...(hasMissing ? [] : ['missing']),
    ...(hasErrors ? [] : ['errors']),
  ]);
  return COLUMNS.filter(({ key }) => !hidden.has(key));
}

/** All heaps together, in a line. */
export function heapTotals(heaps: readonly HeapRowModel[]): string {
  const walked = heaps.filter((h) => h.busyBlocks !== undefined);
  const sum = (of: Figure): number => heaps.reduce((total, h) => total + (of(h) ?? 0), 0);
  const errors = sum((h) => h.errors);
  const parts = [
    `${heaps.length === 1 ? '1 heap' : `${countText(heaps.length)} heaps`}${
      walked.length === heaps.length ? '' : `, ${countText(heaps.length - walked.length)} of them not walked`
    }`,
    `${countText(sum((h) => h.busyBlocks))} busy blocks, ${sizeText(sum((h) => h.busyBytes))}`,
    `${countText(sum((h) => h.freeBlocks))} free, ${sizeText(sum((h) => h.freeBytes))}`,
    errors === 0 ? 'no errors' : `${countText(errors)} errors`,
  ];
  return parts.join(' · ');
}

function textOf(value: number | undefined, write: (value: number) => string): string {
  return value === undefined ? '' : write(value);
}
