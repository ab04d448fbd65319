import type { BlockIndex } from './blockIndex.ts';
import { Edges } from './edges.ts';

/** How pointers stand in memory: as dwords, as qwords, or both in a WOW64 process. */
export type PointerWidths = '32' | '64' | 'both';

/**
 * Values that are looked up together, at most. Look-ups jump about in tables of many megabytes; done in the order of the
 * tables' lines, they find what they need in the processor's caches.
 */
const MAX_BATCH = 1 << 20;
const MIN_BATCH = 1 << 11;
/** Groups of neighbouring lines that a batch is sorted by */
const GROUP_BITS = 10;

/**
 * Marks the blocks that pointers lead to. First all roots are scanned, then all blocks once in rising order: what is
 * reached already passes its mark on at once; of the others the references are kept until somebody reaches them. Most
 * pointers lead to blocks that are reached already and say nothing new: one look at their line tells.
 */
export class Marker {
  /** 1 for blocks that are reached */
  readonly reached: Uint8Array;
  /** a bit for each line, 1 where its blocks are all reached: so small that it stays in the processor's caches */
  private readonly done: Uint32Array;
  private readonly edges: Edges;
  private readonly stack: number[] = [];
  private readonly lowest: number;
  private readonly highest: number;
  /** the block whose content is scanned; -1 in roots */
  private from = -1;
  // the batch: values near blocks (their low halves), their lines, whose content they stand in, and the number of pages
  // that the word behind would mean
  private count = 0;
  private readonly size: number;
  private readonly low: Uint32Array;
  private readonly line: Int32Array;
  private readonly source: Int32Array;
  private readonly pages: Float64Array;
  // the same, sorted by line, with the places they had
  private readonly sortedLow: Uint32Array;
  private readonly sortedLine: Int32Array;
  private readonly sortedPlace: Int32Array;
  private readonly groupEnds = new Int32Array((1 << GROUP_BITS) + 1);
  private readonly groupShift: number;

  constructor(
    private readonly index: BlockIndex,
    private readonly widths: PointerWidths,
  ) {
    this.reached = new Uint8Array(index.length);
    this.done = new Uint32Array((index.lines >>> 5) + 1);
    for (let line = 0; line < index.lines; line++) {
      if (index.allMarked(line, this.reached)) setBit(this.done, line);
    }
    this.edges = new Edges(index.length);
    let size = MIN_BATCH;
    while (size < index.length && size < MAX_BATCH) size *= 2;
    this.size = size;
    this.low = new Uint32Array(size);
    this.line = new Int32Array(size);
    this.source = new Int32Array(size);
    this.pages = new Float64Array(index.hasLarge ? size : 0);
    this.sortedLow = new Uint32Array(size);
    this.sortedLine = new Int32Array(size);
    this.sortedPlace = new Int32Array(size);
    this.groupShift = Math.max(0, Math.ceil(Math.log2(index.lines + 1)) - GROUP_BITS);
    ({ lowest: this.lowest, highest: this.highest } = index.highHalves);
  }

  /** Says whose content is scanned from now on; rising. -1 for a root. */
  enter(block: number): void {
    this.from = block;
  }

  /** Takes all aligned words of a stretch of memory; `address` is that of the view's first byte. */
  scan(view: DataView, address: number, from: number, to: number): void {
    if (this.widths === '32') this.scanDwords(view, from + padding(address + from, 4), to);
    else if (this.widths === '64') this.scanQwords(view, from + padding(address + from, 8), to);
    else this.scanBoth(view, from + padding(address + from, 8), to);
  }

  private scanDwords(view: DataView, from: number, to: number): void {
    const { index, done } = this;
    for (let at = from; at + 4 <= to; at += 4) {
      const low = view.getUint32(at, true);
      const line = index.lineOf(0, low);
      if (line >= 0 && !hasBit(done, line)) this.take(line, low, view, at + 4);
    }
  }

  private scanQwords(view: DataView, from: number, to: number): void {
    const { lowest, highest, index, done } = this;
    for (let at = from; at + 8 <= to; at += 8) {
      const high = view.getUint32(at + 4, true);
      if (high < lowest || high > highest) continue;
      const low = view.getUint32(at, true);
      const line = index.lineOf(high, low);
      if (line >= 0 && !hasBit(done, line)) this.take(line, low, view, at + 8);
    }
  }

  /** The pointers of a WOW64 process: a qword as a whole, or each half of it. */
  private scanBoth(view: DataView, from: number, to: number): void {
    const { lowest, highest, index, done } = this;
    for (let at = from; at + 8 <= to; at += 8) {
      const low = view.getUint32(at, true);
      const high = view.getUint32(at + 4, true);
      const whole = high >= lowest && high <= highest ? index.lineOf(high, low) : -1;
      if (whole >= 0 && !hasBit(done, whole)) this.take(whole, low, view, at + 8);
      if (high === 0) continue;
      const lowLine = index.lineOf(0, low);
      if (lowLine >= 0 && !hasBit(done, lowLine)) this.take(lowLine, low, view, at + 4);
      const highLine = index.lineOf(0, high);
      if (highLine >= 0 && !hasBit(done, highLine)) this.take(highLine, high, view, at + 8);
    }
  }

  /** Looks up what was taken and not looked up yet. */
  flush(): void {
    const { index, line, sortedLow, sortedLine, sortedPlace, source, count } = this;
    this.sort();
    for (let p = 0; p < count; p++) {
      const own = sortedLine[p] ?? 0;
      // the line of the value is not needed again: the block takes its place
      line[sortedPlace[p] ?? 0] = index.holder(index.firstIn(own), own, sortedLow[p] ?? 0);
    }
    for (let i = 0; i < count; i++) {
      const block = line[i] ?? -1;
      if (block >= 0) this.meet(source[i] ?? -1, block, i);
    }
    this.count = 0;
  }

  /** Marks the block that a value points into, and all that is reached from it as far as that is scanned. */
  markValue(value: number): void {
    const block = this.index.findAddress(value);
    if (block >= 0) this.mark(block);
  }

  /** For each block that is not reached whether another such block points to it. */
  heldByUnreached(): Uint8Array {
    const held = new Uint8Array(this.index.length);
    for (let block = 0; block < held.length; block++) {
      if (this.reached[block]) continue;
      const end = this.edges.begin(block + 1);
      for (let e = this.edges.begin(block); e < end; e++) held[this.edges.target(e)] = 1;
    }
    return held;
  }

  /** Sorts the batch into groups of neighbouring lines. */
  private sort(): void {
    const { low, line, sortedLow, sortedLine, sortedPlace, groupEnds, groupShift, count } = this;
    groupEnds.fill(0);
    for (let i = 0; i < count; i++) {
      const group = ((line[i] ?? 0) >>> groupShift) + 1;
      groupEnds[group] = (groupEnds[group] ?? 0) + 1;
    }
    for (let g = 1; g < groupEnds.length; g++) groupEnds[g] = (groupEnds[g] ?? 0) + (groupEnds[g - 1] ?? 0);
    for (let i = 0; i < count; i++) {
      const own = line[i] ?? 0;
      const group = own >>> groupShift;
      const p = groupEnds[group] ?? 0;
      groupEnds[group] = p + 1;
      sortedLine[p] = own;
      sortedLow[p] = low[i] ?? 0;
      sortedPlace[p] = i;
    }
  }

  /** `behind`: where the word behind the pointer stands in the view */
  private take(line: number, low: number, view: DataView, behind: number): void {
    const i = this.count++;
    this.line[i] = line;
    this.low[i] = low;
    this.source[i] = this.from;
    if (this.index.hasLarge) this.pages[i] = this.pagesOfNote(view, behind);
    if (this.count === this.size) this.flush();
  }

  private meet(from: number, block: number, i: number): void {
    if (block === from || (this.index.hasLarge && this.isNote(block, i))) return;
    if (from < 0 || this.reached[from]) this.mark(block);
    else if (!this.reached[block]) this.edges.add(from, block);
  }

  /**
   * Whether the word is part of a segment heap's own note of a large block and no pointer of the program: in
   * HEAP_LARGE_ALLOC_DATA the address is followed by the number of pages, above 12 bits of flags (HEAPS.md 7.4).
   */
  private isNote(block: number, i: number): boolean {
    const pages = this.index.largePages(block);
    return pages > 0 && pages === this.pages[i];
  }

  private pagesOfNote(view: DataView, behind: number): number {
    if (behind + 4 > view.byteLength) return 0;
    const low = view.getUint32(behind, true) >>> 12;
    if (this.widths === '32' || behind + 8 > view.byteLength) return low;
    return view.getUint32(behind + 4, true) * 0x10_0000 + low;
  }

  private mark(first: number): void {
    const { reached, edges, stack } = this;
    if (reached[first]) return;
    this.reach(first);
    stack.push(first);
    for (let block = stack.pop(); block !== undefined; block = stack.pop()) {
      const end = edges.begin(block + 1);
      for (let e = edges.begin(block); e < end; e++) {
        const target = edges.target(e);
        if (reached[target]) continue;
        this.reach(target);
        stack.push(target);
      }
    }
  }

  private reach(block: number): void {
    const { index, reached, done } = this;
    reached[block] = 1;
    const last = index.lastLineOf(block);
    for (let line = index.firstLineOf(block); line >= 0 && line <= last; line++) {
      if (index.allMarked(line, reached)) setBit(done, line);
    }
  }
}

/** Bytes to the next multiple of `size`, a power of two. Addresses are numbers, so no bit operations on all of it. */
function padding(address: number, size: 4 | 8): number {
  const rest = address % size;
  return rest === 0 ? 0 : size - rest;
}

function hasBit(bits: Uint32Array, i: number): boolean {
  return (((bits[i >>> 5] ?? 0) >>> (i & 31)) & 1) !== 0;
}

function setBit(bits: Uint32Array, i: number): void {
  bits[i >>> 5] = (bits[i >>> 5] ?? 0) | (1 << (i & 31));
}
