import { BlockPart, BlockState, type HeapSnapshot, mergeRuns } from '../../heap/index.ts';
import type { DebugHeaders } from './debugHeaders.ts';

const TWO_32 = 0x1_0000_0000;
/** The address space is looked up by chunks of 1 MiB, which are found by a hash. */
const CHUNK_SHIFT = 20;
const CHUNK = 1 << CHUNK_SHIFT;
/** Chunk numbers stay below 2^32: addresses below 2^52, far above what a process has. */
const MAX_ADDRESS = TWO_32 * CHUNK;
/** A chunk is cut into lines of this many bytes or more: few blocks begin in one. */
const LINE_SHIFT = 8;
/** Entries of the table of lines: 64 MiB of memory. Beyond it lines grow. */
const MAX_LINES = 1 << 24;
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
  /** first and behind the last address that counts as the block's, as numbers */
  readonly start: Float64Array;
  readonly end: Float64Array;
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
  private readonly lineShift: number;
  /** the first block that reaches into the line or begins behind it */
  private readonly firstInLine: Uint32Array;

  constructor(
    readonly snapshots: readonly HeapSnapshot[],
    headers?: DebugHeaders,
  ) {
    const all = busyBlocks(snapshots, headers);
    this.start = all.start;
    this.end = all.end;
    this.heap = all.heap;
    this.position = all.position;
    this.length = all.start.length;

    this.hasLarge = snapshots.some((s) => s.reference.kind === 'segment' && s.largeRegions.length > 0);

    const chunks = chunksOf(this.start, this.end);
    this.minChunk = chunks[0] ?? 1;
    this.maxChunk = chunks.at(-1) ?? 0;
    let bits = 4;
    while (2 ** bits < chunks.length * 2) bits++;
    this.hashShift = 32 - bits;
    this.keys = new Uint32Array(2 ** bits);
    this.lineBase = new Uint32Array(2 ** bits);
    let lineShift = LINE_SHIFT;
    while (chunks.length * (CHUNK >> lineShift) > MAX_LINES && lineShift < CHUNK_SHIFT) lineShift++;
    this.lineShift = lineShift;
    const linesInChunk = CHUNK >> lineShift;
    this.firstInLine = new Uint32Array(chunks.length * linesInChunk + 1);
    let block = 0;
    let line = 0;
    for (const chunk of chunks) {
      this.enter(chunk, line);
      for (let i = 0; i < linesInChunk; i++) {
        const address = chunk * CHUNK + i * 2 ** lineShift;
        while (block < this.length && (this.end[block] ?? 0) <= address) block++;
        this.firstInLine[line++] = block;
      }
    }
    this.firstInLine[line] = this.length;
  }

  /** The high half of the lowest and highest address of a block: values beyond need no look-up. */
  get highHalves(): { readonly lowest: number; readonly highest: number } {
    return {
      lowest: Math.floor((this.start[0] ?? 0) / TWO_32),
      highest: Math.floor((this.end[this.length - 1] ?? 0) / TWO_32),
    };
  }

  /** The block that a 64-bit value, given as two halves, points into; -1 if none. */
  find(high: number, low: number): number {
    // bit operations make it signed: >>> 0 brings it back
    const chunk = high * (TWO_32 / CHUNK) + (low >>> CHUNK_SHIFT);
    if (chunk < this.minChunk || chunk > this.maxChunk) return -1;
    const { keys } = this;
    const mask = keys.length - 1;
    let slot = Math.imul(chunk, 0x9e3779b1) >>> this.hashShift;
    for (;;) {
      const key = keys[slot];
      if (key === chunk + 1) break;
      if (key === 0) return -1;
      slot = (slot + 1) & mask;
    }
    const line = (this.lineBase[slot] ?? 0) + ((low & (CHUNK - 1)) >>> this.lineShift);
    const address = high * TWO_32 + low;
    const { start } = this;
    let from = this.firstInLine[line] ?? 0;
    // blocks up to the next line's first may begin at or below the address
    let to = Math.min(this.firstInLine[line + 1] ?? 0, this.length - 1);
    while (from < to) {
      const middle = (from + to + 1) >>> 1;
      if ((start[middle] ?? 0) <= address) from = middle;
      else to = middle - 1;
    }
    return address >= (start[from] ?? Infinity) && address < (this.end[from] ?? 0) ? from : -1;
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
    const end = this.end[block] ?? 0;
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

  private enter(chunk: number, line: number): void {
    const mask = this.keys.length - 1;
    let slot = Math.imul(chunk, 0x9e3779b1) >>> this.hashShift;
    while (this.keys[slot] !== 0) slot = (slot + 1) & mask;
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
