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
import { FreeLists } from '../freeLists.ts';
import type { FindingKind, HeapContext, HeapOutline, HeapWalker, Pacer } from '../model.ts';
import { WineCursor, WineStep } from './wineCursor.ts';
import { emptyEntry, HEADER, hasUserInfo, readWineEntry, WineFlag, WineType } from './wineEntry.ts';
import { WineGroups } from './wineGroups.ts';
import { readWineHeap, type WineHeap } from './wineHeap.ts';
import { wineOutline } from './wineOutline.ts';
import { type LargeBlock, readLargeBlocks, readSubheaps } from './wineSubheaps.ts';

const CHUNK = 4096;
const TAIL_CHECKING = 0x20;
const TAIL = 0xab;

/** Wine's heaps, 8.0 and later. */
export const wineWalker: HeapWalker = {
  outline: wineOutline,
  async walk(outline: HeapOutline, context: HeapContext, sink: BlockSink, pace: Pacer): Promise<void> {
    await new WineWalk(outline, context, sink).run(pace);
  },
};

class WineWalk {
  private readonly heap: WineHeap;
  private readonly near: AddressReader;
  private readonly block: BlockRecord = emptyRecord();
  private readonly freeLists: FreeLists;
  private readonly groups: WineGroups;

  constructor(
    outline: HeapOutline,
    context: HeapContext,
    private readonly sink: BlockSink,
  ) {
    const { view } = context;
    this.heap = readWineHeap(outline.reference, context);
    this.near = AddressReader.forWalk(view.target.memory);
    this.freeLists = new FreeLists(this.heap.reader, this.heap.pointerSize, sentinels(this.heap), HEADER);
    this.groups = new WineGroups(this.heap, sink, this.block);
  }

  async run(pace: Pacer): Promise<void> {
    const subheaps = readSubheaps(this.heap);
    for (const subheap of subheaps) {
      const owner = this.sink.owner(() => ({
        kind: 'segment',
        address: addressOf(subheap.address),
        start: addressOf(subheap.start),
        end: addressOf(subheap.end),
      }));
      this.put(owner, subheap.start, subheap.firstHeader, BlockState.internal);
      const cursor = new WineCursor(this.heap, this.near, subheap);
      const steps = { previousFree: false as boolean | undefined };
      const what = `subheap ${subheap.index + 1} of ${subheaps.length}`;
      let more = true;
      for (let done = 0; more; done += CHUNK) {
        more = this.walk(cursor, owner, steps);
        if (pace.due()) await pace.rest({ done, what });
      }
      if (subheap.commitEnd < subheap.end)
        this.put(owner, subheap.commitEnd, subheap.end, BlockState.uncommitted);
    }
    for (const large of readLargeBlocks(this.heap)) this.large(large);
    for (const finding of this.freeLists.check()) this.sink.finding(finding);
  }

  private walk(cursor: WineCursor, owner: number, steps: { previousFree: boolean | undefined }): boolean {
    for (let i = 0; i < CHUNK; i++) {
      if (!cursor.next()) return false;
      const { header, bytes } = cursor;
      if (cursor.step === WineStep.missing) {
        this.sink.missing({ start: addressOf(header), end: addressOf(header + bytes) });
        steps.previousFree = undefined;
      } else if (cursor.step === WineStep.damaged) {
        this.finding(header, 'checksum', "the block's header is damaged", 'a sound header', this.raw(header));
        this.put(owner, header, header + bytes, BlockState.busy, BlockMark.damaged);
        steps.previousFree = undefined;
      } else {
        this.take(cursor, owner, steps.previousFree);
        steps.previousFree = cursor.entry.type === WineType.free;
      }
    }
    return true;
  }

  private take(cursor: WineCursor, owner: number, previousFree: boolean | undefined): void {
    const { header, bytes, entry } = cursor;
    const { block, heap, near } = this;
    const { pointerSize } = heap;
    const flagged = (entry.flags & WineFlag.previousFree) !== 0;
    if (previousFree !== undefined && flagged !== previousFree) {
      const problem = "the block's header says of the block before what is not so";
      this.finding(header, 'state', problem, previousFree ? 'free' : 'busy', flagged ? 'free' : 'busy');
    }
    if (entry.type === WineType.free) {
      const link = header + HEADER;
      if (near.has(link, 2 * pointerSize)) {
        this.freeLists.add(
          link,
          near.pointer(link, pointerSize),
          near.pointer(link + pointerSize, pointerSize),
        );
      }
      this.put(owner, header, header + bytes, BlockState.free, 0, entry.flags);
      return;
    }
    if (
      entry.type === WineType.busy &&
      (entry.flags & WineFlag.lowFragmentation) !== 0 &&
      heap.version === 'B'
    ) {
      if (this.groups.expand(near, { header, bytes, flags: entry.flags })) return;
    }
    const dead = entry.type === WineType.dead;
    const internal = header + HEADER === heap.pendingFree;
    block.entry = header;
    block.size = bytes;
    block.userOffset = HEADER;
    block.userSize = dead || internal ? UNKNOWN_SIZE : bytes - HEADER - entry.tail;
    block.state = dead ? BlockState.free : internal ? BlockState.internal : BlockState.busy;
    block.part = BlockPart.segment;
    block.flags = entry.flags;
    block.previousUnits = 0;
    block.owner = owner;
    block.marks = dead ? BlockMark.delayed : hasUserInfo(heap, entry) ? BlockMark.extra : 0;
    if (block.state === BlockState.busy) this.checkTail(header, header + HEADER + block.userSize);
    this.sink.add(block);
  }

  private large({ region, header, end, userSize }: LargeBlock): void {
    const { block, heap } = this;
    const entry = emptyEntry();
    const owner = this.sink.owner(() => ({
      kind: 'region',
      address: addressOf(region),
      start: addressOf(region),
      end: addressOf(end),
    }));
    if (!readWineEntry(heap, heap.reader, header, entry) || (entry.flags & WineFlag.large) === 0) {
      this.finding(
        header,
        'large block',
        "the large block's header is damaged",
        'a large block',
        this.raw(header),
      );
    } else if ((entry.flags & WineFlag.lowFragmentation) !== 0 && heap.version === 'B') {
      if (this.groups.expand(this.near, { header, bytes: end - header, flags: entry.flags })) return;
    }
    block.entry = header;
    block.size = end - header;
    block.userOffset = HEADER;
    block.userSize = userSize;
    block.state = BlockState.busy;
    block.part = BlockPart.large;
    block.flags = entry.flags;
    block.previousUnits = 0;
    block.owner = owner;
    block.marks = hasUserInfo(heap, entry) ? BlockMark.extra : 0;
    this.sink.add(block);
  }

  /** A block without a user's part. */
  private put(owner: number, start: number, end: number, state: BlockState, marks = 0, flags = 0): void {
    const { block } = this;
    block.entry = start;
    block.size = end - start;
    block.userOffset = HEADER;
    block.userSize = UNKNOWN_SIZE;
    block.state = state;
    block.part = BlockPart.segment;
    block.flags = flags;
    block.previousUnits = 0;
    block.owner = owner;
    block.marks = marks;
    this.sink.add(block);
  }

  /** A unit of AB directly behind the user's data, where tail checking is on. */
  private checkTail(header: number, end: number): void {
    const { heap, near } = this;
    if (((heap.flags | heap.forceFlags) & TAIL_CHECKING) === 0) return;
    for (let at = end; at < end + heap.unit; at++) {
      if (!near.has(at, 1)) return;
      const found = near.u8(at);
      if (found === TAIL) continue;
      const problem = `the program wrote behind the end of the block, at ${hexAddress(at)}`;
      this.finding(header, 'tail fill', problem, hexAddress(TAIL), hexAddress(found));
      return;
    }
  }

  private raw(header: number): string {
    const { reader } = this.heap;
    if (!reader.has(header, 8)) return 'memory that is not in the dump';
    const words = [reader.u32(header), reader.u32(header + 4)];
    return words.map((w) => w.toString(16).padStart(8, '0')).join(' ');
  }

  private finding(
    address: number,
    kind: FindingKind,
    problem: string,
    expected: string,
    found: string,
  ): void {
    this.sink.finding({ address: addressOf(address), kind, problem, expected, found });
  }
}

/** The links of the sentinels, which are headers of their own in front of each class of free blocks. */
function sentinels({ address, places, pointerSize }: WineHeap): number[] {
  const stride = pointerSize === 4 ? 0x10 : 0x20;
  return Array.from(
    { length: places.freeListCount },
    (_, i) => address + places.freeLists + i * stride + HEADER,
  );
}
