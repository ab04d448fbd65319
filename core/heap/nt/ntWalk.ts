import { hexAddress } from '../../bytes/index.ts';
import { addressOf, AddressReader } from '../addressReader.ts';
import {
  BlockMark,
  BlockPart,
  type BlockRecord,
  type BlockSink,
  BlockState,
  emptyRecord,
  UNKNOWN_SIZE,
} from '../blockSink.ts';
import type { FindingKind, HeapContext, HeapOutline, Pacer } from '../model.ts';
import { emptyHeader, EntryFlag, type EntryCodec, entryCodec, type EntryHeader } from './entryCodec.ts';
import { Fills } from './fills.ts';
import { FreeIndex } from './freeIndex.ts';
import { FreeLists } from '../freeLists.ts';
import { LfhBlocks } from './lfh/lfhBlocks.ts';
import { holdsUserBlocks, lfhKey } from './lfh/lfhKey.ts';
import { lfhPlaces } from './lfh/subsegment.ts';
import { readLookaside } from './lookaside.ts';
import { type NtHeap, readNtHeap } from './ntHeap.ts';
import { type NtSegment, readSegments } from './ntSegments.ts';
import { SegmentCursor, Step } from './segmentCursor.ts';
import { codedUserPart, plainUserPart, type UserPart } from './userSize.ts';
import { OwnStructures } from './ownStructures.ts';
import { readVirtualBlocks, type VirtualBlock } from './virtualBlocks.ts';

/** Blocks between two looks at the clock. */
const CHUNK = 4096;
/** Unused bytes of the heap's own blocks stay below this. */
const OWN_LIMIT = 4;
/** Byte 7 of a block with an extended entry two units into it, where stack traces are kept */
const EXTENDED_ENTRY = 0x42;
/** Byte 7 of a virtual block's header since Vista */
const VIRTUAL = 4;

/** One walk through an NT heap: every block goes to the sink, everything that does not fit is reported. */
export class NtWalk {
  private readonly heap: NtHeap;
  private readonly codec: EntryCodec;
  private readonly near: AddressReader;
  private readonly block: BlockRecord = emptyRecord();
  private readonly user: UserPart = { offset: 0, size: 0 };
  private readonly freeLists: FreeLists;
  private readonly freeIndex: FreeIndex;
  private readonly fills: Fills;
  /** every block was seen: what the heap counts can be held against them */
  private complete = true;
  private readonly lfh: LfhBlocks | undefined;
  private readonly lookaside: ReadonlySet<number>;
  private readonly segments: readonly NtSegment[];
  private readonly own: OwnStructures;

  constructor(
    outline: HeapOutline,
    context: HeapContext,
    private readonly sink: BlockSink,
  ) {
    const heap = readNtHeap(outline.reference, context);
    this.heap = heap;
    this.codec = entryCodec(heap);
    this.near = AddressReader.forWalk(context.view.target.memory);
    this.freeLists = new FreeLists(heap.reader, heap.pointerSize, freeListHeads(heap), heap.unit);
    this.freeIndex = new FreeIndex(heap, this.codec);
    this.fills = new Fills(heap, sink);
    this.segments = readSegments(heap).segments;
    this.own = new OwnStructures(
      heap,
      context,
      this.segments.flatMap((s) => s.descriptors),
    );
    const places = lfhPlaces(heap.layouts, heap.coded);
    const key = heap.frontEnd === 'lfh' ? lfhKey(context)?.low : undefined;
    this.lfh = places && new LfhBlocks({ heap, places, key, own: this.own, sink, block: this.block });
    const lookaside = readLookaside(heap);
    this.lookaside = lookaside.entries;
    for (const finding of lookaside.findings) sink.finding(finding);
    for (const note of lookaside.notes) sink.note(note);
  }

  async run(pace: Pacer): Promise<void> {
    const total = this.segments.length;
    for (const segment of this.segments) {
      const what = `segment ${segment.index + 1} of ${total}`;
      const owner = this.sink.owner(() => ({
        kind: 'segment',
        address: addressOf(segment.address),
        start: addressOf(segment.start),
        end: addressOf(segment.end),
      }));
      const cursor = new SegmentCursor(this.heap, this.codec, this.near, segment);
      let more = true;
      for (let done = 0; more; done += CHUNK) {
        more = this.walk(cursor, segment, owner);
        if (pace.due()) await pace.rest({ done, what });
      }
    }
    for (const block of readVirtualBlocks(this.heap)) this.virtual(block);
    for (const finding of this.freeLists.check()) this.sink.finding(finding);
    if (this.complete) for (const finding of this.freeIndex.check()) this.sink.finding(finding);
  }

  /** Some steps of the cursor; false when the segment is done. */
  private walk(cursor: SegmentCursor, segment: NtSegment, owner: number): boolean {
    for (let i = 0; i < CHUNK; i++) {
      if (!cursor.next()) return false;
      switch (cursor.step) {
        case Step.block:
          this.take(cursor, segment, owner);
          break;
        case Step.uncommitted:
          this.add(cursor, owner, BlockState.uncommitted, 0);
          break;
        case Step.missing:
          this.complete = false;
          this.freeLists.addUnseen(cursor.entry, cursor.entry + cursor.bytes);
          this.sink.missing({ start: addressOf(cursor.entry), end: addressOf(cursor.entry + cursor.bytes) });
          break;
        case Step.damaged:
        case Step.wrongSize:
          this.damaged(cursor, owner);
          break;
      }
    }
    return true;
  }

  /** A block whose header is not to be believed; what it holds may be. */
  private damaged(cursor: SegmentCursor, owner: number): void {
    const { heap, near } = this;
    const { entry, bytes, header } = cursor;
    this.complete = false;
    if (cursor.step === Step.damaged) {
      this.finding(entry, 'checksum', "the block's header is damaged", 'a sound header', this.raw(entry));
    } else {
      const expected = hexAddress(bytes / heap.unit);
      this.finding(entry, 'size', "the block's size is wrong", expected, hexAddress(header.size));
    }
    // user blocks of an LFH behind it tell themselves, directly or behind an extended entry
    const flags = EntryFlag.busy | EntryFlag.internal;
    for (const unused of [0, EXTENDED_ENTRY]) {
      const container = { ...emptyHeader(), size: bytes / heap.unit, flags, unused };
      if (this.lfh?.expand(near, { entry, bytes, header: container })) return;
    }
    this.add(cursor, owner, this.guess(cursor), BlockMark.damaged);
  }

  /** A block with a sound header. */
  private take(cursor: SegmentCursor, segment: NtSegment, owner: number): void {
    const { entry, bytes, header, expectedPrevious } = cursor;
    if (expectedPrevious !== undefined) {
      const problem = 'the size of the block before, as the header has it, is wrong';
      this.finding(
        entry,
        'previous size',
        problem,
        hexAddress(expectedPrevious),
        hexAddress(header.previous),
      );
    }
    const { flags } = header;
    if ((flags & EntryFlag.busy) === 0) return this.free(cursor, owner);
    if (entry < segment.firstEntry || this.isOwn(header)) {
      return this.add(cursor, owner, BlockState.internal, 0);
    }
    if (holdsUserBlocks(this.heap, flags) && this.lfh?.expand(this.near, { entry, bytes, header })) return;
    const internal = this.heap.coded && (flags & EntryFlag.internal) !== 0;
    if (internal || this.own.holdsDescriptor(entry, bytes))
      return this.add(cursor, owner, BlockState.internal, 0);
    if (this.lookaside.has(entry)) {
      this.record(cursor, owner, BlockState.free, 0);
      this.block.part = BlockPart.lookaside;
      this.sink.add(this.block);
      return;
    }
    this.busy(cursor, owner);
  }

  private busy(cursor: SegmentCursor, owner: number): void {
    const { block, user, heap } = this;
    const { entry, bytes, header } = cursor;
    const { unused, flags } = header;
    if (heap.coded) {
      codedUserPart(this.near, heap.unit, entry, { block: bytes, unused, word: header.previous }, user);
    } else {
      plainUserPart(this.near, heap.unit, entry, { block: bytes, unused }, user);
    }
    const own = this.own.isLockDebug(this.near, entry + user.offset, user.size);
    this.record(cursor, owner, own ? BlockState.internal : BlockState.busy, 0);
    block.userOffset = user.offset;
    block.userSize = user.size;
    if ((flags & EntryFlag.extra) !== 0 || user.offset > heap.unit) block.marks |= BlockMark.extra;
    if (user.size === UNKNOWN_SIZE) {
      this.finding(
        entry,
        'size',
        'the unused bytes of the block are more than it has',
        `at most ${hexAddress(bytes)}`,
      );
      block.marks |= BlockMark.damaged;
    } else if ((flags & EntryFlag.fill) !== 0) {
      this.fills.checkTail(this.near, entry, entry + user.offset + user.size);
    }
    this.sink.add(block);
  }

  private free(cursor: SegmentCursor, owner: number): void {
    const { near, heap } = this;
    const { entry, bytes, header } = cursor;
    const links = entry + heap.unit;
    const { pointerSize } = heap;
    if (near.has(links, 2 * pointerSize)) {
      this.freeLists.add(
        links,
        near.pointer(links, pointerSize),
        near.pointer(links + pointerSize, pointerSize),
      );
    }
    this.freeIndex.add(header.size);
    const given = heap.coded && (header.flags & EntryFlag.internal) !== 0;
    if ((header.flags & EntryFlag.fill) !== 0) this.fills.checkFree(near, entry, entry + bytes);
    this.add(cursor, owner, BlockState.free, given ? BlockMark.decommitted : 0);
  }

  private virtual(region: VirtualBlock): void {
    const { heap, block } = this;
    const { reader } = heap;
    const header = emptyHeader();
    const { entry } = region;
    const owner = this.sink.owner(() => ({
      kind: 'region',
      address: addressOf(region.region),
      start: addressOf(region.region),
      end: addressOf(region.end),
    }));
    if (!reader.has(entry, heap.unit)) return;
    // its Size field holds the unused bytes; 0 would be none, which no other header has
    const sound = this.codec.read(reader, entry, header) || header.size === 0;
    const busy = (header.flags & EntryFlag.busy) !== 0 && (!heap.coded || header.unused === VIRTUAL);
    if (!sound || !busy || header.size > region.commit) {
      this.finding(
        entry,
        'virtual block',
        'the header of the virtual block is damaged',
        'a busy virtual block',
        this.raw(entry),
      );
    }
    const extended = heap.coded ? header.segment * heap.unit : 0;
    const offset = heap.unit + (sound && busy ? extended : 0);
    const userSize = region.commit - header.size;
    block.entry = entry;
    block.size = region.end - entry;
    block.userOffset = offset;
    block.userSize =
      sound && busy && userSize >= 0 && entry + offset + userSize <= region.end ? userSize : UNKNOWN_SIZE;
    block.state = BlockState.busy;
    block.part = BlockPart.virtual;
    block.flags = header.flags;
    block.previousUnits = header.previous;
    block.owner = owner;
    block.marks = sound && busy ? (extended > 0 ? BlockMark.extra : 0) : BlockMark.damaged;
    this.sink.add(block);
  }

  /** A block without a user's part. */
  private add(cursor: SegmentCursor, owner: number, state: BlockState, marks: number): void {
    this.record(cursor, owner, state, marks);
    this.sink.add(this.block);
  }

  private record(cursor: SegmentCursor, owner: number, state: BlockState, marks: number): void {
    const { block } = this;
    const plain = cursor.step === Step.block;
    block.entry = cursor.entry;
    block.size = cursor.bytes;
    block.userOffset = this.heap.unit;
    block.userSize = UNKNOWN_SIZE;
    block.state = state;
    block.flags = plain ? cursor.header.flags : 0;
    block.previousUnits = plain ? cursor.header.previous : 0;
    block.owner = owner;
    block.marks = marks;
    block.part = BlockPart.segment;
  }

  /** Whether a damaged block is free: its links are those of a list. */
  private guess({ entry }: SegmentCursor): BlockState {
    const { near, heap } = this;
    const { pointerSize, reader } = heap;
    const link = entry + heap.unit;
    const ahead = near.tryPointer(link, pointerSize);
    const behind = near.tryPointer(link + pointerSize, pointerSize);
    if (ahead === undefined || behind === undefined) return BlockState.busy;
    const linked =
      reader.tryPointer(ahead + pointerSize, pointerSize) === link &&
      reader.tryPointer(behind, pointerSize) === link;
    if (linked) this.freeLists.add(link, ahead, behind);
    return linked ? BlockState.free : BlockState.busy;
  }

  /**
   * Since Vista the heap hands blocks to itself whose unused bytes leave out the header: 1 for its tables, 3 for
   * descriptors of uncommitted ranges. A program's block has at least 8 unused bytes, RtlWalkHeap shows no other.
   */
  private isOwn({ unused }: EntryHeader): boolean {
    return this.heap.coded && unused > 0 && unused < OWN_LIMIT;
  }

  private raw(entry: number): string {
    const { reader, unit } = this.heap;
    const at = entry + unit - 8;
    if (!reader.has(at, 8)) return 'memory that is not in the dump';
    const words = [reader.u32(at), reader.u32(at + 4)];
    return words.map((w) => w.toString(16).padStart(8, '0')).join(' ');
  }

  private finding(
    address: number,
    kind: FindingKind,
    problem: string,
    expected?: string,
    found?: string,
  ): void {
    this.sink.finding({ address: addressOf(address), kind, problem, expected, found });
  }
}

function freeListHeads({ freeLists, pointerSize }: NtHeap): number[] {
  return Array.from({ length: freeLists.count }, (_, i) => freeLists.head + i * 2 * pointerSize);
}
