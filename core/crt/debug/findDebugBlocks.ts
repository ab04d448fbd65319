import { AddressReader, BlockState, type HeapSnapshot, type Pacer } from '../../heap/index.ts';
import type { Address, AddressRange, Memory } from '../../target/index.ts';
import { Damage, DebugBlocks, type DebugColumns } from './debugBlocks.ts';
import { GAP_BYTES, IGNORED_LINE, LAYOUTS } from './headerLayout.ts';
import { damageOf, linksHold, type RawHeader, readHeader, recognise } from './readHeader.ts';

/** Blocks between two looks at the clock. */
const CHUNK = 4096;
/** Where no heap bounds them, a list has no more blocks than this: memory for ten million takes gigabytes. */
const MAX_BLOCKS = 10_000_000;

export interface DebugSearch {
  readonly memory: Memory;
  readonly pointerSize: 4 | 8;
  readonly heap: Address;
  /** the heap's blocks; undefined where it cannot be walked, and the lists are all there is */
  readonly snapshot: HeapSnapshot | undefined;
  /** headers that runtimes' variables point to: where lists begin */
  readonly seeds: readonly number[];
  readonly pace: Pacer;
}

/**
 * The debug blocks of a heap: busy blocks that begin with a debug runtime's header, and what hangs on a list with them.
 * The lists lead over damaged heap headers, the heap's blocks over broken lists. Bounded by the blocks there are.
 */
export async function findDebugBlocks(search: DebugSearch): Promise<DebugBlocks> {
  const finder = new Finder(search);
  await finder.searchHeap();
  for (const seed of search.seeds) finder.addSeed(seed);
  await finder.followLists();
  return finder.finish();
}

class Finder {
  private readonly found: RawHeader[] = [];
  private readonly damage: number[] = [];
  private readonly heapBlock: number[] = [];
  private readonly known = new Map<number, number>();
  private readonly reader: AddressReader;

  constructor(private readonly search: DebugSearch) {
    this.reader = new AddressReader(search.memory, 0x10000, 8);
  }

  /** All busy blocks of the heap: their size tells. */
  async searchHeap(): Promise<void> {
    const { snapshot, pace, pointerSize } = this.search;
    if (!snapshot) return;
    const { state, entry, userOffset, userSize } = snapshot.blocks.columns;
    const { length } = snapshot.blocks;
    for (let i = 0; i < length; i++) {
      if (i % CHUNK === 0 && pace.due())
        await pace.rest({ done: i, total: length, what: 'blocks for debug headers' });
      if (state[i] !== BlockState.busy) continue;
      const user = (entry[i] ?? 0) + (userOffset[i] ?? 0);
      const header = recognise(this.reader, user, userSize[i] ?? -1, pointerSize);
      if (header) this.add(header, true, i);
    }
  }

  /** A list's newest block, as a runtime's variable names it. */
  addSeed(at: number): void {
    if (at === 0 || this.known.has(at)) return;
    for (let i = 0; i < LAYOUTS.length; i++) {
      if (LAYOUTS[i]?.pointerSize !== this.search.pointerSize) continue;
      const header = readHeader(this.reader, at, i);
      // the newest block has none before it
      if (header?.prev === 0 && this.isPlausible(header)) return this.add(header, true, this.blockAt(at));
    }
  }

  /** Adds what known blocks point to and the search of the heap did not take for debug blocks. */
  async followLists(): Promise<void> {
    const { pace } = this.search;
    for (let i = 0; i < this.found.length && this.found.length < MAX_BLOCKS; i++) {
      if (i % CHUNK === 0 && pace.due())
        await pace.rest({ done: i, total: this.found.length, what: 'debug blocks' });
      const header = this.found[i];
      if (!header) continue;
      for (const at of [header.next, header.prev]) this.addNeighbour(at, header);
    }
  }

  finish(): DebugBlocks {
    this.judgeLinks();
    const order = [...this.found.keys()].sort((a, b) => (this.found[a]?.at ?? 0) - (this.found[b]?.at ?? 0));
    const columns = makeColumns(order.length);
    order.forEach((from, to) => {
      const h = this.found[from];
      if (!h) return;
      columns.header[to] = h.at;
      columns.size[to] = h.size;
      columns.next[to] = h.next;
      columns.prev[to] = h.prev;
      columns.file[to] = h.file;
      columns.line[to] = h.line;
      columns.use[to] = h.use;
      columns.request[to] = h.request;
      columns.layout[to] = h.layout;
      columns.damage[to] = this.damage[from] ?? 0;
      columns.heapBlock[to] = this.heapBlock[from] ?? -1;
    });
    return new DebugBlocks(this.search.heap, columns);
  }

  private add(header: RawHeader, isSizeKnown: boolean, heapBlock: number): void {
    if (this.known.has(header.at)) return;
    this.known.set(header.at, this.found.length);
    this.found.push(header);
    this.damage.push(damageOf(this.reader, header, isSizeKnown));
    this.heapBlock.push(heapBlock);
  }

  private addNeighbour(at: number, from: RawHeader): void {
    if (at === 0 || this.known.has(at)) return;
    const header = readHeader(this.reader, at, from.layout);
    if (!header) return;
    const leadsBack = header.next === from.at || header.prev === from.at;
    const heapBlock = this.blockAt(at);
    // a stray pointer leads to no block, or into one
    if (!leadsBack && heapBlock < 0) return;
    this.add(header, this.isPlausible(header), heapBlock);
  }

  /** Whether the size in a header can be: that of the heap's block where that is known. */
  private isPlausible({ at, size, layout: index }: RawHeader): boolean {
    const layout = LAYOUTS[index];
    if (!layout || size < 0) return false;
    const i = this.blockAt(at);
    const { snapshot } = this.search;
    if (i < 0 || !snapshot) return this.reader.has(at + layout.size + size, GAP_BYTES);
    const whole = layout.size + size + GAP_BYTES;
    const userSize = snapshot.blocks.userSize(i);
    return userSize === undefined ? whole <= snapshot.blocks.size(i) : whole === userSize;
  }

  /** The heap's block whose user pointer this is; -1 if none. */
  private blockAt(at: number): number {
    const blocks = this.search.snapshot?.blocks;
    if (!blocks || !Number.isSafeInteger(at) || at < 0) return -1;
    const i = blocks.find(BigInt(at));
    return i >= 0 && blocks.isBusy(i) && Number(blocks.user(i)) === at ? i : -1;
  }

  /**
   * Marks the blocks whose links are wrong. Of two neighbours that disagree the one is wrong that a third contradicts;
   * where there is no third, the one that points to what is no block.
   */
  private judgeLinks(): void {
    for (let i = 0; i < this.found.length; i++) {
      const header = this.found[i];
      const layout = header && LAYOUTS[header.layout];
      // blocks that are not tracked hang on no list
      if (!header || !layout || (header.line === IGNORED_LINE && header.request === 0)) continue;
      const holds = linksHold(this.reader, header, layout);
      if (this.leadsNowhere(header.next) || this.leadsNowhere(header.prev)) this.mark(i);
      else if (holds.next === false && this.isOwnFault(header.next, header.at, 'prev')) this.mark(i);
      else if (holds.prev === false && this.isOwnFault(header.prev, header.at, 'next')) this.mark(i);
    }
  }

  /** Whether a link is none and leads out of the heap; what the dump left out may be anything. */
  private leadsNowhere(at: number): boolean {
    const { snapshot } = this.search;
    if (at === 0 || !snapshot) return false;
    if (!Number.isSafeInteger(at)) return true;
    const address = BigInt(at);
    const isIn = (ranges: readonly AddressRange[]): boolean =>
      ranges.some((r) => address >= r.start && address < r.end);
    if (!isIn(snapshot.segments) && !isIn(snapshot.largeRegions)) return true;
    return !this.reader.has(at, 1) && !isIn(snapshot.missing);
  }

  /** `from` points to `to`, which points elsewhere with `back`: is that the fault of `from`? */
  private isOwnFault(to: number, from: number, back: 'next' | 'prev'): boolean {
    const neighbour = this.found[this.known.get(to) ?? -1];
    if (!neighbour) return true;
    const third = this.found[this.known.get(neighbour[back]) ?? -1];
    return third !== undefined && third.at !== from && third[back === 'prev' ? 'next' : 'prev'] === to;
  }

  private mark(i: number): void {
    this.damage[i] = (this.damage[i] ?? 0) | Damage.links;
  }
}

function makeColumns(length: number): DebugColumns {
  return {
    header: new Float64Array(length),
    size: new Float64Array(length),
    next: new Float64Array(length),
    prev: new Float64Array(length),
    file: new Float64Array(length),
    line: new Int32Array(length),
    use: new Uint32Array(length),
    request: new Int32Array(length),
    layout: new Uint8Array(length),
    damage: new Uint8Array(length),
    heapBlock: new Int32Array(length),
  };
}
