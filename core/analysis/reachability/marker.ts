import type { BlockIndex } from './blockIndex.ts';
import { Edges } from './edges.ts';

/** How pointers stand in memory: as dwords, as qwords, or both in a WOW64 process. */
export type PointerWidths = '32' | '64' | 'both';

/**
 * Marks the blocks that pointers lead to. First all roots are scanned, then all blocks once in rising order: what is
 * reached already passes its mark on at once; of the others the references are kept until somebody reaches them.
 */
export class Marker {
  /** 1 for blocks that are reached */
  readonly reached: Uint8Array;
  private readonly edges: Edges;
  private readonly stack: number[] = [];
  private readonly lowest: number;
  private readonly highest: number;
  /** the block whose content is scanned; -1 in roots */
  private from = -1;
  private lastTarget = -1;

  constructor(
    private readonly index: BlockIndex,
    private readonly widths: PointerWidths,
  ) {
    this.reached = new Uint8Array(index.length);
    this.edges = new Edges(index.length);
    ({ lowest: this.lowest, highest: this.highest } = index.highHalves);
  }

  /** Says whose content is scanned from now on; rising. -1 for a root. */
  enter(block: number): void {
    this.from = block;
    this.lastTarget = -1;
  }

  /** Takes all aligned words of a stretch of memory; `address` is that of the view's first byte. */
  scan(view: DataView, address: number, from: number, to: number): void {
    const { index, widths } = this;
    if (widths === '32') {
      for (let at = from + padding(address + from, 4); at + 4 <= to; at += 4) {
        const block = index.find(0, view.getUint32(at, true));
        if (block >= 0) this.meet(block, view, at + 4);
      }
      return;
    }
    const { lowest, highest } = this;
    const both = widths === 'both';
    for (let at = from + padding(address + from, 8); at + 8 <= to; at += 8) {
      const high = view.getUint32(at + 4, true);
      if (high >= lowest && high <= highest) {
        const block = index.find(high, view.getUint32(at, true));
        if (block >= 0) this.meet(block, view, at + 8);
      }
      if (both) {
        if (high !== 0) {
          const low = index.find(0, view.getUint32(at, true));
          if (low >= 0) this.meet(low, view, at + 4);
        }
        const second = index.find(0, high);
        if (second >= 0) this.meet(second, view, at + 8);
      }
    }
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

  /** `behind`: where the word behind the pointer stands in the view */
  private meet(block: number, view: DataView, behind: number): void {
    const { from } = this;
    if (block === this.lastTarget || block === from) return;
    if (this.index.hasLarge && this.isDescription(block, view, behind)) return;
    this.lastTarget = block;
    if (from < 0 || this.reached[from]) this.mark(block);
    else if (!this.reached[block]) this.edges.add(from, block);
  }

  /**
   * Whether the word is part of a segment heap's own note of a large block and no pointer of the program: in
   * HEAP_LARGE_ALLOC_DATA the address is followed by the number of pages, above 12 bits of flags (HEAPS.md 7.4).
   */
  private isDescription(block: number, view: DataView, behind: number): boolean {
    const pages = this.index.largePages(block);
    if (pages === 0 || behind + 4 > view.byteLength) return false;
    const low = view.getUint32(behind, true) >>> 12;
    if (this.widths === '32' || behind + 8 > view.byteLength) return low === pages;
    return view.getUint32(behind + 4, true) * 0x10_0000 + low === pages;
  }

  private mark(first: number): void {
    const { reached, edges, stack } = this;
    if (reached[first]) return;
    reached[first] = 1;
    stack.push(first);
    for (let block = stack.pop(); block !== undefined; block = stack.pop()) {
      const end = edges.begin(block + 1);
      for (let e = edges.begin(block); e < end; e++) {
        const target = edges.target(e);
        if (reached[target]) continue;
        reached[target] = 1;
        stack.push(target);
      }
    }
  }
}

/** Bytes to the next multiple of `size`, a power of two. Addresses are numbers, so no bit operations on all of it. */
function padding(address: number, size: 4 | 8): number {
  const rest = address % size;
  return rest === 0 ? 0 : size - rest;
}
