import type { AddressReader } from '../addressReader.ts';
import { emptyEntry, HEADER, readWineEntry, type WineEntry, WineFlag, WineType } from './wineEntry.ts';
import type { WineHeap } from './wineHeap.ts';
import type { Subheap } from './wineSubheaps.ts';

export const WineStep = {
  block: 0,
  /** memory that should be committed and is not in the dump */
  missing: 1,
  /** a header that means nothing: `bytes` reach to the next sound block */
  damaged: 2,
} as const;
export type WineStep = (typeof WineStep)[keyof typeof WineStep];

/** Sound headers that must follow one another for a place in the middle of nowhere to be believed. */
const CHAIN = 24;
/** Headers that are looked at in search of sound ones, in a subheap: enough for many, whatever stands there. */
const SEARCH_BUDGET = 1 << 21;

/**
 * Goes through a subheap block by block; at a header that is none it goes on at the next place where several sound ones
 * follow one another. A header is sound when its type is one, its base leads to the region's start and its size stays
 * within the region.
 */
export class WineCursor {
  step: WineStep = WineStep.block;
  header = 0;
  /** to the next header, at most to the end of what is committed */
  bytes = 0;
  readonly entry: WineEntry = emptyEntry();
  private readonly peeked: WineEntry = emptyEntry();
  private at: number;
  private budget = SEARCH_BUDGET;

  constructor(
    private readonly heap: WineHeap,
    readonly reader: AddressReader,
    private readonly subheap: Subheap,
  ) {
    this.at = subheap.firstHeader;
  }

  /** Takes the next step; false at the end of what is committed. */
  next(): boolean {
    const { at, subheap, reader } = this;
    // a header and eight bytes more must fit
    if (at + 2 * HEADER > subheap.commitEnd) return false;
    this.header = at;
    if (!reader.has(at, HEADER)) return this.take(WineStep.missing, this.nextSound(at));
    const next = this.sound(at, this.entry);
    if (next === undefined) return this.take(WineStep.damaged, this.nextSound(at));
    if (!this.leadsOn(next)) {
      // the one behind is damaged, unless sound blocks lead past it that this one's size leaves out
      const sound = this.nextPassing(at, next);
      if (sound !== undefined) return this.take(WineStep.damaged, sound);
    }
    return this.take(WineStep.block, Math.min(next, subheap.commitEnd));
  }

  private take(step: WineStep, end: number): true {
    this.step = step;
    this.bytes = end - this.at;
    this.at = end;
    return true;
  }

  /** Where the block at a readable header ends; undefined where the header is not sound. */
  private sound(at: number, into: WineEntry): number | undefined {
    const { heap, subheap, reader } = this;
    if (!readWineEntry(heap, reader, at, into)) return undefined;
    const { size, type, base, tail, flags } = into;
    const next = at + size * heap.unit;
    const region = at - (at % 0x10000) - base * 0x10000;
    if (type === WineType.large || size === 0 || next > subheap.end || region !== subheap.start)
      return undefined;
    if (((flags & WineFlag.free) !== 0) !== (type === WineType.free)) return undefined;
    return tail > size * heap.unit - HEADER ? undefined : next;
  }

  private leadsOn(next: number): boolean {
    const { subheap, reader } = this;
    if (next + 2 * HEADER > subheap.commitEnd || !reader.has(next, HEADER)) return true;
    return this.sound(next, this.peeked) !== undefined;
  }

  /** The first place behind `from` where sound blocks follow one another; the committed end where there is none. */
  private nextSound(from: number): number {
    const { heap, subheap, reader } = this;
    let at = from + heap.unit;
    while (at + 2 * HEADER <= subheap.commitEnd) {
      if (!reader.has(at, HEADER)) {
        const readable = reader.nextReadable(at + HEADER) ?? subheap.commitEnd;
        at += Math.ceil((Math.max(readable, at + HEADER) - at) / heap.unit) * heap.unit;
      } else if (this.isChain(at)) {
        return at;
      } else {
        at += heap.unit;
      }
    }
    return subheap.commitEnd;
  }

  /** A place between two from which sound blocks lead past the second. */
  private nextPassing(from: number, to: number): number | undefined {
    const { unit } = this.heap;
    for (let at = from + unit; at < to && this.reader.has(at, HEADER); at += unit) {
      if (this.leadsPast(at, to)) return at;
    }
    return undefined;
  }

  private leadsPast(from: number, to: number): boolean {
    let at: number | undefined = from;
    while (at !== undefined && at <= to) at = this.believable(at);
    return at !== undefined;
  }

  private isChain(from: number): boolean {
    let at: number | undefined = from;
    for (let i = 0; i < CHAIN; i++) {
      if (at + 2 * HEADER > this.subheap.commitEnd) return i > 0;
      if (!this.reader.has(at, HEADER)) return i > 1;
      at = this.believable(at);
      if (at === undefined) return false;
    }
    return true;
  }

  /**
   * As `sound`, for a place in the middle of nowhere: blocks keep headers of those that lay there before. A free block
   * must be on a list, which an old one is no more.
   */
  private believable(at: number): number | undefined {
    const { heap, reader, peeked } = this;
    if (this.budget-- <= 0 || !reader.has(at, HEADER)) return undefined;
    const next = this.sound(at, peeked);
    if (next === undefined || peeked.type !== WineType.free) return next;
    const { pointerSize } = heap;
    const link = at + HEADER;
    const ahead = reader.tryPointer(link, pointerSize);
    const behind = reader.tryPointer(link + pointerSize, pointerSize);
    // one of its neighbours may be damaged
    const listed =
      (ahead !== undefined && heap.reader.tryPointer(ahead + pointerSize, pointerSize) === link) ||
      (behind !== undefined && heap.reader.tryPointer(behind, pointerSize) === link);
    return listed ? next : undefined;
  }
}
