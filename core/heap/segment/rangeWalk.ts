import { hexAddress } from '../../bytes/index.ts';
import { addressOf, type AddressReader } from '../addressReader.ts';
import type { BlockPart } from '../blockSink.ts';
import {
  BlockMark,
  type BlockRecord,
  type BlockSink,
  BlockState,
  emptyRecord,
  setOther,
  UNKNOWN_SIZE,
} from '../blockSink.ts';
import type { FindingKind } from '../model.ts';
import type { FrontPadding } from './frontPadding.ts';
import type { SegmentForm } from './segmentForm.ts';
import type { SegmentKeys } from './segmentKeys.ts';

/** What the walks through a heap's parts share: where they read, how things look, and where blocks go. */
export class RangeWalk {
  /** filled again for each block */
  readonly record: BlockRecord = emptyRecord();

  constructor(
    readonly reader: AddressReader,
    readonly form: SegmentForm,
    readonly keys: SegmentKeys,
    readonly padding: FrontPadding,
    readonly sink: BlockSink,
  ) {}

  /** Sets what the blocks to come have in common. */
  begin(part: BlockPart, owner: number): void {
    const { record } = this;
    record.part = part;
    record.owner = owner;
    record.previousUnits = 0;
  }

  /** A block that nobody asked for: headers of the heap's own, pages that are not used. */
  other(entry: number, size: number, state: BlockState, marks = 0): void {
    if (size <= 0) return;
    setOther(this.record, entry, size, state, marks);
    this.sink.add(this.record);
  }

  /**
   * A block that is handed out: `area` bytes from `entry + offset` on, of which `unused` are not the user's (undefined:
   * the dump does not hold their number). Front padding is taken off here.
   */
  busy(
    entry: number,
    size: number,
    offset: number,
    area: number,
    unused: number | undefined,
    marks = 0,
  ): void {
    const { record, padding } = this;
    const pad = padding.on ? this.paddingAt(entry + offset) : 0;
    let userSize = unused === undefined ? UNKNOWN_SIZE : area - unused - pad;
    record.marks = unused === undefined ? marks | BlockMark.cut : marks;
    if (unused !== undefined && userSize < 0) {
      userSize = UNKNOWN_SIZE;
      record.marks |= BlockMark.damaged;
      this.found(
        entry,
        'size',
        'the block has more unused bytes than bytes',
        `at most ${hexAddress(area - pad)}`,
        hexAddress(unused),
      );
    }
    record.entry = entry;
    record.size = size;
    record.userOffset = offset + (padding.shifts(record.part) ? pad : 0);
    record.userSize = userSize;
    record.state = BlockState.busy;
    this.sink.add(record);
  }

  found(address: number, kind: FindingKind, problem: string, expected?: string, found?: string): void {
    this.sink.finding({ address: addressOf(address), kind, problem, expected, found });
  }

  private paddingAt(start: number): number {
    const pad = this.padding.sizeAt(this.reader, start);
    if (pad !== undefined) return pad;
    this.found(start, 'state', 'the padding in front of the block does not give its size');
    this.record.marks |= BlockMark.damaged;
    return this.padding.usual;
  }
}
