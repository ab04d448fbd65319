import { hex } from '../../bytes/index.ts';
import type { BlockOwner, HeapBlock, HeapFinding, HeapSegment, HeapSnapshot } from '../../heap/index.ts';
import { formatFlat, type Output, span, parts, flatPointer, type Part } from '../../output/index.ts';
import type { Call } from '../command.ts';
import { viewOf } from '../process/index.ts';
import { bare, hasHeaders, heapPart } from './blockText.ts';
import { EntryRows } from './entryRows.ts';
import { flagNames } from './heapFlags.ts';
import { printIndexHeading, printNothing, printSegments } from './listForm.ts';
import { printNtHeader } from './ntHeader.ts';
import { type UnreadHeap, whyNoHeaps } from './selectHeaps.ts';

/** Rows that are printed before the clock is asked. */
const CHUNK = 256;
/** Findings and holes that are listed: -triage has all. */
const MAX_LISTED = 100;
const PAGE = 0x1000;

/** Which parts of a heap are shown. */
export interface Details {
  /** -m, -a: the segments */
  readonly segments: boolean;
  /** -f, -a: the header and the free lists that it ends in */
  readonly header: boolean;
  /** -h, -a: the entries */
  readonly entries: boolean;
  /** -hl, -a: what lies in the front end's subsegments */
  readonly frontEnd: boolean;
}

/** Prints heaps in detail, row by row: a million of them stream. */
export class DetailsPrinter {
  constructor(
    private readonly call: Call,
    private readonly details: Details,
    private readonly out: Output,
  ) {}

  async print(snapshots: readonly HeapSnapshot[], unread: readonly UnreadHeap[]): Promise<void> {
    const { out } = this;
    if (snapshots.length === 0) printNothing(out, whyNoHeaps(this.call.session, unread, true));
    else printIndexHeading(out);
    for (const snapshot of snapshots) await this.heap(snapshot);
    for (const { reference, problem } of unread) {
      out.line(`${String(reference.index).padStart(3)}:   ${bare(reference.address, reference)} `);
      out.line(span(`    ${problem}`, 'missing'));
    }
  }

  private async heap(snapshot: HeapSnapshot): Promise<void> {
    const { out, details, call } = this;
    const { reference, segments } = snapshot;
    const view = viewOf(call.session, reference.machine);
    const isNt = reference.kind === 'nt';
    const coded = isNt && view.layouts.has('_HEAP', 'EncodeFlagMask');
    const rows = new EntryRows(snapshot, view.target.memory, coded);
    printSegments(snapshot, out);
    if (details.header && isNt) printNtHeader(snapshot, view, rows, out);
    else if (details.header) this.plainHeader(snapshot);
    out.line('');
    for (const [i, segment] of segments.entries()) {
      if (details.segments) this.segment(snapshot, segment, i);
      if (!details.entries) continue;
      const width = reference.machine.pointerSize * 2;
      out.line(`    Heap entries for Segment${hex(i, 2)} in Heap `, heapPart(reference));
      const columns = hasHeaders(reference) ? 'psize . size  flags   state' : ' size part      state';
      out.line(`        ${'address'.padStart(width)}: ${columns} (requested size)`);
      await this.entries(snapshot, segment, rows);
      out.line('');
    }
    if (details.entries) await this.large(snapshot, rows);
    this.problems(snapshot);
  }

  private async entries(snapshot: HeapSnapshot, segment: HeapSegment, rows: EntryRows): Promise<void> {
    const { out, details } = this;
    const { blocks, owners } = snapshot;
    let region: BlockOwner | undefined;
    for (let i = blocks.firstFrom(segment.start); i < blocks.length; i++) {
      const block = blocks.at(i);
      if (!block || block.entry >= segment.end) break;
      if (i % CHUNK === 0) await this.breathe(i, blocks.length);
      const owner = owners[block.owner];
      if (owner?.kind !== 'subsegment') {
        region = undefined;
        out.line(...rows.row(block));
        continue;
      }
      if (owner !== region) {
        region = owner;
        if (owner.container) out.line(...rows.containerRow(owner.container));
        if (details.frontEnd || !owner.container) this.region(snapshot, owner, blocks.user(i));
      }
      // without -hl the blocks of the front end are left out; a segment heap's others lie in subsegments as well
      if (block.state === 'internal' || (!details.frontEnd && frontEndOnly(owner, block))) continue;
      out.line(...rows.frontEndRow(block));
    }
  }

  /** `start`: behind the header of the block that the region fills */
  private region({ reference }: HeapSnapshot, owner: BlockOwner, start: bigint): void {
    const at = (address: bigint): Part => flatPointer(address, reference.machine.pointerSize);
    const { stride } = owner;
    const name = stride === undefined ? 'VS subsegment at' : 'LFH data region at';
    const hidden = !this.details.frontEnd && stride !== undefined;
    const size = hidden ? ` blocks of ${hex(stride, 5)}, -hl shows them` : '';
    this.out.line('');
    this.out.line(...parts`        ${name} ${at(start)} (subsegment ${at(owner.address)}):${size}`);
  }

  /** Blocks that lie in no segment; those of page heap do, and were printed there. */
  private async large({ blocks, owners, segments }: HeapSnapshot, rows: EntryRows): Promise<void> {
    let any = false;
    for (let i = 0; i < blocks.length; i++) {
      if (i % CHUNK === 0) await this.breathe(i, blocks.length);
      if (owners[blocks.columns.owner[i] ?? 0]?.kind !== 'region') continue;
      const block = blocks.at(i);
      if (!block || segments.some((s) => block.entry >= s.start && block.entry < s.end)) continue;
      if (!any) this.out.line('    Blocks with memory of their own:');
      any = true;
      this.out.line(...rows.row(block));
    }
    if (any) this.out.line('');
  }

  private async breathe(done: number, total: number): Promise<void> {
    const { pace } = this.call;
    if (pace.due()) await pace.rest({ done, total, what: 'blocks' });
  }

  /** What heaps of other kinds say of themselves. */
  private plainHeader(snapshot: HeapSnapshot): void {
    const { out } = this;
    const { counters, reference } = snapshot;
    const row = (title: string, value: string): void => out.line(`    ${title.padEnd(21)} ${value}`);
    row('Kind:', reference.kind ?? 'unknown');
    row(
      'Flags:',
      `${hex(snapshot.flags, 8)} ${flagNames(snapshot.flags, snapshot.reference.kind).join(' ')}`,
    );
    if (snapshot.forceFlags !== undefined) row('ForceFlags:', hex(snapshot.forceFlags, 8));
    row('Granularity:', `${snapshot.granularity} bytes`);
    row('Reserved:', hex(snapshot.reserved, 8));
    row('Committed:', hex(snapshot.committed, 8));
    row('Total Free Size:', hex(counters.totalFreeSize ?? snapshot.freeBytes, 8));
    row('Large blocks:', String(snapshot.largeRegions.length));
    for (const { start, end } of snapshot.uncommitted) {
      const bytes = end - start;
      out.line(`            ${bare(start, reference)}: ${hex(bytes, 8)}  (${bytes} bytes uncommitted)`);
    }
  }

  private segment({ reference }: HeapSnapshot, segment: HeapSegment, index: number): void {
    const { out } = this;
    const row = (title: string, value: string): void => out.line(`        ${title.padEnd(16)} ${value}`);
    const size = Number(segment.end - segment.start);
    out.line(`    Segment${hex(index, 2)} at ${bare(segment.address, reference)}:`);
    row('Flags:', hex(segment.flags ?? 0, 8));
    row('Base:', bare(segment.start, reference));
    if (segment.firstEntry !== undefined) row('First Entry:', bare(segment.firstEntry, reference));
    row('Last Entry:', bare(segment.end, reference));
    row('Total Pages:', hex(size / PAGE, 8));
    row('Total UnCommit:', hex((size - segment.committed) / PAGE, 8));
    out.line(`        Largest UnCommit:${hex(segment.largestUncommitted ?? 0, 8)}`);
    out.line(`        UnCommitted Ranges: (${segment.uncommittedRanges ?? 0})`);
    out.line('');
  }

  /** What is damaged, and what the dump does not hold. */
  private problems(snapshot: HeapSnapshot): void {
    const { out } = this;
    const { findings, missing, reference, errors } = snapshot;
    for (const finding of findings.slice(0, MAX_LISTED)) printFinding(finding, snapshot, out);
    if (errors > MAX_LISTED) out.line(span(`    and ${errors - MAX_LISTED} more: !heap -triage`, 'error'));
    for (const { start, end } of missing.slice(0, MAX_LISTED)) {
      const at = formatFlat(start, reference.machine.pointerSize);
      const bytes = hex(end - start);
      out.line(span(`    unable to read heap entry at ${at}: ${bytes} bytes are not in the dump`, 'missing'));
    }
    if (missing.length > MAX_LISTED) {
      out.line(span(`    and ${missing.length - MAX_LISTED} more such ranges`, 'missing'));
    }
    for (const note of snapshot.notes) out.line(span(`    ${note}`, 'warning'));
  }
}

/** Whether a block is one that only -hl shows: in a subsegment of blocks of one size. */
function frontEndOnly(owner: BlockOwner, { part }: HeapBlock): boolean {
  return owner.container !== undefined || part === 'lfh';
}

/** One finding with what a sound heap would have there. */
export function printFinding(finding: HeapFinding, { reference }: HeapSnapshot, out: Output): void {
  const { address, problem, expected, found } = finding;
  const values: string[] = [];
  if (expected !== undefined) values.push(`expected ${expected}`);
  if (found !== undefined) values.push(`found ${found}`);
  const at = formatFlat(address, reference.machine.pointerSize);
  const detail = values.length > 0 ? ` (${values.join(', ')})` : '';
  out.line('    ', span(at, 'address', `!heap -x ${at}`), ': ', span(problem, 'error'), detail);
}
