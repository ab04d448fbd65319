import type { HeapAnswer } from './answer.ts';

interface Column {
  readonly column: string;
  readonly meaning: string;
}

const NT_COLUMNS: readonly Column[] = [
  { column: 'Heap', meaning: "the heap's address: the handle that the program holds" },
  {
    column: 'Flags',
    meaning:
      'HEAP_* flags in hexadecimal: 1 no serialization, 2 growable, 4 raises exceptions, 8 zeroes memory, 20 tail ' +
      'checking, 40 free checking, 80 no coalescing, 1000 private, 40000 executable, 20000000 and 40000000 validation',
  },
  {
    column: 'Reserv (k)',
    meaning: 'address space that the heap has reserved, in KiB, virtual blocks included',
  },
  { column: 'Commit (k)', meaning: 'the part of it that is committed: what the heap costs' },
  {
    column: 'Virt (k)',
    meaning:
      'reserved without the large uncommitted ranges at the ends of segments: what the blocks spread over',
  },
  { column: 'Free (k)', meaning: 'committed memory in free blocks, by the heap’s own count' },
  { column: 'List length', meaning: 'number of free blocks: many small ones mean fragmentation' },
  { column: 'UCR', meaning: 'number of uncommitted ranges, the holes between committed pages' },
  { column: 'Virt blocks', meaning: 'blocks too large for a segment, which have memory of their own' },
  { column: 'Lock cont.', meaning: "how often a thread had to wait for the heap's lock, in hexadecimal" },
  {
    column: 'Fast heap',
    meaning: 'the front end that serves small blocks: LFH, L (lookaside lists, before Vista), or none',
  },
];

const SEGMENT_COLUMNS: readonly Column[] = [
  { column: 'Reserv, Commit', meaning: 'as above, large blocks included' },
  { column: 'Busy (k), Free (k)', meaning: 'memory in blocks that are handed out, and in free ones' },
  {
    column: 'Busy blocks, Free blocks',
    meaning: 'how many there are, in LFH, VS, back end and large blocks',
  },
  { column: 'Large blocks', meaning: 'blocks with a region of their own' },
  { column: 'Segm.', meaning: 'page segments' },
];

const REMARKS: readonly Column[] = [
  {
    column: 'External fragmentation',
    meaning: 'free memory in percent of what is committed, where it is much',
  },
  {
    column: 'Virtual address fragmentation',
    meaning: 'uncommitted memory in percent of what blocks spread over, where there are many ranges',
  },
  { column: 'LFH Key', meaning: "the process's secret that headers of LFH blocks are coded with" },
  {
    column: 'Termination on corruption',
    meaning:
      'whether ntdll ends the process when it finds a heap damaged, and what says so without its symbols',
  },
  { column: 'error(s)', meaning: 'what does not fit in the heap’s structures: !heap -triage names it' },
];

/** `!heap -s -?`: every column explained. */
export function explainSummary() {
  const groups = [
    { title: 'NT heaps (and Wine heaps):', columns: NT_COLUMNS },
    { title: 'Segment heaps:', columns: SEGMENT_COLUMNS },
    { title: 'Below a heap, and above the table:', columns: REMARKS },
  ];
  return {
    print(out) {
      for (const { title, columns } of groups) {
        out.line({ text: title, kind: 'heading' });
        for (const { column, meaning } of columns) out.line(`    ${column.padEnd(30)} ${meaning}`);
        out.line('');
      }
      out.line('!heap -s HEAP shows one heap with its blocks by size; -b N sets the size of a row in bytes.');
    },
    data: () => ({ columns: groups.flatMap(({ columns }) => columns.map((c) => ({ ...c }))) }),
  } satisfies HeapAnswer;
}
