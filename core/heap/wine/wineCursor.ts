import type { AddressReader } from '../addressReader.ts';
import { LinkedHeaders } from '../linkedHeaders.ts';
import { emptyEntry, HEADER, readWineEntry, type WineEntry } from './wineEntry.ts';
import { blockEnd, WineForm } from './wineForm.ts';
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

/**
 * Goes through a subheap block by block; at a header that is none it goes on at the next place where several sound ones
 * follow one another. Looks through no memory in search of them twice.
 */
export class WineCursor {
  step: WineStep = WineStep.block;
  header = 0;
  /** to the next header, at most to the end of what is committed */
  bytes = 0;
  readonly entry: WineEntry = emptyEntry();
  private readonly peeked: WineEntry = emptyEntry();
  private at: number;
  /** once there is damage */
  private headers: LinkedHeaders | undefined;
  /** no chain begins between these two; at the second one does, or it is the end */
  private searched = 0;
  private soundAt = 0;

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
    return readWineEntry(heap, reader, at, into) ? blockEnd(heap, subheap, at, into) : undefined;
  }

  private leadsOn(next: number): boolean {
    const { subheap, reader } = this;
    if (next + 2 * HEADER > subheap.commitEnd || !reader.has(next, HEADER)) return true;
    return this.sound(next, this.peeked) !== undefined;
  }

  /** The first place behind `from` where sound blocks follow one another; the committed end where there is none. */
  private nextSound(from: number): number {
    if (from >= this.searched && from < this.soundAt) return this.soundAt;
    const headers = this.headersBehind(from);
    const isLong = (at: number): boolean => {
      const { count, end } = headers.chain(at, CHAIN);
      return end === 'long' || end === 'limit' || (end === 'hole' && count > 1);
    };
    this.searched = from;
    this.soundAt = headers.first(from, isLong) ?? this.subheap.commitEnd;
    return this.soundAt;
  }

  /** A place between two from which sound blocks lead past the second. */
  private nextPassing(from: number, to: number): number | undefined {
    const headers = this.headersBehind(from);
    return headers.first(from, (at) => headers.leadsPast(at, to), to);
  }

  private headersBehind(from: number): LinkedHeaders {
    const { heap, subheap, reader } = this;
    this.headers ??= new LinkedHeaders(reader, new WineForm(heap, subheap, heap.reader), subheap.commitEnd);
    this.headers.begin(from);
    return this.headers;
  }
}
