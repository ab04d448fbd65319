import { hex } from '../../bytes/index.ts';
import type { HeapSnapshot } from '../../heap/index.ts';
import { field, type ProcessView } from '../../process/index.ts';
import { formatFlat, type Output, span, parts, pointer } from '../../output/index.ts';
import { type Address, readPointer, tryRead } from '../../target/index.ts';
import type { StructView } from '../../types/index.ts';
import { bare } from './blockText.ts';
import type { EntryRows } from './entryRows.ts';

/** Blocks of one free list that are shown; a list that is longer is damaged or of no use to a reader. */
const MAX_FREE_ROWS = 100_000;
/** Heads of free lists before Vista */
const OLD_LISTS = 128;

/** The lines below `Segment at`: what an NT heap's header says, as `!heap -a` has it. */
export function printNtHeader(snapshot: HeapSnapshot, view: ProcessView, rows: EntryRows, out: Output): void {
  const { reference } = snapshot;
  const { pointerSize } = view.machine;
  const heap = view.layouts.at('_HEAP', view.target.memory, reference.address);
  const row = (title: string, value: string): void => out.line(`    ${title.padEnd(21)} ${value}`);
  const number = (title: string, path: string, width = 8): void => {
    const value = field(heap, path);
    if (value !== undefined) row(title, value === null ? '<unreadable>' : hex(value, width));
  };
  const address = (title: string, path: string): void => number(title, path, pointerSize * 2);
  row('Flags:', hex(snapshot.flags, 8));
  row('ForceFlags:', hex(snapshot.forceFlags ?? 0, 8));
  row('Granularity:', `${snapshot.granularity} bytes`);
  number('Segment Reserve:', 'SegmentReserve');
  number('Segment Commit:', 'SegmentCommit');
  number('DeCommit Block Thres:', 'DeCommitFreeBlockThreshold');
  number('DeCommit Total Thres:', 'DeCommitTotalFreeThreshold');
  number('Total Free Size:', 'TotalFreeSize');
  address('Max. Allocation Size:', 'MaximumAllocationSize');
  address('Lock Variable at:', 'LockVariable');
  number('Next TagIndex:', 'NextAvailableTagIndex', 4);
  number('Maximum TagIndex:', 'MaximumTagIndex', 4);
  number('Tag Entries:', 'TagEntries');
  number('PsuedoTag Entries:', 'PseudoTagEntries');
  row('Virtual Alloc List:', bare(heap.addressOf('VirtualAllocdBlocks'), reference));
  if (heap.has('UCRList')) row('Uncommitted ranges:', bare(heap.addressOf('UCRList'), reference));
  for (const { start, end } of snapshot.uncommitted) {
    const bytes = end - start;
    out.line(`            ${bare(start, reference)}: ${hex(bytes, 8)}  (${bytes} bytes)`);
  }
  printFreeLists(snapshot, heap, view, rows, out);
}

function printFreeLists(
  snapshot: HeapSnapshot,
  heap: StructView,
  view: ProcessView,
  rows: EntryRows,
  out: Output,
): void {
  const { pointerSize } = view.machine;
  const heads = heap.has('EncodeFlagMask') ? 1 : OLD_LISTS;
  const first = heap.addressOf('FreeLists');
  for (let i = 0; i < heads; i++) {
    const head = first + BigInt(i * 2 * pointerSize);
    const flink = link(view, head);
    const blink = link(view, head + BigInt(pointerSize));
    // of the many lists of old heaps only those that hold something are worth a line
    if (heads > 1 && flink === head) continue;
    const { links, broken } = followList(view, head);
    const at = (value: Address | undefined): string =>
      value === undefined ? '?'.repeat(pointerSize * 2) : formatFlat(value, pointerSize);
    const count = `(${links.length} block${links.length === 1 ? ' ' : 's'})`;
    const links3 = [head, blink, flink].map((value) =>
      value === undefined ? at(value) : pointer(value, at(value)),
    );
    const [own = '', before = '', next = ''] = links3;
    out.line(...parts`    FreeList[ ${hex(i, 2)} ] at ${own}: ${before} . ${next}   ${count}`);
    for (const address of links) {
      const entry = address - BigInt(snapshot.granularity);
      const row = rows.freeRow(entry);
      out.line(...(row ?? [`        ${at(entry)}: `, span('no free block', 'error')]));
    }
    if (broken !== undefined) {
      out.line(span(`    Unable to read nt!_HEAP_FREE_ENTRY structure at ${at(broken)}`, 'error'));
    }
  }
}

/** The members of a list along Flink, and where it cannot be followed. */
function followList(view: ProcessView, head: Address): { links: Address[]; broken?: Address } {
  const links: Address[] = [];
  const seen = new Set<Address>([head]);
  for (let at = link(view, head); at !== head; at = link(view, at)) {
    const before = links.at(-1) ?? head;
    if (at === undefined) return { links, broken: before };
    if (seen.has(at) || links.length >= MAX_FREE_ROWS) return { links, broken: at };
    if (link(view, at) === undefined) return { links, broken: at };
    seen.add(at);
    links.push(at);
  }
  return { links };
}

function link({ target, machine }: ProcessView, at: Address): Address | undefined {
  return tryRead(() => readPointer(target.memory, at, machine.pointerSize));
}
