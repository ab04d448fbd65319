import { hexAddress } from '../../../bytes/index.ts';
import { addressOf, type AddressReader } from '../../addressReader.ts';
import {
  BlockMark,
  BlockPart,
  type BlockRecord,
  type BlockSink,
  BlockState,
  UNKNOWN_SIZE,
} from '../../blockSink.ts';
import type { FindingKind } from '../../model.ts';
import type { EntryHeader } from '../entryCodec.ts';
import type { NtHeap } from '../ntHeap.ts';

import type { OwnStructures } from '../ownStructures.ts';
import { codedUserPart, plainUserPart, type UserPart } from '../userSize.ts';
import { lfhMeaning, lfhOffsets, lfhUncoded } from './lfhCode.ts';
import { userBlocksOffset } from './lfhKey.ts';
import { behindBitmap, type LfhPlaces, MAX_GAP, type Subsegment } from './subsegment.ts';
import { SubsegmentFinder } from './subsegmentFinder.ts';

/** A block of the back end that may hold user blocks. */
export interface Container {
  readonly entry: number;
  readonly bytes: number;
  readonly header: EntryHeader;
}

/** What the blocks of one heap are shown with. */
export interface LfhWalk {
  readonly heap: NtHeap;
  readonly places: LfhPlaces;
  /** low 32 bits of RtlpLFHKey, undefined where it is not known */
  readonly key: number | undefined;
  readonly own: OwnStructures;
  readonly sink: BlockSink;
  /** the record that the walk fills for each block */
  readonly block: BlockRecord;
}

/** Where a run of blocks lies. */
interface Run {
  readonly first: number;
  readonly stride: number;
  readonly count: number;
}

/** LFH blocks have this in byte 7 since Vista */
const LFH_BLOCK = 0x80;
const UNUSED = 0x3f;

/** Shows what lies in the user blocks of one heap's low-fragmentation heap. */
export class LfhBlocks {
  private readonly user: UserPart = { offset: 0, size: 0 };
  private readonly finder: SubsegmentFinder;
  private readonly heap: NtHeap;
  private readonly places: LfhPlaces;
  private readonly key: number | undefined;
  private readonly own: OwnStructures;
  private readonly sink: BlockSink;
  private readonly block: BlockRecord;

  constructor(walk: LfhWalk) {
    this.heap = walk.heap;
    this.places = walk.places;
    this.key = walk.key;
    this.own = walk.own;
    this.sink = walk.sink;
    this.block = walk.block;
    this.finder = new SubsegmentFinder(walk.heap, walk.places, walk.key);
  }

  /**
   * Gives the blocks in a container to the sink, its head as internal, the container itself not. False where it holds no
   * user blocks in use: then it is a block like others. `near` reads around the container.
   */
  expand(near: AddressReader, container: Container): boolean {
    const { heap, places, sink, block } = this;
    const { entry, bytes, header } = container;
    const userBlocks = entry + userBlocksOffset(heap, header);
    const sound = this.finder.ofHeader(near, userBlocks);
    const subsegment = sound ?? this.finder.inZones(near, userBlocks);
    const run = subsegment && this.geometry(near, subsegment, entry + bytes);
    if (!subsegment || !run) {
      if (this.finder.isLost(near, userBlocks)) {
        sink.missing({ start: addressOf(entry), end: addressOf(entry + bytes) });
      }
      return false;
    }
    const { flags, previous } = header;
    const owner = sink.owner(() => ({
      kind: 'subsegment',
      address: addressOf(subsegment.address),
      start: addressOf(entry),
      end: addressOf(entry + bytes),
      stride: run.stride,
      container: { entry: addressOf(entry), size: bytes, flags, previousSize: previous * heap.unit },
    }));
    block.entry = entry;
    block.size = run.first - entry;
    block.userOffset = heap.unit;
    block.userSize = UNKNOWN_SIZE;
    block.state = BlockState.internal;
    block.part = BlockPart.segment;
    block.flags = flags;
    block.previousUnits = previous;
    block.owner = owner;
    block.marks = 0;
    sink.add(block);
    if (!sound && near.has(userBlocks, places.headerSize)) {
      this.sink.finding({
        address: addressOf(userBlocks),
        kind: 'front end',
        problem: 'the header of the user blocks is damaged',
      });
    }
    this.blocks(near, subsegment, { ...run, hasBitmap: this.hasBitmap && sound !== undefined }, owner);
    return true;
  }

  private get hasBitmap(): boolean {
    return this.places.form === 'bitmap' || this.places.form === 'coded';
  }

  /** First block, stride and number of blocks, where they fit in the container. */
  private geometry(near: AddressReader, subsegment: Subsegment, end: number): Run | undefined {
    const { heap, places, key } = this;
    const { userBlocks, stride, count } = subsegment;
    let first = userBlocks + places.headerSize;
    if (places.form === 'bitmap') {
      first = userBlocks + near.u16(userBlocks + places.offsets);
    } else if (places.form === 'coded') {
      const encoded = near.u32(userBlocks + places.offsets);
      const plain = key === undefined ? 0 : lfhOffsets(heap, userBlocks, encoded, key);
      if (key !== undefined && plain >>> 16 === stride) {
        first = userBlocks + (plain & 0xffff);
      } else {
        const byCode = this.firstByCode(near, subsegment);
        if (byCode === undefined) return undefined;
        first = byCode;
        if (key !== undefined) {
          const problem = 'the offsets of the user blocks are wrong';
          this.finding(userBlocks, 'front end', problem, stride, plain >>> 16);
        }
      }
    }
    const room = Math.floor((end - first) / stride);
    if (first < userBlocks + places.headerSize || room < 1) return undefined;
    if (room < count) {
      this.finding(
        subsegment.address,
        'front end',
        'the subsegment has more blocks than its container',
        room,
        count,
      );
    }
    return { first, stride, count: Math.min(room, count) };
  }

  /** The first place whose header and that of the next block are those of LFH blocks. */
  private firstByCode(near: AddressReader, subsegment: Subsegment): number | undefined {
    const { places, heap } = this;
    const { userBlocks, stride, count } = subsegment;
    const from = userBlocks + behindBitmap(heap, places, count);
    const isBlock = (entry: number): boolean =>
      near.has(entry, heap.unit) &&
      (near.u8(entry + heap.unit - 1) & LFH_BLOCK) !== 0 &&
      this.codeOf(near, entry) === lfhMeaning(heap, places.form, entry, subsegment);
    for (let first = from; first < from + MAX_GAP; first += heap.unit) {
      if (isBlock(first) && (count === 1 || isBlock(first + stride))) return first;
    }
    return undefined;
  }

  private blocks(
    near: AddressReader,
    subsegment: Subsegment,
    run: Run & { readonly hasBitmap: boolean },
    owner: number,
  ): void {
    const { heap, places, sink, block, user } = this;
    const { unit } = heap;
    const bitmap = subsegment.userBlocks + places.bitmapData;
    let delayed = this.delayedFrees(subsegment);
    let free = 0;
    let lost: number | undefined;
    let complete = true;
    const tellLost = (end: number): void => {
      if (lost !== undefined) sink.missing({ start: addressOf(lost), end: addressOf(end) });
      lost = undefined;
    };
    block.part = BlockPart.lfh;
    block.owner = owner;
    block.size = run.stride;
    block.previousUnits = 0;
    for (let i = 0, entry = run.first; i < run.count; i++, entry += run.stride) {
      if (!near.has(entry, unit)) {
        // where the others lie is known all the same
        lost ??= entry;
        complete = false;
        continue;
      }
      tellLost(entry);
      let busy = this.isBusy(near, entry);
      block.marks = 0;
      block.flags = 0;
      const bits = bitmap + (i >>> 3);
      if (run.hasBitmap && near.has(bits, 1)) {
        const bit = (near.u8(bits) >>> (i & 7)) & 1;
        if (bit === 1 && !busy && delayed > 0) {
          // freed while another thread held the bitmap: its bit is cleared later
          delayed--;
        } else if ((bit === 1) !== busy) {
          const said = busy ? 'busy' : 'free';
          this.finding(
            entry,
            'front end',
            `the block's header says ${said} and the bitmap does not`,
            bit,
            busy ? 1 : 0,
          );
          block.marks = BlockMark.damaged;
          busy = bit === 1;
        }
      }
      if (!this.codeFits(near, entry, subsegment)) block.marks |= BlockMark.damaged;
      if (!busy) free++;
      block.entry = entry;
      if (busy) {
        this.userPart(near, entry, run.stride);
        const own = this.own.isLockDebug(near, entry + user.offset, user.size);
        block.state = own ? BlockState.internal : BlockState.busy;
        block.userOffset = user.offset;
        block.userSize = user.size;
        if (user.offset > unit) block.marks |= BlockMark.extra;
      } else {
        block.state = BlockState.free;
        block.userOffset = unit;
        block.userSize = UNKNOWN_SIZE;
      }
      sink.add(block);
    }
    tellLost(run.first + run.count * run.stride);
    const { depth = free } = subsegment;
    if (complete && free !== depth && run.count === subsegment.count) {
      const problem = 'the subsegment counts other free blocks than its headers say';
      this.finding(subsegment.address, 'front end', problem, free, depth);
    }
  }

  private isBusy(near: AddressReader, entry: number): boolean {
    const { heap, places } = this;
    // XP: the flags at byte 5 (x64: 13)
    if (places.form === 'plain') return (near.u8(entry + heap.unit - 3) & 1) !== 0;
    return (near.u8(entry + heap.unit - 1) & UNUSED) !== 0;
  }

  /** Whether the block's code leads back to its subsegment; true where the key is not known. */
  private codeFits(near: AddressReader, entry: number, subsegment: Subsegment): boolean {
    const expected = lfhMeaning(this.heap, this.places.form, entry, subsegment);
    const found = this.codeOf(near, entry) ?? expected;
    if (found === expected) return true;
    this.finding(entry, 'checksum', "the code of the block's header is wrong", expected, found);
    return false;
  }

  /** What the code of a block's header means; undefined where that is not known. */
  private codeOf(near: AddressReader, entry: number): number | undefined {
    const { heap, places, key } = this;
    if (key === undefined || !places.codeKnown) return undefined;
    return lfhUncoded(heap, places.form, entry, near.u32(entry + heap.unit - 8), key);
  }

  private userPart(near: AddressReader, entry: number, stride: number): void {
    const { heap, places, user } = this;
    const { unit } = heap;
    if (places.form === 'plain') {
      plainUserPart(near, unit, entry, { block: stride, unused: near.u8(entry + unit - 2) }, user);
    } else {
      const unused = near.u8(entry + unit - 1);
      codedUserPart(near, unit, entry, { block: stride, unused, word: near.u16(entry + unit - 4) }, user);
    }
  }

  /** Blocks that wait on DelayFreeList (8 and later): their number is the SLIST_HEADER's depth. */
  private delayedFrees({ address }: Subsegment): number {
    const { heap, places } = this;
    if (places.delayFree < 0) return 0;
    const at = address + places.delayFree;
    // x86: Next, Depth; x64: Depth in the low 16 bits
    const depth = heap.pointerSize === 4 ? at + 4 : at;
    return heap.reader.has(depth, 2) ? heap.reader.u16(depth) : 0;
  }

  private finding(
    address: number,
    kind: FindingKind,
    problem: string,
    expected: number,
    found: number,
  ): void {
    this.sink.finding({
      address: addressOf(address),
      kind,
      problem,
      expected: hexAddress(expected),
      found: hexAddress(found),
    });
  }
}
