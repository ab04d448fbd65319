import { hexAddress } from '../../bytes/index.ts';
import { addressOf, type AddressReader } from '../addressReader.ts';
import {
  BlockMark,
  BlockPart,
  type BlockRecord,
  type BlockSink,
  BlockState,
  UNKNOWN_SIZE,
} from '../blockSink.ts';
import {
  emptyEntry,
  HEADER,
  hasUserInfo,
  readWineEntry,
  type WineEntry,
  WineFlag,
  WineType,
} from './wineEntry.ts';
import type { WineHeap } from './wineHeap.ts';

/** Blocks in a group, and where the first header and the free bits lie in its data (WINE-HEAP.md 5) */
const COUNT = 31;
const FIRST = { 4: 0x10, 8: 0x18 } as const;
const FREE_BITS = { 4: 4, 8: 0x10 } as const;

/** A block that holds a group of blocks of one size. */
export interface GroupBlock {
  readonly header: number;
  readonly bytes: number;
  readonly flags: number;
}

/** Shows the blocks of Wine's low-fragmentation heap, 9.0 and later. */
export class WineGroups {
  private readonly entry: WineEntry = emptyEntry();

  constructor(
    private readonly heap: WineHeap,
    private readonly sink: BlockSink,
    private readonly block: BlockRecord,
  ) {}

  /** Gives the blocks of a group to the sink, the group's head as internal. False where it is no group. */
  expand(near: AddressReader, group: GroupBlock): boolean {
    const { heap, sink, block, entry } = this;
    const data = group.header + HEADER;
    const first = data + FIRST[heap.pointerSize];
    const step = this.step(near, first, group.header + group.bytes);
    if (step === undefined) return false;
    const freeBits = near.u32(data + FREE_BITS[heap.pointerSize]);
    const owner = sink.owner(() => ({
      kind: 'subsegment',
      address: addressOf(data),
      start: addressOf(group.header),
      end: addressOf(group.header + group.bytes),
      stride: step,
      container: {
        entry: addressOf(group.header),
        size: group.bytes,
        flags: group.flags,
        previousSize: 0,
      },
    }));
    block.owner = owner;
    block.previousUnits = 0;
    block.userOffset = HEADER;
    block.part = BlockPart.segment;
    block.entry = group.header;
    block.size = first - group.header;
    block.userSize = UNKNOWN_SIZE;
    block.state = BlockState.internal;
    block.flags = group.flags;
    block.marks = 0;
    sink.add(block);
    block.part = BlockPart.lfh;
    block.size = step;
    for (let i = 0, header = first; i < COUNT; i++, header += step) {
      if (!near.has(header, HEADER)) {
        sink.missing({ start: addressOf(header), end: addressOf(first + COUNT * step) });
        break;
      }
      const sound = readWineEntry(heap, near, header, entry) && this.fits(entry, i, step);
      const bit = ((freeBits >>> i) & 1) !== 0;
      const free = sound ? entry.type === WineType.free : bit;
      if (!sound || free !== bit) this.report(near, header, sound, bit);
      const dead = sound && entry.type === WineType.dead;
      block.entry = header;
      block.flags = entry.flags;
      block.state = free || dead ? BlockState.free : BlockState.busy;
      block.userSize = free || dead || !sound ? UNKNOWN_SIZE : step - HEADER - entry.tail;
      block.marks = !sound ? BlockMark.damaged : dead ? BlockMark.delayed : 0;
      if (sound && !free && hasUserInfo(heap, entry)) block.marks |= BlockMark.extra;
      sink.add(block);
    }
    return true;
  }

  /** Bytes from block to block: what the first sound header says, if so many fit. */
  private step(near: AddressReader, first: number, end: number): number | undefined {
    const { heap, entry } = this;
    const longest = Math.floor((end - first + heap.unit - 1) / COUNT);
    for (let units = 2; units * heap.unit <= longest; units++) {
      const step = units * heap.unit;
      // two neighbours that agree: one of the headers may be damaged
      for (const i of [0, 15, 29]) {
        const a = first + i * step;
        if (!near.has(a, step + HEADER)) continue;
        const agree =
          readWineEntry(heap, near, a, entry) &&
          this.fits(entry, i, step) &&
          readWineEntry(heap, near, a + step, entry) &&
          this.fits(entry, i + 1, step);
        if (agree) return step;
      }
    }
    return undefined;
  }

  private fits({ size, base, flags, tail, type }: WineEntry, index: number, step: number): boolean {
    const low = (flags & WineFlag.lowFragmentation) !== 0;
    const room = type === WineType.free || tail <= step - HEADER;
    return low && type !== WineType.large && base === index && size * this.heap.unit === step && room;
  }

  private report(near: AddressReader, header: number, sound: boolean, bit: boolean): void {
    this.sink.finding({
      address: addressOf(header),
      kind: 'front end',
      problem: sound ? "the block's header and its group's free bit differ" : "the block's header is damaged",
      expected: bit ? 'free' : 'busy',
      found: hexAddress(near.u32(header)),
    });
  }
}
