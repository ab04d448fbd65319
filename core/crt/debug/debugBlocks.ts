import type { Address } from '../../target/index.ts';
import {
  type BlockType,
  blockSubtype,
  blockType,
  GAP_BYTES,
  type HeaderLayout,
  LAYOUTS,
} from './headerLayout.ts';

/** What is wrong with a debug block: bits. */
export const Damage = {
  /** the four bytes in front of the data are overwritten */
  before: 1,
  /** the four bytes behind the data are overwritten */
  after: 2,
  /** size or type in the header cannot be */
  header: 4,
  /** its neighbours on the list do not point back */
  links: 8,
  /** it was freed and kept, and its data was written to since */
  freed: 16,
} as const;

/** One debug block. Addresses of the process, sizes in bytes. */
export interface DebugBlock {
  readonly index: number;
  /** `_CrtMemBlockHeader` */
  readonly header: Address;
  /** what malloc gave to the program */
  readonly user: Address;
  readonly size: number;
  /** the use field as it stands there */
  readonly use: number;
  /** undefined where the use field is damaged */
  readonly type: BlockType | undefined;
  readonly subtype: number;
  /** the number of the request; 0 for blocks that are not tracked */
  readonly request: number;
  /** where the name of the source file lies; 0 where the program did not say */
  readonly file: Address;
  readonly line: number;
  readonly next: Address;
  readonly prev: Address;
  readonly layout: HeaderLayout;
  /** `Damage` bits */
  readonly damage: number;
  /** index of the block in the heap's snapshot; -1 where it was found by the list alone */
  readonly heapBlock: number;
}

/** Columns of equal length, rising by header. */
export interface DebugColumns {
  readonly header: Float64Array;
  readonly size: Float64Array;
  readonly next: Float64Array;
  readonly prev: Float64Array;
  readonly file: Float64Array;
  readonly line: Int32Array;
  readonly use: Uint32Array;
  readonly request: Int32Array;
  /** index in `LAYOUTS` */
  readonly layout: Uint8Array;
  readonly damage: Uint8Array;
  readonly heapBlock: Int32Array;
}

/** The debug blocks of one heap, rising by address. Hot loops take `columns`. */
export class DebugBlocks {
  readonly length: number;
  private heads: Float64Array | undefined;

  constructor(
    readonly heap: Address,
    readonly columns: DebugColumns,
  ) {
    this.length = columns.header.length;
  }

  at(index: number): DebugBlock | undefined {
    const { columns: c } = this;
    const layout = LAYOUTS[c.layout[index] ?? 0];
    if (index < 0 || index >= this.length || !layout) return undefined;
    const header = BigInt(c.header[index] ?? 0);
    const use = c.use[index] ?? 0;
    return {
      index,
      header,
      user: header + BigInt(layout.size),
      size: c.size[index] ?? 0,
      use,
      type: blockType(use),
      subtype: blockSubtype(use),
      request: c.request[index] ?? 0,
      file: BigInt(c.file[index] ?? 0),
      line: c.line[index] ?? 0,
      next: BigInt(c.next[index] ?? 0),
      prev: BigInt(c.prev[index] ?? 0),
      layout,
      damage: c.damage[index] ?? 0,
      heapBlock: c.heapBlock[index] ?? -1,
    };
  }

  /** The block whose header begins here; -1 if none. */
  indexOf(header: number): number {
    const i = this.lastAtOrBelow(header);
    return i >= 0 && this.columns.header[i] === header ? i : -1;
  }

  /** The block that an address lies in, from its header to the end of the no-man's land behind its data; -1 if none. */
  find(address: Address): number {
    const at = Number(address);
    const i = this.lastAtOrBelow(at);
    const { header, size, layout } = this.columns;
    const whole = (LAYOUTS[layout[i] ?? 0]?.size ?? 0) + (size[i] ?? 0) + GAP_BYTES;
    return i >= 0 && at < (header[i] ?? 0) + whole ? i : -1;
  }

  /**
   * The header at the newest end of the list that a block hangs on: two runtimes that share a heap have a list each.
   * Blocks that are not tracked are lists of one.
   */
  listHead(index: number): number {
    this.heads ??= listHeads(this);
    return this.heads[index] ?? 0;
  }

  private lastAtOrBelow(at: number): number {
    const { header } = this.columns;
    let from = 0;
    let to = this.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((header[middle] ?? 0) <= at) from = middle + 1;
      else to = middle;
    }
    return from - 1;
  }
}

/** Follows `prev` from every block; each way is walked once. */
function listHeads(blocks: DebugBlocks): Float64Array {
  const { header, prev } = blocks.columns;
  const heads = new Float64Array(blocks.length);
  const way: number[] = [];
  for (let i = 0; i < blocks.length; i++) {
    let at = i;
    way.length = 0;
    // a block on the way has the head of where it leads; one that was met on this way is a cycle, and its own head
    while (heads[at] === 0) {
      heads[at] = header[at] ?? 0;
      way.push(at);
      const before = blocks.indexOf(prev[at] ?? 0);
      if (before < 0 || prev[at] === 0) break;
      at = before;
    }
    const head = heads[at] ?? 0;
    for (const w of way) heads[w] = head;
  }
  return heads;
}
