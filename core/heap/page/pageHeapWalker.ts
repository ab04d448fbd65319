import { hexAddress } from '../../bytes/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import type { AddressRange } from '../../target/index.ts';
import { addressOf, AddressReader } from '../addressReader.ts';
import { BlockMark, BlockPart, type BlockSink, BlockState, emptyRecord, setOther } from '../blockSink.ts';
import type { HeapContext, HeapOutline, HeapReference, HeapWalker, Pacer } from '../model.ts';
import { holdsHeaps, OutlineProblems } from '../outlineProblems.ts';
import { type DphForm, dphForm } from './dphForm.ts';
import { type DphNode, DphNodes } from './dphNodes.ts';
import { ROOT_BEHIND_HANDLE, Stamp, SUFFIX_FULL } from './dphStamps.ts';
import { walkLight } from './lightBlocks.ts';

/** Page heaps, full and light, of XP and of Vista and later. */
export const pageHeapWalker: HeapWalker = {
  outline: outlinePageHeap,
  async walk({ reference }: HeapOutline, context: HeapContext, sink: BlockSink, pace: Pacer): Promise<void> {
    const heap = openRoot(reference, context);
    await new PageWalk(heap, problemsOf(heap.reader, context), sink).run(pace);
    await walkLight(heap.normalHeap, heap.form, context, sink, pace);
  },
};

interface PageHeap {
  readonly reader: AddressReader;
  readonly form: DphForm;
  readonly root: number;
  readonly normalHeap: number;
}

function openRoot(reference: HeapReference, { view }: HeapContext): PageHeap {
  const form = dphForm(view.layouts);
  const reader = new AddressReader(view.target.memory);
  const root = Number(reference.address) + ROOT_BEHIND_HANDLE;
  if (!reader.has(root, form.root.size))
    throw new NotAvailable(`the root of page heap at ${hexAddress(root)} is not in the dump`);
  return { reader, form, root, normalHeap: reader.pointer(root + form.root.normalHeap, form.pointerSize) };
}

function problemsOf(reader: AddressReader, { view }: HeapContext): OutlineProblems {
  return new OutlineProblems(reader, holdsHeaps(view.target));
}

function outlinePageHeap(reference: HeapReference, context: HeapContext): HeapOutline {
  const { reader, form, root, normalHeap } = openRoot(reference, context);
  const problems = problemsOf(reader, context);
  const nodes = new DphNodes(reader, form, root, problems);
  const bytes = (offset: number): number => reader.pointer(root + offset, form.pointerSize);
  const storage = nodes.storage().filter(isSound).sort(byAddress);
  const available = nodes.available().filter(isSound).sort(byAddress);
  return {
    reference,
    flags: reader.u32(root + form.root.flags),
    frontEnd: 'none',
    reserved: bytes(form.root.virtualBytes),
    committed: bytes(form.root.busyBytes) + bytes(form.root.freeBytes),
    segments: segmentsOf(storage, available),
    uncommitted: available.map(rangeOf),
    largeRegions: [],
    granularity: 2 * form.pointerSize,
    counters: { uncommittedRanges: available.length },
    keys: [],
    notes: [`page heap: the normal heap behind it is at ${hexAddress(normalHeap)}`, ...problems.notes],
    findings: problems.findings,
  };
}

/** The storage with what of it is not committed; both are sorted by address. */
function segmentsOf(storage: readonly DphNode[], available: readonly DphNode[]): HeapOutline['segments'] {
  let next = 0;
  return storage.map((node) => {
    while ((available[next]?.virtualBlock ?? Infinity) < node.virtualBlock) next++;
    const segment = { uncommitted: 0, uncommittedRanges: 0, largestUncommitted: 0 };
    for (let free = available[next]; free && endOf(free) <= endOf(node); free = available[++next]) {
      segment.uncommitted += free.virtualSize;
      segment.uncommittedRanges++;
      segment.largestUncommitted = Math.max(segment.largestUncommitted, free.virtualSize);
    }
    const range = rangeOf(node);
    const { uncommitted, ...counts } = segment;
    return {
      ...range,
      address: range.start,
      committed: Math.max(0, node.virtualSize - uncommitted),
      ...counts,
    };
  });
}

/** Gives the blocks that page heap keeps itself: each at the end of pages of its own. */
class PageWalk {
  private readonly record = emptyRecord();
  /** what was given, for the gaps between */
  private readonly given: DphNode[] = [];

  constructor(
    private readonly heap: PageHeap,
    private readonly problems: OutlineProblems,
    private readonly sink: BlockSink,
  ) {}

  async run(pace: Pacer): Promise<void> {
    const { heap, sink, record, problems } = this;
    const nodes = new DphNodes(heap.reader, heap.form, heap.root, problems);
    const storage = nodes.storage().filter(isSound).sort(byAddress);
    // the outline has said what is wrong with these two
    const available = nodes.available().filter(isSound);
    const told = { findings: problems.findings.length, notes: problems.notes.length };
    const busy = nodes.busy();
    const freed = nodes.freed();
    for (const finding of problems.findings.slice(told.findings)) sink.finding(finding);
    for (const note of problems.notes.slice(told.notes)) sink.note(note);
    record.part = BlockPart.page;
    let done = 0;
    for (const [list, state] of [
      [busy, BlockState.busy],
      [freed, BlockState.free],
    ] as const) {
      for (const node of list) {
        this.give(node, state);
        if (++done % 256 === 0 && pace.due())
          await pace.rest({ done, total: busy.length + freed.length, what: 'blocks' });
      }
    }
    this.giveRest(storage, available);
  }

  private give(node: DphNode, state: BlockState): void {
    const { record, sink } = this;
    const offset = node.user - node.virtualBlock;
    if (
      !isSound(node) ||
      offset < 0 ||
      offset + node.requested > node.accessSize ||
      node.accessSize > node.virtualSize
    ) {
      this.found(
        node.node,
        "the node's addresses and sizes do not fit together",
        `${hexAddress(node.user)}, ${hexAddress(node.requested)} bytes in ${hexAddress(node.virtualBlock)}, ${hexAddress(node.virtualSize)} bytes`,
      );
      return;
    }
    record.entry = node.virtualBlock;
    record.size = node.virtualSize;
    record.userOffset = offset;
    record.userSize = node.requested;
    record.state = state;
    record.marks =
      (state === BlockState.free ? BlockMark.delayed : 0) | (node.stackTrace !== 0 ? BlockMark.extra : 0);
    record.owner = sink.owner(() => ({ ...rangeOf(node), kind: 'region', address: addressOf(node.node) }));
    if (state === BlockState.busy) this.check(node);
    sink.add(record);
    this.given.push(node);
  }

  /** The block information in front of a busy block, and the fill behind it. */
  private check(node: DphNode): void {
    const { reader, form, root } = this.heap;
    const { info, pointerSize } = form;
    const at = node.user - info.size;
    // a block that begins with its pages (guarded in front) has no room for one
    if (at >= node.virtualBlock && reader.has(at, info.size)) {
      const start = reader.u32(at);
      const end = reader.u32(at + info.endStamp);
      const { full } = Stamp;
      if (start !== full.start)
        this.damaged(node, 'the start stamp is wrong', hexAddress(full.start), hexAddress(start));
      else if (end !== full.end)
        this.damaged(node, 'the end stamp is wrong', hexAddress(full.end), hexAddress(end));
      const requested = reader.pointer(at + info.requested, pointerSize);
      if (requested !== node.requested)
        this.damaged(
          node,
          "the block's size is not that of its node",
          hexAddress(node.requested),
          hexAddress(requested),
        );
      const heap = reader.pointer(at + info.heap, pointerSize);
      if (heap !== root && heap !== root - ROOT_BEHIND_HANDLE)
        this.damaged(node, 'the block information names another heap', hexAddress(root), hexAddress(heap));
    }
    const end = node.virtualBlock + node.accessSize;
    for (let i = Math.max(node.user + node.requested, end - 16); i < end && reader.has(i, 1); i++) {
      const byte = reader.u8(i);
      if (byte === SUFFIX_FULL) continue;
      this.damaged(
        node,
        'bytes behind the block were overwritten',
        hexAddress(SUFFIX_FULL),
        `${hexAddress(byte)} at ${hexAddress(i)}`,
      );
      return;
    }
  }

  /** What else the storage holds: memory for blocks to come, the handle's page, the root, nodes and the lock. */
  private giveRest(storage: readonly DphNode[], available: readonly DphNode[]): void {
    const { record, sink } = this;
    const free = new Set(available);
    const all = [...this.given, ...available].sort(byAddress);
    let next = 0;
    for (const node of storage) {
      record.owner = sink.owner(() => ({
        ...rangeOf(node),
        kind: 'segment',
        address: addressOf(node.virtualBlock),
      }));
      let at = node.virtualBlock;
      while ((all[next]?.virtualBlock ?? Infinity) < at) next++;
      for (; (all[next]?.virtualBlock ?? Infinity) < endOf(node); next++) {
        const block = all[next];
        if (!block) break;
        this.other(at, block.virtualBlock - at, BlockState.internal);
        if (free.has(block)) this.other(block.virtualBlock, block.virtualSize, BlockState.uncommitted);
        at = Math.max(at, endOf(block));
      }
      this.other(at, endOf(node) - at, BlockState.internal);
    }
  }

  private other(entry: number, size: number, state: BlockState): void {
    if (size <= 0) return;
    setOther(this.record, entry, size, state, 0);
    this.sink.add(this.record);
  }

  private damaged(node: DphNode, problem: string, expected: string, found: string): void {
    this.record.marks |= BlockMark.damaged;
    this.found(node.user, problem, found, expected);
  }

  private found(at: number, problem: string, found: string, expected?: string): void {
    this.sink.finding({ address: addressOf(at), kind: 'page heap', problem, expected, found });
  }
}

/** Whether a node's memory is memory: whole pages at a page. */
function isSound({ virtualBlock, virtualSize }: DphNode): boolean {
  return (
    virtualBlock >= 0x10000 &&
    virtualBlock % 0x1000 === 0 &&
    virtualSize > 0 &&
    virtualSize % 0x1000 === 0 &&
    virtualBlock + virtualSize <= 0x8000_0000_0000
  );
}

function endOf({ virtualBlock, virtualSize }: DphNode): number {
  return virtualBlock + virtualSize;
}

function rangeOf(node: DphNode): AddressRange {
  return { start: addressOf(node.virtualBlock), end: addressOf(endOf(node)) };
}

function byAddress(a: DphNode, b: DphNode): number {
  return a.virtualBlock - b.virtualBlock;
}
