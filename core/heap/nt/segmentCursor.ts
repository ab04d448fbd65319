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
/** Sound headers that must follow one another for a place in the middle of nowhere to be believed. */
const CHAIN = 3;

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
  readonly header: EntryHeader = emptyHeader();
  /** for a block: what its PreviousSize should be, in units; undefined where it is right or nobody knows */
  expectedPrevious: number | undefined;

  private readonly peeked: EntryHeader = emptyHeader();
  private at: number;
  private previous: number;
  private range = 0;
  /** places from `searched` up to `soundAt` hold no sound block */
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
    if (!reader.has(at, heap.unit)) return this.take(Step.missing, this.nextSound(at, limit), UNKNOWN);
    if (!this.codec.read(reader, at, this.header) || at + this.header.size * heap.unit > limit) {
      return this.take(Step.damaged, this.nextSound(at, limit), UNKNOWN);
    }
    const end = at + this.header.size * heap.unit;
    if (!this.followedBy(end, this.header.size, limit)) {
      const sound = this.nextSound(at, limit);
      // the next sound block knows where the one before it begins; this one's size is wrong if that is here
      const claimed = this.claims(sound, limit);
      if (claimed === at || sound < end) return this.take(Step.wrongSize, sound, UNKNOWN);
    }
    if (this.previous !== UNKNOWN && this.header.previous !== this.previous)
      this.expectedPrevious = this.previous;
    return this.take(Step.block, end, this.header.size);
  }

  private take(step: Step, end: number, previous: number): true {
    this.step = step;
    this.bytes = end - this.at;
    this.at = end;
    this.previous = previous;
    return true;
  }

  /** Whether the block that ends at `end` and has `size` units is what the header there says it should be. */
  private followedBy(end: number, size: number, limit: number): boolean {
    if (end >= limit || !this.reader.has(end, this.heap.unit)) return true;
    return this.codec.read(this.reader, end, this.peeked) && this.peeked.previous === size;
  }

  /** Where the block in front of a sound one begins, as that one says. */
  private claims(sound: number, limit: number): number | undefined {
    if (sound >= limit || !this.reader.has(sound, this.heap.unit)) return undefined;
    this.codec.read(this.reader, sound, this.peeked);
    return sound - this.peeked.previous * this.heap.unit;
  }

  /** The first place behind `from` where sound blocks follow one another; `limit` where there is none. */
  private nextSound(from: number, limit: number): number {
    if (from >= this.searched && from < this.soundAt && this.soundAt <= limit) return this.soundAt;
    const { reader, heap } = this;
    this.searched = from;
    let at = from + heap.unit;
    while (at < limit) {
      if (!reader.has(at, heap.unit)) {
        const readable = reader.nextReadable(at + heap.unit);
        at = readable === undefined ? limit : Math.ceil(readable / heap.unit) * heap.unit;
      } else if (this.isSound(at, limit)) {
        break;
      } else {
        at += heap.unit;
      }
    }
    this.soundAt = Math.min(at, limit);
    return this.soundAt;
  }

  private isSound(from: number, limit: number): boolean {
    const { reader, heap, codec, peeked } = this;
    let at = from;
    let size = UNKNOWN;
    for (let i = 0; i < CHAIN; i++) {
      if (at === limit) return i > 0;
      if (!reader.has(at, heap.unit)) return i > 1;
      if (!codec.read(reader, at, peeked)) return false;
      if (size !== UNKNOWN && peeked.previous !== size) return false;
      size = peeked.size;
      at += size * heap.unit;
      if (at > limit) return false;
    }
    return true;
  }
}
