import { hexAddress } from '../../bytes/index.ts';
import { BlockMark, BlockPart, BlockState } from '../blockSink.ts';
import { isCommitted, type PageRange, type SegmentPages } from './pageRanges.ts';
import type { RangeWalk } from './rangeWalk.ts';
import { LinkedHeaders } from '../linkedHeaders.ts';
import type { CodeKey } from './codeKey.ts';
import {
  emptyChunk,
  readVsChunk,
  readVsExtent,
  unitOf,
  type VsChunk,
  type VsExtent,
  VsFlag,
} from './vsChunk.ts';
import { VsForm } from './vsForm.ts';

/** The word at the end of a block with unused bytes (_HEAP_VS_UNUSED_BYTES_INFO) */
const UNUSED_MASK = 0x1fff;
const LFH_SUBSEGMENT = 0x2000;
const EXTRA_PRESENT = 0x4000;
const ONE_BYTE_UNUSED = 0x8000;

/** Options of a heap's VsContext. */
export interface VsOptions {
  /** blocks that would begin just before a page boundary begin on it (Config bit 0) */
  readonly pageAligned: boolean;
  /** user addresses of blocks that are freed and kept back, still marked as allocated (Config bit 2) */
  readonly delayed: ReadonlySet<number>;
}

/** Gives the chunks of a VS subsegment. Behind a damaged header the next chain of chunks that agree goes on. */
export function walkVs(walk: RangeWalk, pages: SegmentPages, range: PageRange, options: VsOptions): void {
  const { reader, form, sink, keys } = walk;
  const { start, size } = range;
  const owner = sink.owner(() => ({
    kind: 'subsegment',
    address: BigInt(start),
    start: BigInt(start),
    end: BigInt(start + size),
  }));
  walk.begin(BlockPart.vs, owner);
  const extent = readVsExtent(reader, start, form);
  const fits = extent && extent.end <= start + size && extent.end > extent.firstChunk;
  if (!extent || !fits || !keys.vs) {
    const there = reader.has(start + form.vs.size, 4);
    if (!there) sink.missing({ start: BigInt(start), end: BigInt(start + size) });
    else if (keys.vs)
      walk.found(start, 'signature', 'the size and signature of the VS subsegment do not agree');
    walk.other(start, size, BlockState.internal, there && !fits ? BlockMark.damaged : BlockMark.cut);
    return;
  }
  walk.other(start, extent.firstChunk - start, BlockState.internal);
  new ChunkWalk(walk, keys.vs, pages, extent, options).run();
  walk.other(extent.end, start + size - extent.end, BlockState.internal);
}

/** Chunks that must follow one another for a place to be believed that no chunk before it leads to. */
const LONG_CHAIN = 3;

class ChunkWalk {
  private readonly chunk = emptyChunk();
  private readonly ahead = emptyChunk();
  private readonly unit: number;
  private readonly end: number;
  /** once there is damage */
  private headers: LinkedHeaders | undefined;
  /** no chain begins between these two; at the second one does, or it is the end */
  private searched = 0;
  private soundAt = 0;

  constructor(
    private readonly walk: RangeWalk,
    private readonly key: CodeKey,
    private readonly pages: SegmentPages,
    private readonly extent: VsExtent,
    private readonly options: VsOptions,
  ) {
    this.unit = unitOf(walk.form);
    this.end = extent.end;
  }

  run(): void {
    const { chunk, unit, end, walk } = this;
    let previous: number | undefined = 0;
    for (let at = this.extent.firstChunk; at < end;) {
      if (!this.read(at, chunk)) {
        at = this.passHole(at);
        previous = undefined;
        continue;
      }
      const next = at + chunk.size * unit;
      const fits = chunk.size > 0 && next <= end;
      const named = previous === undefined || chunk.previous === previous;
      const followed = fits && this.isFollowed(next);
      if (!fits || (!followed && (!named || this.endsElsewhere(at)))) {
        at = this.passDamage(at, previous);
        previous = undefined;
        continue;
      }
      if (!named) {
        walk.found(
          at,
          'previous size',
          "the chunk's previous size is not the size before it",
          hexAddress((previous ?? 0) * unit),
          hexAddress(chunk.previous * unit),
        );
      }
      this.give(at, next, named ? 0 : BlockMark.damaged);
      previous = chunk.size;
      at = next;
    }
  }

  /** Whether the chunk behind this one, if it can be read, names it; the end of the subsegment does as well. */
  private isFollowed(next: number): boolean {
    return next === this.end || !this.read(next, this.ahead) || this.ahead.previous === this.chunk.size;
  }

  /** Whether a sound chunk farther on names this one with another size: then this header is the damaged one. */
  private endsElsewhere(at: number): boolean {
    return this.nextNaming(at, this.nextChain(at)) !== undefined;
  }

  private give(at: number, next: number, marks: number): void {
    const { walk, chunk, unit, options } = this;
    const { record } = walk;
    const size = next - at;
    record.previousUnits = chunk.previous;
    if (!chunk.allocated) {
      walk.other(
        at,
        size,
        BlockState.free,
        marks | (this.holdsUncommitted(at, next) ? BlockMark.decommitted : 0),
      );
      return;
    }
    if (chunk.flags & VsFlag.skip) {
      walk.other(at, size, BlockState.internal, marks);
      return;
    }
    const aligned = options.pageAligned && (at + 2 * unit) % 0x1000 === 0;
    const offset = aligned ? 2 * unit : unit;
    if (options.delayed.size > 0 && options.delayed.has(at + offset)) {
      walk.other(at, size, BlockState.free, marks | BlockMark.delayed);
      return;
    }
    let unused: number | undefined = 0;
    if (chunk.flags & VsFlag.unusedBytes) {
      const word = walk.reader.has(next - 2, 2) ? walk.reader.u16(next - 2) : undefined;
      unused = word === undefined ? undefined : word & ONE_BYTE_UNUSED ? 1 : word & UNUSED_MASK;
      if (word !== undefined && !(word & ONE_BYTE_UNUSED)) {
        if (word & EXTRA_PRESENT) marks |= BlockMark.extra;
        if (word & LFH_SUBSEGMENT) return walk.other(at, size, BlockState.internal, marks);
      }
    }
    walk.busy(at, size, offset, size - offset, unused, marks);
  }

  /** Whether pages in the middle of a free chunk are given back. */
  private holdsUncommitted(at: number, next: number): boolean {
    if (next - at < 0x1000) return false;
    for (
      let page = Math.ceil((at + 2 * this.unit) / 0x1000) * 0x1000;
      page + 0x1000 <= next;
      page += 0x1000
    ) {
      if (!isCommitted(this.pages, page)) return true;
    }
    return false;
  }

  /** Reports memory that is not in the dump and gives the address where chunks go on. */
  private passHole(at: number): number {
    const { walk } = this;
    const next = this.nextChain(at);
    walk.sink.missing({ start: BigInt(at), end: BigInt(next) });
    walk.other(at, next - at, BlockState.internal, BlockMark.cut);
    return next;
  }

  private passDamage(at: number, previous: number | undefined): number {
    const { walk, chunk, unit, end } = this;
    const chain = this.nextChain(at);
    const next = this.nextNaming(at, chain) ?? chain;
    walk.found(
      at,
      'checksum',
      'the header of the chunk does not agree with its neighbours',
      `previous size ${previous === undefined ? '?' : hexAddress(previous * unit)}, size ${next < end ? hexAddress(next - at) : `at most ${hexAddress(end - at)}`}`,
      `previous size ${hexAddress(chunk.previous * unit)}, size ${hexAddress(chunk.size * unit)}`,
    );
    walk.record.previousUnits = previous ?? 0;
    // what it was cannot be told from a header that is overwritten; somebody may well hold it
    walk.busy(at, next - at, unit, next - at - unit, undefined, BlockMark.damaged);
    return next;
  }

  /** The first chunk behind an address from which sound ones follow one another; the end where there is none. */
  private nextChain(from: number): number {
    if (from >= this.searched && from < this.soundAt) return this.soundAt;
    const headers = this.headersBehind(from);
    const isLong = (at: number): boolean => {
      const { count, end } = headers.chain(at, LONG_CHAIN);
      return end === 'long' || (end === 'limit' && count > 1);
    };
    this.searched = from;
    this.soundAt = headers.first(from, isLong) ?? this.end;
    return this.soundAt;
  }

  /** The chunk up to an address that names a damaged one as the one before it. */
  private nextNaming(damaged: number, upTo: number): number | undefined {
    const headers = this.headersBehind(damaged);
    const next = headers.claimer(damaged, upTo - damaged);
    return next !== undefined && headers.chain(next, 2).end !== 'hole' ? next : undefined;
  }

  private headersBehind(from: number): LinkedHeaders {
    const { walk, key, extent } = this;
    const { firstChunk, end } = extent;
    this.headers ??= new LinkedHeaders(walk.reader, new VsForm(walk.form, key, firstChunk, end), end);
    this.headers.begin(from);
    return this.headers;
  }

  private read(at: number, into: VsChunk): boolean {
    const { reader, form } = this.walk;
    if (!reader.has(at, 2 * form.pointerSize)) return false;
    readVsChunk(reader, at, this.key, form.pointerSize, into);
    return true;
  }
}
