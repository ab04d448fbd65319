import type { AddressReader } from '../addressReader.ts';
import { LinkedHeaders } from '../linkedHeaders.ts';
import { emptyHeader, type EntryCodec, EntryFlag, type EntryHeader } from './entryCodec.ts';
import { EntryForm } from './entryForm.ts';
import type { NtHeap } from './ntHeap.ts';
import type { NtSegment } from './ntSegments.ts';

/** What a step of the cursor came upon. */
export const Step = {
  /** a block whose header is sound */
  block: 0,
  /** an uncommitted range of the segment's list */
  uncommitted: 1,
  /** memory that should be committed and is not in the dump */
  missing: 2,
  /** a header that means nothing: `bytes` reach to the next sound block */
  damaged: 3,
  /** a sound header whose size cannot be right: `bytes` reach to the next sound block, `header` is as found */
  wrongSize: 4,
} as const;
export type Step = (typeof Step)[keyof typeof Step];

/** The size of the block before is not known: at a start, behind a hole, behind damage. */
const UNKNOWN = -1;
/**
 * Sound headers that must follow one another for a place to be believed that no block before it leads to: blocks keep
 * the headers of smaller ones that lay there before, several in a row, but theirs do not agree with the header behind
 * the block.
 */
const LONG_CHAIN = 24;
/** A block has at most so many units, by the width of its size. */
const MAX_UNITS = 0xffff;

/**
 * Goes through a segment block by block. Each header is held against its neighbours; where one is wrong the cursor goes
 * on at the next place where several sound headers follow one another. Moves forward only, and looks through no memory
 * in search of them twice, whatever stands there.
 */
export class SegmentCursor {
  step: Step = Step.block;
  /** address that the step begins at, and how far it reaches */
  entry = 0;
  bytes = 0;
  header: EntryHeader = emptyHeader();
  /** for a block: what its PreviousSize should be, in units; undefined where it is right or nobody knows */
  expectedPrevious: number | undefined;

  /** the header behind `header`, where `followedBy` read it: the next step need not do so again */
  private ahead: EntryHeader = emptyHeader();
  private aheadAt = -1;
  private at: number;
  private previous: number;
  private range = 0;
  /** the headers up to the next uncommitted range, once there is damage before it */
  private headers: LinkedHeaders | undefined;
  private headersEnd = 0;
  /** no chain begins between these two; at the second one does, or it is the limit */
  private searched = 0;
  private soundAt = 0;

  constructor(
    private readonly heap: NtHeap,
    private readonly codec: EntryCodec,
    readonly reader: AddressReader,
    private readonly segment: NtSegment,
  ) {
    this.at = segment.start;
    this.previous = 0;
  }

  /** Takes the next step; false at the segment's end. */
  next(): boolean {
    const { segment, reader, heap, at } = this;
    this.expectedPrevious = undefined;
    this.entry = at;
    let range = segment.uncommitted[this.range];
    while (range && range.end <= at) range = segment.uncommitted[++this.range];
    if (at >= segment.end) return false;
    if (range && at >= range.start) return this.take(Step.uncommitted, range.end, 0);
    const limit = range?.start ?? segment.end;
    if (!reader.has(at, heap.unit)) return this.take(Step.missing, this.nextChain(at, limit), UNKNOWN);
    const sane = this.readHeader(at);
    const end = at + this.header.size * heap.unit;
    if (!sane || end > limit || (!this.isLikely(this.header) && !this.isBetween(end, limit))) {
      return this.take(Step.damaged, this.nextSound(at, limit), UNKNOWN);
    }
    if (!this.followedBy(end, this.header.size, limit)) {
      // the block behind is damaged, or this one's size: then another block knows where this one begins
      const sound = this.nextInside(at, end, limit);
      if (sound !== undefined) return this.take(Step.wrongSize, sound, UNKNOWN);
    }
    if (this.previous !== UNKNOWN && this.header.previous !== this.previous)
      this.expectedPrevious = this.previous;
    return this.take(Step.block, end, this.header.size);
  }

  private readHeader(at: number): boolean {
    if (at !== this.aheadAt) return this.codec.read(this.reader, at, this.header);
    [this.header, this.ahead] = [this.ahead, this.header];
    this.aheadAt = -1;
    return true;
  }

  /** Whether a header looks like those of this segment. */
  private isLikely(header: EntryHeader): boolean {
    return header.likely && (this.heap.coded || header.segment === this.segment.slot);
  }

  private take(step: Step, end: number, previous: number): true {
    this.step = step;
    this.bytes = end - this.at;
    this.at = end;
    this.previous = previous;
    return true;
  }

  /** Whether both neighbours agree with the header: needed of one that looks unlike others. */
  private isBetween(end: number, limit: number): boolean {
    const { header, previous } = this;
    const behind =
      end === limit || (this.reader.has(end, this.heap.unit) && this.followedBy(end, header.size, limit));
    return behind && (previous === UNKNOWN || header.previous === previous);
  }

  /** Whether the block that ends at `end` and has `size` units is what the header there says it should be. */
  private followedBy(end: number, size: number, limit: number): boolean {
    if (end >= limit || !this.reader.has(end, this.heap.unit)) return true;
    this.aheadAt = this.codec.read(this.reader, end, this.ahead) ? end : -1;
    if (this.aheadAt < 0) return false;
    return this.ahead.previous === size;
  }

  /**
   * The block that says that the one at `at` ends before it, where sound blocks from there lead past `end`, or before
   * the one that says that a block begins at `end`; undefined where `end` may be right.
   */
  private nextInside(at: number, end: number, limit: number): number | undefined {
    const headers = this.headersTo(limit);
    const reach = MAX_UNITS * this.heap.unit;
    headers.begin(at);
    const behind = headers.claimer(end, reach);
    const sound = headers.claimer(at, behind === undefined ? reach : behind - at);
    if (sound === undefined || sound === behind) return undefined;
    return sound >= end || headers.leadsPast(sound, end) ? sound : undefined;
  }

  /** Where the walk goes on behind a damaged header. */
  private nextSound(from: number, limit: number): number {
    return this.nextNamed(from, limit) ?? this.nextClaiming(from, limit) ?? this.nextChain(from, limit);
  }

  /**
   * The block behind a damaged header where the header's own size leads, which may be whole, or the segment's FirstEntry,
   * if it says that the block before it begins at `from`: no search is needed then.
   */
  private nextNamed(from: number, limit: number): number | undefined {
    const { reader, heap, codec, ahead } = this;
    this.aheadAt = -1;
    return [from + this.header.size * heap.unit, this.segment.firstEntry].find((at) => {
      const claims =
        at > from &&
        at < limit &&
        at % heap.unit === 0 &&
        reader.has(at, heap.unit) &&
        codec.read(reader, at, ahead);
      return claims && this.isLikely(ahead) && at - ahead.previous * heap.unit === from;
    });
  }

  /** The sound block that says that the block before it begins at `from`, if one is within a block's reach. */
  private nextClaiming(from: number, limit: number): number | undefined {
    const headers = this.headersTo(limit);
    headers.begin(from);
    return headers.claimer(from, MAX_UNITS * this.heap.unit);
  }

  /** The first place behind `from` where many sound blocks follow one another; `limit` where there is none. */
  private nextChain(from: number, limit: number): number {
    if (from >= this.searched && from < this.soundAt && this.soundAt <= limit) return this.soundAt;
    const headers = this.headersTo(limit);
    const isLong = (at: number): boolean => {
      const { count, end } = headers.chain(at, LONG_CHAIN);
      if (end === 'limit' && count === 1) return this.isLast(at);
      return end === 'long' || end === 'limit' || (end === 'hole' && count > 1);
    };
    this.searched = from;
    this.soundAt = headers.first(from, isLong) ?? limit;
    return this.soundAt;
  }

  /**
   * Whether a header that reaches to the limit on its own is no leftover: where a free block grew backwards, the header
   * of the one that it took in stays in its middle, but no list leads there any more.
   */
  private isLast(at: number): boolean {
    const { reader, heap, codec, ahead } = this;
    const links = at + heap.unit;
    this.aheadAt = -1;
    if (!codec.read(reader, at, ahead) || (ahead.flags & EntryFlag.busy) !== 0) return true;
    const { pointerSize } = heap;
    const flink = reader.tryPointer(links, pointerSize);
    if (flink === undefined) return true;
    // what is not in the dump may lead back
    const back = reader.tryPointer(flink + pointerSize, pointerSize);
    return flink !== 0 && (back === undefined || back === links);
  }

  private headersTo(limit: number): LinkedHeaders {
    const { reader, heap, segment } = this;
    if (!this.headers || this.headersEnd !== limit) {
      this.headers = new LinkedHeaders(reader, new EntryForm(heap, segment.slot), limit);
      this.headersEnd = limit;
    }
    return this.headers;
  }
}
