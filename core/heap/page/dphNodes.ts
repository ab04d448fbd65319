import type { AddressReader } from '../addressReader.ts';
import { readRing } from '../linkedList.ts';
import type { OutlineProblems } from '../outlineProblems.ts';
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

/** Reads the lists and the tree of a page heap's root. */
export class DphNodes {
  /** something was broken or not in the dump: counts say nothing then */
  private incomplete = false;

  constructor(
    private readonly reader: AddressReader,
    private readonly form: DphForm,
    private readonly root: number,
    private readonly problems: OutlineProblems,
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
    const ring = readRing(this.reader, head, this.form.pointerSize, MAX_NODES);
    this.problems.ring(ring, 'the list of available memory');
    return ring.links.flatMap((link) => this.node(link) ?? []);
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
        this.broken(from, `the list of ${what}`, at);
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
      if (at === undefined) this.broken(parent, 'the tree of busy blocks', at);
      else if (at !== 0) stack.push({ at, parent });
    };
    push(table + 2 * p, table);
    for (let top = stack.pop(); top && nodes.length < MAX_NODES; top = stack.pop()) {
      const { at, parent } = top;
      const node = seen.has(at) ? undefined : this.node(at);
      if (!node || reader.tryPointer(at, p) !== parent) {
        this.broken(parent, 'the tree of busy blocks', at);
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
    if (this.incomplete || counted === undefined || counted === count) return;
    this.problems.add(
      this.root,
      'page heap',
      `the root counts other ${what} than it leads to`,
      count,
      counted,
    );
  }

  /** A link that leads to nothing: damage, or memory that is not in the dump. */
  private broken(at: number, what: string, next: number | undefined): void {
    this.incomplete = true;
    if (next === undefined || !this.reader.has(next, 1))
      this.problems.absent(next ?? at, `a member of ${what}`);
    else this.problems.add(at, 'page heap', `${what} is broken here`, 'a link to a member', next);
  }
}
