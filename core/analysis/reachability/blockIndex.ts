import { BlockPart, BlockState, type HeapSnapshot, mergeRuns } from '../../heap/index.ts';
import type { DebugHeaders } from './debugHeaders.ts';

const TWO_32 = 0x1_0000_0000;
/** The address space is looked up by chunks of 1 MiB, which are found by a hash. */
const CHUNK_SHIFT = 20;
const CHUNK = 1 << CHUNK_SHIFT;
/** Chunk numbers stay below 2^32: addresses below 2^52, far above what a process has. */
const MAX_ADDRESS = TWO_32 * CHUNK;
/** A chunk is cut into lines of this many bytes or more: as many as there are blocks, so that one or two begin in each. */
const LINE_SHIFT = 8;
/** Chunks that are found by their number, without the hash: 64 GiB, a table of 256 KiB. */
const MAX_DIRECT = 1 << 16;
/** With more blocks than this in a line it is searched by halves. */
const FEW = 8;
const PAGE = 0x1000;
/** 4 TiB under blocks: more than any process has, and damage may claim. */
const MAX_CHUNKS = 1 << 22;

/** A block of the index: which snapshot it is of, and its position in that. */
export interface BlockPlace {
  readonly snapshot: HeapSnapshot;
  readonly index: number;
}

/**
 * The busy blocks of several heaps as one sorted table that says fast which block a value points into: the question is
 * asked for each word of a process's memory. Blocks are numbered from 0, rising by address. A block is entered by any
 * address from its user pointer to its end, so that pointers to members and base classes count; with a debug C
 * runtime's header in front of the data, from behind that.
 */
export class BlockIndex {
  readonly length: number;
  /** the first address that counts as a block's, as numbers */
  private readonly starts: Float64Array;
  /**
   * For look-ups, which wait for memory: the low half of the start and the length, next to each other. A line lies
   * within 4 GiB, so that low halves suffice there.
   */
  private readonly extents: Uint32Array;
  /** whether a segment heap has large blocks: their descriptions look like pointers to them */
  readonly hasLarge: boolean;
  private readonly heap: Uint16Array;
  private readonly position: Uint32Array;
  private readonly minChunk: number;
  private readonly maxChunk: number;
  /** open addressing by chunk number: the chunk plus 1, 0 for none, and where its lines begin */
  private readonly keys: Uint32Array;
  private readonly lineBase: Uint32Array;
  private readonly hashShift: number;
  /** where all chunks lie close together: where the lines of each begin, -1 for none; else empty */
  private readonly direct: Int32Array;
  private readonly lineShift: number;
  /** the first block that reaches into the line or begins behind it */
  private readonly firstInLine: Uint32Array;

  constructor(
    readonly snapshots: readonly HeapSnapshot[],
    headers?: DebugHeaders,
  ) {
    const all = busyBlocks(snapshots, headers);
    this.starts = all.start;
    this.extents = extentsOf(all.start, all.end);
    this.heap = all.heap;
    this.position = all.position;
    this.length = all.start.length;

    this.hasLarge = snapshots.some((s) => s.reference.kind === 'segment' && s.largeRegions.length > 0);

    const chunks = chunksOf(all.start, all.end);
    this.minChunk = chunks[0] ?? 1;
    this.maxChunk = chunks.at(-1) ?? 0;
    let bits = 4;
    while (2 ** bits < chunks.length * 2) bits++;
    this.hashShift = 32 - bits;
    this.keys = new Uint32Array(2 ** bits);
    this.lineBase = new Uint32Array(2 ** bits);
    const spread = this.maxChunk - this.minChunk + 1;
    this.direct = new Int32Array(spread > 0 && spread <= MAX_DIRECT ? spread : 0).fill(-1);
    let lineShift = LINE_SHIFT;
    while (chunks.length * (CHUNK >> lineShift) > this.length * 2 && lineShift < CHUNK_SHIFT) lineShift++;
    this.lineShift = lineShift;
    const linesInChunk = CHUNK >> lineShift;
    this.firstInLine = new Uint32Array(chunks.length * linesInChunk + 1);
    let block = 0;
    let line = 0;
    for (const chunk of chunks) {
      this.enter(chunk, line);
      for (let i = 0; i < linesInChunk; i++) {
        const address = chunk * CHUNK + i * 2 ** lineShift;
        while (block < this.length && this.end(block) <= address) block++;
        this.firstInLine[line++] = block;
      }
    }
    this.firstInLine[line] = this.length;
  }

  /** The first address that counts as a block's, a number. */
  start(block: number): number {
    return this.starts[block] ?? Infinity;
  }

  /** Behind the last one. */
  end(block: number): number {
    return this.start(block) + (this.extents[block * 2 + 1] ?? 0);
  }

  /** The high half of the lowest and highest address of a block: values beyond need no look-up. */
  get highHalves(): { readonly lowest: number; readonly highest: number } {
    if (this.length === 0) return { lowest: 1, highest: 0 };
    return {
      lowest: Math.floor(this.start(0) / TWO_32),
      highest: Math.floor(this.end(this.length - 1) / TWO_32),
    };
  }

  /** How many lines there are. */
  get lines(): number {
    return this.firstInLine.length - 1;
  }

  /** The line of a 64-bit value, given as two halves; -1 where no block is near. The first step of `find`. */
  lineOf(high: number, low: number): number {
    const chunk = high * (TWO_32 / CHUNK) + (low >>> CHUNK_SHIFT);
    if (chunk < this.minChunk || chunk > this.maxChunk) return -1;
    const base = this.direct.length > 0 ? this.direct[chunk - this.minChunk] : this.hashed(chunk);
    return base === undefined || base < 0 ? -1 : base + ((low & (CHUNK - 1)) >>> this.lineShift);
  }

  /** Where the lines of a chunk begin, by the hash; -1 where no block is near. */
  private hashed(chunk: number): number {
    const { keys } = this;
    const mask = keys.length - 1;
    let slot = Math.imul(chunk, 0x9e3779b1) >>> this.hashShift;
    for (;;) {
      const key = keys[slot];
      if (key === chunk + 1) break;
      if (key === 0) return -1;
      slot = (slot + 1) & mask;
    }
    return this.lineBase[slot] ?? 0;
  }

  /** The first and the last line that a block lies in. */
  firstLineOf(block: number): number {
    return this.lineAt(this.start(block));
  }

  lastLineOf(block: number): number {
    return this.lineAt(this.end(block) - 1);
  }

  /** Whether every block of a line has a mark; true for a line in which no block lies. */
  allMarked(line: number, marks: Uint8Array): boolean {
    const last = this.firstInLine[line + 1] ?? 0;
    for (let block = this.firstIn(line); block < last; block++) if (marks[block] !== 1) return false;
    // the last one may lie in the next line alone
    return last >= this.length || marks[last] === 1 || this.firstLineOf(last) !== line;
  }

  /** The first block that may hold an address of a line: the second step. */
  firstIn(line: number): number {
    return this.firstInLine[line] ?? 0;
  }

  /** The block that holds an address, given by its low half, from the line's first one on; -1 if none: the third step. */
  holder(first: number, line: number, low: number): number {
    const { extents } = this;
    const last = this.firstInLine[line + 1] ?? 0;
    if (last - first > FEW) return this.searchLine(first, last, low);
    for (let block = first; block <= last; block++) {
      const offset = (low - (extents[block * 2] ?? 0)) >>> 0;
      if (offset < (extents[block * 2 + 1] ?? 0)) return block;
    }
    return -1;
  }

  /** The block that a 64-bit value, given as two halves, points into; -1 if none. */
  find(high: number, low: number): number {
    const line = this.lineOf(high, low);
    return line < 0 ? -1 : this.holder(this.firstIn(line), line, low);
  }

  /** `find` for an address as a number. */
  findAddress(address: number): number {
    if (!(address >= 0 && address < MAX_ADDRESS)) return -1;
    const high = Math.floor(address / TWO_32);
    return this.find(high, address - high * TWO_32);
  }

  place(block: number): BlockPlace | undefined {
    const snapshot = this.snapshots[this.heap[block] ?? 0];
    return snapshot && block < this.length ? { snapshot, index: this.position[block] ?? 0 } : undefined;
  }

  /** Behind the last byte the program asked for, where that is known; a number. */
  dataEnd(block: number): number {
    const snapshot = this.snapshots[this.heap[block] ?? 0];
    const end = this.end(block);
    if (!snapshot) return end;
    const { entry, userOffset, userSize } = snapshot.blocks.columns;
    const i = this.position[block] ?? 0;
    const size = userSize[i] ?? -1;
    return size < 0 ? end : Math.min(end, (entry[i] ?? 0) + (userOffset[i] ?? 0) + size);
  }

  /** Pages of a segment heap's large block; 0 for other blocks. */
  largePages(block: number): number {
    const columns = this.snapshots[this.heap[block] ?? 0]?.blocks.columns;
    const i = this.position[block] ?? 0;
    return columns?.part[i] === BlockPart.large ? Math.floor((columns.size[i] ?? 0) / PAGE) : 0;
  }

  /** Among many blocks, of which all but the first begin in one line. */
  private searchLine(first: number, last: number, low: number): number {
    const { extents } = this;
    // offsets from the first block's start do not fall within a line, however it lies
    const origin = extents[first * 2] ?? 0;
    const offset = (low - origin) >>> 0;
    let from = first;
    let to = Math.min(last, this.length - 1);
    while (from < to) {
      const middle = (from + to + 1) >>> 1;
      if (((extents[middle * 2] ?? 0) - origin) >>> 0 <= offset) from = middle;
      else to = middle - 1;
    }
    return (low - (extents[from * 2] ?? 0)) >>> 0 < (extents[from * 2 + 1] ?? 0) ? from : -1;
  }

  private lineAt(address: number): number {
    const high = Math.floor(address / TWO_32);
    return this.lineOf(high, address - high * TWO_32);
  }

  private enter(chunk: number, line: number): void {
    const mask = this.keys.length - 1;
    let slot = Math.imul(chunk, 0x9e3779b1) >>> this.hashShift;
    while (this.keys[slot] !== 0) slot = (slot + 1) & mask;
    if (this.direct.length > 0) this.direct[chunk - this.minChunk] = line;
    this.keys[slot] = chunk + 1;
    this.lineBase[slot] = line;
  }
}

interface Columns {
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly heap: Uint16Array;
  readonly position: Uint32Array;
}

/** All busy blocks in rising order. */
function busyBlocks(snapshots: readonly HeapSnapshot[], headers: DebugHeaders | undefined): Columns {
  const count = snapshots.reduce((sum, s) => sum + s.busyBlocks, 0);
  const found = makeColumns(count);
  let n = 0;
  snapshots.forEach(({ blocks: { columns: c, length } }, heap) => {
    for (let i = 0; i < length && n < count; i++) {
      if (c.state[i] !== BlockState.busy) continue;
      const entry = c.entry[i] ?? 0;
      const user = entry + (c.userOffset[i] ?? 0);
      // a block of no bytes still has an address
      const asked = user + Math.max(1, c.userSize[i] ?? 0);
      const end = Math.max(entry + (c.size[i] ?? 0), asked);
      if (end > MAX_ADDRESS) continue;
      found.start[n] = Math.min(user + (headers?.sizeAt(heap, i) ?? 0), end - 1);
      found.end[n] = end;
      found.heap[n] = heap;
      found.position[n] = i;
      n++;
    }
  });
  const order = mergeRuns(found.start.subarray(0, n));
  const sorted = makeColumns(n);
  for (let to = 0; to < n; to++) {
    const from = order ? (order[to] ?? 0) : to;
    sorted.start[to] = found.start[from] ?? 0;
    sorted.end[to] = found.end[from] ?? 0;
    sorted.heap[to] = found.heap[from] ?? 0;
    sorted.position[to] = found.position[from] ?? 0;
  }
  return withoutOverlaps(sorted, (heap) => snapshots[heap]?.reference.kind === 'page');
}

/**
 * Cuts blocks that reach into the next one, as damage makes them. Light page heap's blocks lie in blocks of the normal
 * heap behind it, which nobody points to: those are left out.
 */
function withoutOverlaps(all: Columns, isPageHeap: (heap: number) => boolean): Columns {
  const { start, end, heap, position } = all;
  let to = 0;
  for (let i = 0; i < start.length; i++) {
    const next = start[i + 1] ?? Infinity;
    const overlaps = (end[i] ?? 0) > next;
    if (overlaps && !isPageHeap(heap[i] ?? 0) && isPageHeap(heap[i + 1] ?? 0)) continue;
    start[to] = start[i] ?? 0;
    end[to] = Math.min(end[i] ?? 0, next);
    heap[to] = heap[i] ?? 0;
    position[to] = position[i] ?? 0;
    to++;
  }
  return {
    start: start.subarray(0, to),
    end: end.subarray(0, to),
    heap: heap.subarray(0, to),
    position: position.subarray(0, to),
  };
}

/** Low halves of the starts, and lengths, which end at 4 GiB. */
function extentsOf(start: Float64Array, end: Float64Array): Uint32Array {
  const extents = new Uint32Array(start.length * 2);
  for (let i = 0; i < start.length; i++) {
    const from = start[i] ?? 0;
    extents[i * 2] = from % TWO_32;
    extents[i * 2 + 1] = Math.min((end[i] ?? 0) - from, TWO_32 - 1);
  }
  return extents;
}

function makeColumns(length: number): Columns {
  return {
    start: new Float64Array(length),
    end: new Float64Array(length),
    heap: new Uint16Array(length),
    position: new Uint32Array(length),
  };
}

/** The numbers of all chunks that blocks lie in, rising. */
function chunksOf(start: Float64Array, end: Float64Array): number[] {
  const chunks: number[] = [];
  let last = -1;
  for (let i = 0; i < start.length; i++) {
    const from = Math.floor((start[i] ?? 0) / CHUNK);
    const to = Math.floor(((end[i] ?? 0) - 1) / CHUNK);
    for (let chunk = Math.max(from, last + 1); chunk <= to && chunks.length < MAX_CHUNKS; chunk++) {
      chunks.push(chunk);
      last = chunk;
    }
  }
  return chunks;
}
