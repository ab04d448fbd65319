import type { AddressReader } from '../addressReader.ts';
import { emptyHeader, type EntryCodec, type EntryHeader } from './entryCodec.ts';
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
/** Sound headers that must follow one another for a place to be believed that the block before it names. */
const SHORT_CHAIN = 2;
/**
 * And for one that nothing names: blocks keep the headers of smaller ones that lay there before, several in a row, but
 * theirs do not agree with the header behind the block.
 */
const LONG_CHAIN = 24;
/** A block has at most so many units, by the width of its size. */
const MAX_UNITS = 0xffff;
/** Places in a heap that are looked at for the blocks behind damaged ones: enough for many, whatever stands there. */
const SEARCH_BUDGET = 1 << 21;

/** What is left of it: one for a heap. */
export class SearchBudget {
  left = SEARCH_BUDGET;
}

/**
 * Goes through a segment block by block. Each header is held against its neighbours; where one is wrong the cursor goes
 * on at the next place where several sound headers follow one another. Moves forward only, and looks at no place more
 * than a few times, whatever stands there.
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
  /** of places that a search looks at */
  private readonly peeked: EntryHeader = emptyHeader();
  private at: number;
  private previous: number;
  private range = 0;
  /** no chain begins between these two; at the second one does, or it is the limit */
  private searched = 0;
  private soundAt = 0;

  constructor(
    private readonly heap: NtHeap,
    private readonly codec: EntryCodec,
    readonly reader: AddressReader,
    private readonly segment: NtSegment,
    private readonly budget: SearchBudget,
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
      const sound = this.nextClaiming(at, limit);
      const wrong =
        sound !== undefined &&
        (sound < end
          ? this.leadsPast(sound, end, limit)
          : (this.nextClaiming(end, limit) ?? Infinity) > sound);
      if (wrong) return this.take(Step.wrongSize, sound, UNKNOWN);
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
   * Whether sound blocks follow one another from a place to or past another. Headers that a block keeps of smaller ones
   * lead to the block's end and no further, for what stands behind does not know them.
   */
  private leadsPast(from: number, to: number, limit: number): boolean {
    for (let at = from; ; at += this.peeked.size * this.heap.unit) {
      if (at > to || at >= limit) return at <= limit;
      if (this.budget.left-- <= 0 || !this.isChain(at, limit, SHORT_CHAIN)) return false;
      this.codec.read(this.reader, at, this.peeked);
    }
  }

  /** Where the walk goes on behind a damaged header. */
  private nextSound(from: number, limit: number): number {
    return this.nextClaiming(from, limit) ?? this.nextChain(from, limit);
  }

  /** The sound block that says that the block before it begins at `from`, if one is within a block's reach. */
  private nextClaiming(from: number, limit: number): number | undefined {
    const { reader, heap, peeked } = this;
    const { unit } = heap;
    const reach = Math.min(limit, from + MAX_UNITS * unit + 1);
    for (
      let at = this.readableFrom(from + unit, reach);
      at < reach;
      at = this.readableFrom(at + unit, reach)
    ) {
      if (this.budget.left-- <= 0) return undefined;
      if (!this.codec.read(reader, at, peeked) || at - peeked.previous * unit !== from) continue;
      if (this.isChain(at, limit, SHORT_CHAIN)) return at;
    }
    return undefined;
  }

  /** The first place behind `from` where many sound blocks follow one another; `limit` where there is none. */
  private nextChain(from: number, limit: number): number {
    if (from >= this.searched && from < this.soundAt && this.soundAt <= limit) return this.soundAt;
    const { unit } = this.heap;
    let at = this.readableFrom(from + unit, limit);
    while (at < limit && !this.isChain(at, limit, LONG_CHAIN)) at = this.readableFrom(at + unit, limit);
    this.searched = from;
    this.soundAt = Math.min(at, limit);
    return this.soundAt;
  }

  /** `at`, or the first place behind it where a header can be read; `limit` where there is none. */
  private readableFrom(at: number, limit: number): number {
    const { reader, heap } = this;
    const { unit } = heap;
    for (let place = at; place < limit;) {
      if (reader.has(place, unit)) return place;
      const readable = reader.nextReadable(place + unit);
      if (readable === undefined) break;
      place = Math.ceil(readable / unit) * unit;
    }
    return limit;
  }

  private isChain(from: number, limit: number, links: number): boolean {
    const { reader, heap, codec, peeked } = this;
    let at = from;
    let size = UNKNOWN;
    for (let i = 0; i < links; i++) {
      if (at === limit) return i > 0;
      if (!reader.has(at, heap.unit)) return i > 1;
      if (!codec.read(reader, at, peeked) || !this.isLikely(peeked)) return false;
      if (size !== UNKNOWN && peeked.previous !== size) return false;
      size = peeked.size;
      at += size * heap.unit;
      if (at > limit) return false;
    }
    return true;
  }
}
