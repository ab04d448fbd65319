import { NotAvailable } from '../errors/index.ts';
import type { ProcessView } from '../process/index.ts';
import type { SymbolService } from '../symbols/index.ts';
import type { Address, Machine } from '../target/index.ts';
import { findHeaps } from './findHeaps.ts';
import { isListed } from './heapReference.ts';
import type {
  HeapContext,
  HeapOutline,
  HeapReference,
  HeapSnapshot,
  HeapSummary,
  HeapWalker,
  Pacer,
} from './model.ts';
import { walkers } from './registry.ts';
import { scanHeaps } from './scanHeaps.ts';
import { ColumnSink, CountingSink } from './sinks.ts';

/** Where a block was found. */
export interface FoundBlock {
  readonly snapshot: HeapSnapshot;
  /** index in `snapshot.blocks`; -1 where the address is in the heap and in no block */
  readonly index: number;
}

/** Work that nobody watches. */
const UNPACED: Pacer = { due: () => false, rest: () => Promise.resolve() };

/**
 * All heaps of a process: of both views where it has two, the dump's own first. Each heap is read when it is asked for
 * and remembered. Indices are positions in `heaps`.
 */
export class HeapSet {
  private readonly found: HeapReference[] = [];
  private readonly contexts = new Map<Machine['kind'], HeapContext>();
  private scanned: readonly HeapReference[] | undefined;
  private readonly outlines = new Map<number, HeapOutline>();
  private readonly summaries = new Map<number, HeapSummary>();
  private readonly snapshots = new Map<number, HeapSnapshot>();

  constructor(views: readonly ProcessView[], symbols?: SymbolService) {
    for (const view of views) {
      const own = findHeaps(view, symbols).map((heap, i) => ({ ...heap, index: i + 1 }));
      this.found.push(...own);
      const memo = new Map<string, unknown>();
      this.contexts.set(view.machine.kind, { view, symbols, heaps: own, memo: memoIn(memo) });
    }
  }

  /** In the order of the process' lists, the dump's own view first; behind them what `scan` found. */
  get heaps(): readonly HeapReference[] {
    return this.found;
  }

  /** Those that the process' lists name: the first of `heaps`, whether or not `scan` was asked for. */
  get listed(): readonly HeapReference[] {
    return this.found.filter(isListed);
  }

  /**
   * Looks for heaps that no list names, once, and adds them to `heaps`, numbered on from those of their view. Reads a
   * page of each allocation.
   */
  async scan(pace: Pacer = UNPACED): Promise<readonly HeapReference[]> {
    if (this.scanned) return this.scanned;
    const added: HeapReference[] = [];
    for (const context of this.contexts.values()) {
      const { heaps } = context;
      const found = await scanHeaps(context, pace);
      added.push(...found.map((heap, i) => ({ ...heap, index: heaps.length + i + 1 })));
    }
    this.found.push(...added);
    this.scanned = added;
    return added;
  }

  /** The position of the heap with this handle; -1 where there is none. */
  indexOf(address: Address): number {
    return this.heaps.findIndex((heap) => heap.address === address);
  }

  /** The header and segments of a heap. Throws `NotAvailable` where the dump does not hold them. */
  outline(i: number): HeapOutline {
    let outline = this.outlines.get(i);
    if (!outline) {
      const { reference, walker, context } = this.parts(i);
      outline = walker.outline(reference, context);
      this.outlines.set(i, outline);
    }
    return outline;
  }

  /** The heap with its blocks counted and checked, but not kept. Throws `NotAvailable`. */
  async summary(i: number, pace: Pacer = UNPACED): Promise<HeapSummary> {
    const known = this.snapshots.get(i) ?? this.summaries.get(i);
    if (known) return known;
    const outline = this.outline(i);
    const sink = new CountingSink();
    const { walker, context } = this.parts(i);
    await walker.walk(outline, context, sink, pace);
    const summary = summarize(outline, sink);
    this.summaries.set(i, summary);
    return summary;
  }

  /** The heap with all its blocks. Throws `NotAvailable`. */
  async snapshot(i: number, pace: Pacer = UNPACED): Promise<HeapSnapshot> {
    const known = this.snapshots.get(i);
    if (known) return known;
    const outline = this.outline(i);
    const sink = new ColumnSink();
    const { walker, context } = this.parts(i);
    await walker.walk(outline, context, sink, pace);
    const snapshot = { ...summarize(outline, sink), blocks: sink.finish(), owners: sink.ownerList };
    this.snapshots.set(i, snapshot);
    return snapshot;
  }

  /** How many heaps were walked by now, and the errors that were found in them. */
  walked(): { readonly walked: number; readonly errors: number } {
    const known = new Map<number, HeapSummary>([...this.summaries, ...this.snapshots]);
    let errors = 0;
    for (const summary of known.values()) errors += summary.errors;
    return { walked: known.size, errors };
  }

  /**
   * The position of the heap whose segments or large regions hold an address, -1 if none: no block is looked at. Heaps
   * that cannot be read are passed over.
   */
  heapAt(address: Address): number {
    return this.heaps.findIndex((_, i) => {
      const outline = this.readableOutline(i);
      return outline && (holds(outline.segments, address) || holds(outline.largeRegions, address));
    });
  }

  /** Heaps of which not even the header can be read: an address that is found in no heap may lie in one of them. */
  unreadable(): readonly HeapReference[] {
    return this.heaps.filter((_, i) => !this.readableOutline(i));
  }

  /** The block that an address lies in; undefined where no heap holds the address. Walks that one heap. */
  async find(address: Address, pace: Pacer = UNPACED): Promise<FoundBlock | undefined> {
    const i = this.heapAt(address);
    if (i < 0) return undefined;
    const snapshot = await this.snapshot(i, pace);
    return { snapshot, index: snapshot.blocks.find(address) };
  }

  private readableOutline(i: number): HeapOutline | undefined {
    try {
      return this.outline(i);
    } catch (e) {
      if (e instanceof NotAvailable) return undefined;
      throw e;
    }
  }

  private parts(i: number): { reference: HeapReference; walker: HeapWalker; context: HeapContext } {
    const reference = this.heaps[i];
    if (!reference)
      throw new NotAvailable(`there is no heap number ${i + 1}: the process has ${this.heaps.length}`);
    const walker = reference.kind && walkers[reference.kind];
    const context = this.contexts.get(reference.machine.kind);
    if (!walker || !context) {
      const why = reference.note ?? `heaps of its kind (${reference.kind ?? 'unknown'}) are not read`;
      throw new NotAvailable(`the heap at 0x${reference.address.toString(16)} cannot be read: ${why}`);
    }
    return { reference, walker, context };
  }
}

/** The heaps of a process. `views` are its sides, the dump's own first; symbols help with keys and are not needed. */
export function openHeaps(request: {
  readonly views: readonly ProcessView[];
  readonly symbols?: SymbolService;
}): HeapSet {
  return new HeapSet(request.views, request.symbols);
}

function summarize(outline: HeapOutline, sink: CountingSink): HeapSummary {
  return {
    ...outline,
    ...sink.counts,
    findings: [...outline.findings, ...sink.findings],
    errors: outline.findings.length + sink.errors,
    notes: [...outline.notes, ...sink.notes],
    missing: sink.missingRanges,
  };
}

function holds(
  ranges: readonly { readonly start: Address; readonly end: Address }[],
  address: Address,
): boolean {
  return ranges.some((r) => address >= r.start && address < r.end);
}

function memoIn(memo: Map<string, unknown>): HeapContext['memo'] {
  return <T>(name: string, compute: () => T): T => {
    // the name decides the type: each is used by one function
    if (!memo.has(name)) memo.set(name, compute());
    return memo.get(name) as T;
  };
}
