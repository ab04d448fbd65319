import type { AddressRange } from '../target/index.ts';
import { type BlockRecord, type BlockSink, BlockPart, BlockState } from './blockSink.ts';
import { type HeapBlocks, HeapBlocksBuilder } from './heapBlocks.ts';
import type { BlockOwner, HeapCounts, HeapFinding } from './model.ts';

/** Findings that are kept: a heap full of noise has more than anyone reads. They are all counted. */
const MAX_FINDINGS = 1000;
const MAX_MISSING = 10_000;
const MAX_NOTES = 100;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Counts blocks and keeps none: for `!heap -s`. */
export class CountingSink implements BlockSink {
  readonly counts: Mutable<HeapCounts> = {
    busyBlocks: 0,
    busyBytes: 0,
    userBytes: 0,
    freeBlocks: 0,
    freeBytes: 0,
    internalBlocks: 0,
    internalBytes: 0,
    frontEndBlocks: 0,
    frontEndFreeBlocks: 0,
  };
  readonly findings: HeapFinding[] = [];
  readonly missingRanges: AddressRange[] = [];
  readonly notes: string[] = [];
  errors = 0;
  /** what a block lies in is not kept, and so not described */
  owner: BlockSink['owner'] = () => 0;

  add({ state, size, userSize, part }: BlockRecord): void {
    const { counts } = this;
    const isFront = part === BlockPart.lfh || part === BlockPart.lookaside;
    if (state === BlockState.busy) {
      counts.busyBlocks++;
      counts.busyBytes += size;
      if (userSize > 0) counts.userBytes += userSize;
      if (isFront) counts.frontEndBlocks++;
    } else if (state === BlockState.free) {
      counts.freeBlocks++;
      if (isFront) counts.frontEndFreeBlocks++;
      counts.freeBytes += size;
    } else if (state === BlockState.internal) {
      counts.internalBlocks++;
      counts.internalBytes += size;
    }
  }

  finding(finding: HeapFinding): void {
    this.errors++;
    if (this.findings.length < MAX_FINDINGS) this.findings.push(finding);
  }

  missing(range: AddressRange): void {
    if (this.missingRanges.length < MAX_MISSING) this.missingRanges.push(range);
  }

  note(text: string): void {
    if (this.notes.length < MAX_NOTES && !this.notes.includes(text)) this.notes.push(text);
  }
}

/** Counts blocks and keeps them as columns. */
export class ColumnSink extends CountingSink {
  readonly ownerList: BlockOwner[] = [];
  private readonly builder = new HeapBlocksBuilder();

  override add(block: BlockRecord): void {
    super.add(block);
    this.builder.add(block);
  }

  override owner: BlockSink['owner'] = (describe) => this.ownerList.push(describe()) - 1;

  finish(): HeapBlocks {
    return this.builder.finish();
  }
}
