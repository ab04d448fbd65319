import { hexAddress } from '../../bytes/index.ts';
import { addressOf, type AddressReader } from '../addressReader.ts';
import { readRing } from '../linkedList.ts';
import type { HeapFinding } from '../model.ts';
import type { DphForm } from './dphForm.ts';

/** More blocks than a process can have with two pages each */
const MAX_NODES = 0x800000;

/** A _DPH_HEAP_BLOCK: a block, or a run of memory that is not handed out. */
export interface DphNode {
  readonly node: number;
  readonly virtualBlock: number;
  readonly virtualSize: number;
  /** bytes from `virtualBlock` on that are accessible */
  readonly accessSize: number;
  readonly user: number;
  readonly requested: number;
  readonly stackTrace: number;
}

/** Reads the lists and the tree of a page heap's root. What is wrong with them goes to `findings`. */
export class DphNodes {
  readonly findings: HeapFinding[] = [];

  constructor(
    private readonly reader: AddressReader,
    private readonly form: DphForm,
    private readonly root: number,
  ) {}

  /** Memory that the root hands out from. */
  storage(): DphNode[] {
    return this.list(this.form.root.virtualStorage, 'virtual storage');
  }

  busy(): DphNode[] {
    const { busyList, busyTree, busyCount } = this.form.root;
    const nodes =
      busyTree === undefined ? this.list(busyList ?? 0, 'busy blocks') : this.tree(this.root + busyTree);
    this.compareCount(nodes.length, busyCount, 'busy blocks');
    return nodes;
  }

  /** Blocks that are freed and kept inaccessible. */
  freed(): DphNode[] {
    const nodes = this.list(this.form.root.freeList, 'freed blocks');
    this.compareCount(nodes.length, this.form.root.freeCount, 'freed blocks');
    return nodes;
  }

  /** Memory for blocks to come. */
  available(): DphNode[] {
    const { availableList, availableRing } = this.form.root;
    if (availableRing === undefined) return this.list(availableList ?? 0, 'available memory');
    const head = this.root + availableRing;
    const { links, broken } = readRing(this.reader, head, this.form.pointerSize, MAX_NODES);
    if (broken) this.found(broken.at, 'the list of available memory breaks here', broken.next);
    return links.flatMap((link) => this.node(link) ?? []);
  }

  /** A list through pNextAlloc, which is the first pointer of a node; 0 ends it. */
  private list(head: number, what: string): DphNode[] {
    const { reader, form } = this;
    const nodes: DphNode[] = [];
    const seen = new Set<number>();
    let from = this.root + head;
    let at = reader.tryPointer(from, form.pointerSize);
    while (at !== 0) {
      const node: DphNode | undefined =
        at === undefined || seen.has(at) || nodes.length >= MAX_NODES ? undefined : this.node(at);
      if (at === undefined || !node) {
        this.found(from, `the list of ${what} breaks here`, at);
        break;
      }
      seen.add(at);
      nodes.push(node);
      from = at;
      at = reader.tryPointer(at, form.pointerSize);
    }
    return nodes;
  }

  /** An RTL_AVL_TABLE: links are Parent, LeftChild, RightChild; the tree hangs on the right of the table's own. */
  private tree(table: number): DphNode[] {
    const { reader, form } = this;
    const { pointerSize: p } = form;
    const nodes: DphNode[] = [];
    const seen = new Set<number>([table]);
    const stack: { at: number; parent: number }[] = [];
    const push = (link: number, parent: number): void => {
      const at = reader.tryPointer(link, p);
      if (at === undefined) this.found(parent, 'the tree of busy blocks breaks here', at);
      else if (at !== 0) stack.push({ at, parent });
    };
    push(table + 2 * p, table);
    for (let top = stack.pop(); top && nodes.length < MAX_NODES; top = stack.pop()) {
      const { at, parent } = top;
      const node = seen.has(at) ? undefined : this.node(at);
      if (!node || reader.tryPointer(at, p) !== parent) {
        this.found(parent, 'a branch of the tree of busy blocks leads to no node of it', at);
        continue;
      }
      seen.add(at);
      nodes.push(node);
      push(at + p, at);
      push(at + 2 * p, at);
    }
    return nodes;
  }

  private node(node: number): DphNode | undefined {
    const { reader } = this;
    const { block, pointerSize: p } = this.form;
    if (!reader.has(node, block.size)) return undefined;
    return {
      node,
      virtualBlock: reader.pointer(node + block.virtualBlock, p),
      virtualSize: reader.pointer(node + block.virtualSize, p),
      accessSize: reader.pointer(node + block.accessSize, p),
      user: reader.pointer(node + block.user, p),
      requested: reader.pointer(node + block.requested, p),
      stackTrace: reader.pointer(node + block.stackTrace, p),
    };
  }

  private compareCount(count: number, at: number, what: string): void {
    const counted = this.reader.tryPointer(this.root + at, this.form.pointerSize);
    if (counted === undefined || counted === count) return;
    this.findings.push({
      address: addressOf(this.root),
      kind: 'page heap',
      problem: `the root counts other ${what} than it leads to`,
      expected: hexAddress(count),
      found: hexAddress(counted),
    });
  }

  private found(at: number, problem: string, next: number | undefined): void {
    const found = next === undefined ? 'memory that is not in the dump' : hexAddress(next);
    this.findings.push({ address: addressOf(at), kind: 'page heap', problem, found });
  }
}
