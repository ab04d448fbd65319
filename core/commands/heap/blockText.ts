import { hex } from '../../bytes/index.ts';
import { BlockMark, type HeapBlock, type HeapReference, type HeapSnapshot } from '../../heap/index.ts';
import { formatFlat, type Part, span } from '../../output/index.ts';
import type { Address } from '../../target/index.ts';

/** HEAP_ENTRY_* of ntdef-style headers: bits of a block's flags (HEAPS.md 4.2). */
const EntryFlag = { extra: 0x02, fill: 0x04, user: 0xe0 } as const;

/** An address in the width of a heap's own machine: 8 or 16 digits, a link that shows its memory. */
export function flat(address: Address, { machine }: HeapReference): Part {
  const text = formatFlat(address, machine.pointerSize);
  return span(text, 'address', `!heap -x ${text}`);
}

/** A heap's handle as a link that shows the heap. */
export function heapPart({ address, machine }: HeapReference): Part {
  const text = formatFlat(address, machine.pointerSize);
  return span(text, 'address', `!heap -h ${text}`);
}

/** What stands above a heap's blocks: `_HEAP @ d7b0000`, without padding on every machine (WinDbg 10 on x86 dumps). */
export function heapHeading({ address }: HeapReference): Part[] {
  const text = hex(address);
  return ['    _HEAP @ ', span(text, 'address', `!heap -h ${text}`)];
}

/** The same without padding on 64-bit machines, as `!heap -a` has it; 8 digits on x86. */
export function bare(address: Address, { machine }: HeapReference): string {
  return machine.pointerSize === 4 ? hex(address, 8) : hex(address);
}

/** A handle so, as a link. */
export function bareHeapPart(reference: HeapReference): Part {
  const text = bare(reference.address, reference);
  return span(text, 'address', `!heap -h ${text}`);
}

/** Whether a block of this heap has a HEAP_ENTRY in front with flags and the size of the one before. */
export function hasHeaders({ kind }: HeapReference): boolean {
  return kind === 'nt' || kind === 'wine';
}

/** `busy extra fill `: what the Flags column of `!heap -x` and `-l` says. */
export function flagWords(block: HeapBlock, { kind }: HeapReference): string {
  const words: string[] = [block.state];
  if (kind === 'nt' && block.part !== 'lfh') {
    if (block.flags & EntryFlag.extra) words.push('extra');
    if (block.flags & EntryFlag.fill) words.push('fill');
    if (block.flags & EntryFlag.user) words.push('user');
  }
  if (block.marks & BlockMark.delayed) words.push('delayed');
  if (block.marks & BlockMark.damaged) words.push('damaged');
  const front = PART_LABELS[block.part];
  return `${front === undefined ? '' : `${front};`}${words.join(' ')} `;
}

const PART_LABELS: Partial<Record<HeapBlock['part'], string>> = {
  lfh: 'LFH',
  virtual: 'VirtualAlloc',
  lookaside: 'Lookaside',
  vs: 'VS',
  backend: 'Backend',
  large: 'Large',
  page: 'Page',
};

/** What stands in parentheses behind a block in `-flt`, `-srch` and `-p -a`. */
export function stateInParentheses(block: HeapBlock): string {
  const state = block.marks & BlockMark.delayed ? 'free DelayedFree' : block.state;
  return block.part === 'virtual' ? `(${state} VirtualAlloc)` : `(${state})`;
}

/** The head of the table of `!heap -x` and `-l`. */
export function tableHeading(pointerSize: 4 | 8): string[] {
  return pointerSize === 4
    ? ['Entry     User      Heap      Segment       Size  PrevSize  Unused    Flags', '-'.repeat(77)]
    : [
        'Entry             User              Heap              Segment               Size  PrevSize  Unused    Flags',
        '-'.repeat(109),
      ];
}

/** A row of that table. */
export function tableRow(snapshot: HeapSnapshot, block: HeapBlock): Part[] {
  const { reference } = snapshot;
  const owner = snapshot.owners[block.owner];
  const user = snapshot.blocks.user(block.index);
  const unused = block.userSize === undefined ? 0 : Math.max(0, block.size - block.userSize);
  const previous = previousSize(snapshot, block);
  const columns = [
    hex(block.size).padStart(8),
    previous === undefined ? '    -   ' : hex(previous).padStart(8),
    hex(unused).padStart(8),
  ];
  return [
    flat(block.entry, reference),
    '  ',
    flat(user, reference),
    '  ',
    span(formatFlat(reference.address, reference.machine.pointerSize), 'address'),
    '  ',
    span(formatFlat(owner?.address ?? reference.address, reference.machine.pointerSize), 'address'),
    `  ${columns.join('  ')}  ${flagWords(block, reference)}`,
  ];
}

/** Bytes of the block before; undefined where blocks do not say. */
export function previousSize(snapshot: HeapSnapshot, block: HeapBlock): number | undefined {
  const { kind } = snapshot.reference;
  if (kind === 'wine' && block.part === 'segment') return neighbourSize(snapshot, block);
  if (kind !== 'nt' || block.part !== 'segment') return undefined;
  return block.previousUnits * snapshot.granularity;
}

/** Wine's headers have no such field: the block that ends here. */
function neighbourSize({ blocks }: HeapSnapshot, block: HeapBlock): number {
  const i = block.index - 1;
  const end = i >= 0 ? blocks.entry(i) + BigInt(blocks.size(i)) : 0n;
  return end === block.entry ? blocks.size(i) : 0;
}
