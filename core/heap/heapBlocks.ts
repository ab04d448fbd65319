import type { Address } from '../target/index.ts';
import {
  BlockState,
  type BlockRecord,
  PART_NAMES,
  type PartName,
  STATE_NAMES,
  type StateName,
  UNKNOWN_SIZE,
} from './blockSink.ts';
import { mergeRuns } from './mergeRuns.ts';

/** One block, as an object: for the few that are shown. Sizes in bytes. */
export interface HeapBlock {
  /** position in the columns */
  readonly index: number;
  readonly entry: Address;
  /** what the program was given; only busy blocks have it */
  readonly user?: Address;
  /** from this entry to the next */
  readonly size: number;
  /** what the program asked for, where that can be told */
  readonly userSize?: number;
  readonly state: StateName;
  readonly part: PartName;
  /** flags of the header, decoded */
  readonly flags: number;
  /** size of the block before as the header has it, in units of the heap */
  readonly previousUnits: number;
  /** index in `HeapSnapshot.owners` */
  readonly owner: number;
  /** `BlockMark` bits */
  readonly marks: number;
}

/** The columns of all blocks, of equal length, rising by `entry`. 35 bytes a block. */
export interface BlockColumns {
  /** addresses as numbers: user addresses stay below 2^53 */
  readonly entry: Float64Array;
  /** bytes from the entry to the user pointer */
  readonly userOffset: Uint32Array;
  /** bytes */
  readonly size: Float64Array;
  /** bytes; -1 unknown */
  readonly userSize: Float64Array;
  /** values of `BlockState` and `BlockPart` */
  readonly state: Uint8Array;
  readonly part: Uint8Array;
  readonly flags: Uint8Array;
  readonly marks: Uint8Array;
  readonly previousUnits: Uint16Array;
  readonly owner: Uint32Array;
}

/** All blocks of a heap, rising by address. Hot loops take `columns`; everything else asks by index. */
export class HeapBlocks {
  readonly length: number;

  constructor(readonly columns: BlockColumns) {
    this.length = columns.entry.length;
  }

  /**
   * The block that an address lies in, header and unused bytes included; -1 where it lies in none. Binary search. On
   * x64 an NT heap's block may use the first eight bytes of the next header: these are the block's, but for the address
   * of the header itself, which is asked for to find the block behind it.
   */
  find(address: Address): number {
    const at = Number(address);
    const i = this.lastAtOrBelow(at);
    if (i > 0 && this.isUsersOf(i - 1, at)) return i - 1;
    return i >= 0 && at < this.entryAt(i) + (this.columns.size[i] ?? 0) ? i : -1;
  }

  /** The index of the first block whose entry is at or above an address; `length` where there is none. */
  firstFrom(address: Address): number {
    const at = Number(address);
    const i = this.lastAtOrBelow(at);
    return i >= 0 && this.entryAt(i) === at ? i : i + 1;
  }

  entry(index: number): Address {
    return BigInt(this.entryAt(index));
  }

  /** The address the program was given; for other than busy blocks the place it would have. */
  user(index: number): Address {
    return BigInt(this.entryAt(index) + (this.columns.userOffset[index] ?? 0));
  }

  /** Bytes from this entry to the next. */
  size(index: number): number {
    return this.columns.size[index] ?? 0;
  }

  userSize(index: number): number | undefined {
    const size = this.columns.userSize[index] ?? UNKNOWN_SIZE;
    return size === UNKNOWN_SIZE ? undefined : size;
  }

  isBusy(index: number): boolean {
    return this.columns.state[index] === BlockState.busy;
  }

  state(index: number): StateName {
    return STATE_NAMES[this.columns.state[index] ?? 0] ?? 'internal';
  }

  part(index: number): PartName {
    return PART_NAMES[this.columns.part[index] ?? 0] ?? 'segment';
  }

  /** The block as an object; undefined for an index that there is not. */
  at(index: number): HeapBlock | undefined {
    const { columns: c } = this;
    if (index < 0 || index >= this.length) return undefined;
    const busy = this.isBusy(index);
    return {
      index,
      entry: this.entry(index),
      user: busy ? this.user(index) : undefined,
      size: this.size(index),
      userSize: this.userSize(index),
      state: this.state(index),
      part: this.part(index),
      flags: c.flags[index] ?? 0,
      previousUnits: c.previousUnits[index] ?? 0,
      owner: c.owner[index] ?? 0,
      marks: c.marks[index] ?? 0,
    };
  }

  /** Whether an address behind a block's end is still its user's. */
  private isUsersOf(index: number, at: number): boolean {
    const { userOffset, userSize, size } = this.columns;
    const offset = at - this.entryAt(index) - (userOffset[index] ?? 0);
    const behind = at - this.entryAt(index) - (size[index] ?? 0);
    if (behind < 0 || !this.isBusy(index)) return false;
    // where nothing of the block is left behind its header, the user pointer is the next header's address
    return offset === 0 || (behind > 0 && offset < (userSize[index] ?? 0));
  }

  private entryAt(index: number): number {
    return this.columns.entry[index] ?? 0;
  }

  private lastAtOrBelow(at: number): number {
    const { entry } = this.columns;
    let from = 0;
    let to = this.length;
    while (from < to) {
      const mid = (from + to) >>> 1;
      if ((entry[mid] ?? 0) <= at) from = mid + 1;
      else to = mid;
    }
    return from - 1;
  }
}

const FIRST_CAPACITY = 1024;

/** Gathers blocks in columns that double when they are full. */
export class HeapBlocksBuilder {
  private columns = makeColumns(FIRST_CAPACITY);
  private count = 0;

  get length(): number {
    return this.count;
  }

  add(block: BlockRecord): void {
    const i = this.count++;
    if (i >= this.columns.entry.length) this.columns = resize(this.columns, i * 2);
    const c = this.columns;
    c.entry[i] = block.entry;
    c.userOffset[i] = block.userOffset;
    c.size[i] = block.size;
    c.userSize[i] = block.userSize;
    c.state[i] = block.state;
    c.part[i] = block.part;
    c.flags[i] = block.flags;
    c.marks[i] = block.marks;
    c.previousUnits[i] = block.previousUnits;
    c.owner[i] = block.owner;
  }

  /** The blocks in rising order, in columns of just their length. The builder is empty afterwards. */
  finish(): HeapBlocks {
    const full = cut(this.columns, this.count);
    this.columns = makeColumns(FIRST_CAPACITY);
    this.count = 0;
    const order = mergeRuns(full.entry);
    if (order) return new HeapBlocks(arrange(full, order));
    // a copy is worth it where much of the columns is empty
    const spare = full.entry.buffer.byteLength / full.entry.BYTES_PER_ELEMENT - full.entry.length;
    return new HeapBlocks(spare > full.entry.length / 4 ? resize(full, full.entry.length) : full);
  }
}

function makeColumns(length: number): BlockColumns {
  return {
    entry: new Float64Array(length),
    userOffset: new Uint32Array(length),
    size: new Float64Array(length),
    userSize: new Float64Array(length),
    state: new Uint8Array(length),
    part: new Uint8Array(length),
    flags: new Uint8Array(length),
    marks: new Uint8Array(length),
    previousUnits: new Uint16Array(length),
    owner: new Uint32Array(length),
  };
}

function resize(from: BlockColumns, length: number): BlockColumns {
  const to = makeColumns(length);
  for (const name of NAMES) to[name].set(from[name]);
  return to;
}

function cut(from: BlockColumns, length: number): BlockColumns {
  return {
    entry: from.entry.subarray(0, length),
    userOffset: from.userOffset.subarray(0, length),
    size: from.size.subarray(0, length),
    userSize: from.userSize.subarray(0, length),
    state: from.state.subarray(0, length),
    part: from.part.subarray(0, length),
    flags: from.flags.subarray(0, length),
    marks: from.marks.subarray(0, length),
    previousUnits: from.previousUnits.subarray(0, length),
    owner: from.owner.subarray(0, length),
  };
}

function arrange(from: BlockColumns, order: Uint32Array): BlockColumns {
  const to = makeColumns(order.length);
  for (const name of NAMES) {
    const source = from[name];
    const target = to[name];
    for (let i = 0; i < order.length; i++) target[i] = source[order[i] ?? 0] ?? 0;
  }
  return to;
}

const NAMES = [
  'entry',
  'userOffset',
  'size',
  'userSize',
  'state',
  'part',
  'flags',
  'marks',
  'previousUnits',
  'owner',
] as const;
