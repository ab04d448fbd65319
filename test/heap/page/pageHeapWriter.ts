import { sharedJson } from '../../corpus.ts';
import type { HeapMemory } from '../heapMemory.ts';

/*
 * Writes page heaps of Vista and later. It shares no code with the reader. Windows' own page heaps after XP were never at
 * hand: what holds here is that the reader does what the facts say. They are:
 * - where fields lie: the collected layouts (facts/layouts/*.json, which the reader's built-in ones were made from);
 * - HEAPS.md 8: since Vista busy nodes hang in BusyNodesTable (an RTL_AVL_TABLE), available ones on a LIST_ENTRY, roots on
 *   NextHeap with their head in verifier.dll; stamps, suffix fills C0, D0, A0, and the information in front of a block;
 * - HEAPS-CHECKED.md 8, measured on XP and taken to hold later: the root a page behind the handle, whose own page is
 *   filled with EE; the guard as the last page of a block; Heap = the root, ActualSize = the accessible size; light blocks
 *   in NormalHeap with 8 bytes behind, those that are freed and kept back busy there with stamps of their own.
 */

interface LayoutFacts {
  readonly types: Readonly<
    Record<
      string,
      {
        readonly size: number;
        readonly fields: readonly { readonly name: string; readonly offset: number }[];
      }
    >
  >;
}

const PAGE = 0x1000;
/** Where blocks say that their call stacks are: 100h bytes for each. */
export const TRACES = 0x7600_0000;
export const STAMPS = {
  full: [0xabcdbbbb, 0xdcbabbbb],
  light: [0xabcdaaaa, 0xdcbaaaaa],
  lightFreed: [0xabcdaaa9, 0xdcbaaaa9],
} as const;

export interface PagePlan {
  readonly busy: readonly number[];
  readonly freed: readonly number[];
}

export interface PageWritten {
  readonly user: number;
  readonly size: number;
  readonly node: number;
  readonly state: 'busy' | 'freed';
}

/** Offsets of one collected layout. */
export class Facts {
  private readonly layout: LayoutFacts;

  constructor(name: string) {
    this.layout = sharedJson<LayoutFacts>(`facts/layouts/${name}.json`);
  }

  at(type: string, field: string): number {
    const found = this.layout.types[type]?.fields.find((f) => f.name === field);
    if (!found) throw new Error(`the facts have no ${type}.${field}`);
    return found.offset;
  }

  size(type: string): number {
    return this.layout.types[type]?.size ?? 0;
  }
}

export class PageHeapWriter {
  readonly written: PageWritten[] = [];
  readonly root: number;
  private nextNode: number;
  private nextPage: number;

  /** `storage` bytes are reserved from `handle` on: its page, the root, nodes, then blocks. */
  constructor(
    private readonly memory: HeapMemory,
    private readonly facts: Facts,
    private readonly p: 4 | 8,
    readonly handle: number,
    private readonly storage: number,
    private readonly normalHeap: number,
  ) {
    memory.map(handle, 0x8000).bytes.fill(0xee, 0, PAGE);
    this.root = handle + PAGE;
    this.nextNode = handle + 2 * PAGE;
    this.nextPage = handle + 8 * PAGE;
  }

  write(plan: PagePlan): void {
    const { root, facts } = this;
    const busy = plan.busy.map((size, i) => this.block(size, 'busy', i));
    const freed = plan.freed.map((size, i) => this.block(size, 'freed', i));
    const rest = this.node(this.nextPage, this.handle + this.storage - this.nextPage, 0, 0, 0);
    const region = this.node(this.handle, this.storage, 0, 0, 0);
    const put = (field: string, value: number, size: 4 | 8 = this.p): void =>
      this.memory.put(root + facts.at('_DPH_HEAP_ROOT', field), size, value);
    put('Signature', 0xffeeddcc, 4);
    put('HeapFlags', 0x1002, 4);
    put('pVirtualStorageListHead', region);
    put('pVirtualStorageListTail', region);
    put('nVirtualStorageRanges', 1, 4);
    put('nVirtualStorageBytes', this.storage);
    put('nBusyAllocations', busy.length);
    put('nFreeAllocations', freed.length);
    put('NormalHeap', this.normalHeap);
    // a tree without balance: the reader has no use for that
    const table = root + facts.at('_DPH_HEAP_ROOT', 'BusyNodesTable');
    this.tree(table, busy, table + 2 * this.p);
    let link = root + facts.at('_DPH_HEAP_ROOT', 'pFreeAllocationListHead');
    for (const node of freed) {
      this.pointer(link, node);
      link = node + facts.at('_DPH_HEAP_BLOCK', 'pNextAlloc');
    }
    this.ring(root + facts.at('_DPH_HEAP_ROOT', 'AvailableAllocationHead'), [
      rest + facts.at('_DPH_HEAP_BLOCK', 'AvailableEntry'),
    ]);
  }

  /** Links roots and a head that lies elsewhere, as verifier.dll's does. */
  static link(writers: readonly PageHeapWriter[], head: number): void {
    const [first] = writers;
    if (!first) return;
    const links = writers.map((w) => w.root + w.facts.at('_DPH_HEAP_ROOT', 'NextHeap'));
    first.ring(head, links);
  }

  private block(size: number, state: 'busy' | 'freed', index: number): number {
    const { p, facts, memory } = this;
    const info = facts.size('_DPH_BLOCK_INFORMATION');
    const unit = 2 * p;
    const aligned = Math.ceil(size / unit) * unit;
    const access = Math.ceil((aligned + info) / PAGE) * PAGE;
    const start = this.nextPage;
    // the last page is inaccessible; those of a freed block all are, and so in no dump
    this.nextPage += access + PAGE;
    const user = start + access - aligned;
    const node = this.node(
      start,
      access + PAGE,
      access,
      user,
      size,
      state === 'busy' ? 0 : TRACES + index * 0x100,
    );
    this.written.push({ user, size, node, state });
    if (state === 'freed') return node;
    const piece = memory.map(start, access);
    piece.bytes.fill(0xc0, user - start, user - start + size);
    piece.bytes.fill(0xd0, user - start + size);
    this.info(user - info, STAMPS.full, this.root, size, access);
    this.pointer(user - info + facts.at('_DPH_BLOCK_INFORMATION', 'StackTrace'), TRACES + index * 0x100);
    return node;
  }

  /** A _DPH_BLOCK_INFORMATION. */
  info(
    at: number,
    [start, end]: readonly [number, number],
    heap: number,
    requested: number,
    actual: number,
  ): void {
    const put = (field: string, size: 4 | 8, value: number): void =>
      this.memory.put(at + this.facts.at('_DPH_BLOCK_INFORMATION', field), size, value);
    put('StartStamp', 4, start);
    put('Heap', this.p, heap);
    put('RequestedSize', this.p, requested);
    put('ActualSize', this.p, actual);
    put('EndStamp', 4, end);
  }

  private node(
    start: number,
    size: number,
    access: number,
    user: number,
    requested: number,
    trace = 0,
  ): number {
    const at = this.nextNode;
    this.nextNode += this.facts.size('_DPH_HEAP_BLOCK');
    const put = (field: string, value: number): void =>
      this.pointer(at + this.facts.at('_DPH_HEAP_BLOCK', field), value);
    put('pVirtualBlock', start);
    put('nVirtualBlockSize', size);
    put('nVirtualAccessSize', access);
    put('pUserAllocation', user);
    put('nUserRequestedSize', requested);
    put('StackTrace', trace);
    return at;
  }

  /** Halves of the nodes to the left and right, as an ordered tree has them. */
  private tree(parent: number, nodes: readonly number[], from: number): void {
    if (nodes.length === 0) return;
    const middle = nodes.length >> 1;
    const node = nodes[middle] ?? 0;
    this.pointer(from, node);
    this.pointer(node, parent);
    this.tree(node, nodes.slice(0, middle), node + this.p);
    this.tree(node, nodes.slice(middle + 1), node + 2 * this.p);
  }

  private ring(head: number, links: readonly number[]): void {
    const all = [head, ...links];
    all.forEach((link, i) => {
      this.pointer(link, all[(i + 1) % all.length] ?? 0);
      this.pointer(link + this.p, all[(i + all.length - 1) % all.length] ?? 0);
    });
  }

  private pointer(at: number, value: number): void {
    this.memory.put(at, this.p, value);
  }
}
