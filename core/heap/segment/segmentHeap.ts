import { AddressReader } from '../addressReader.ts';
import type { HeapContext, HeapFinding, HeapReference } from '../model.ts';
import { holdsHeaps, OutlineProblems } from '../outlineProblems.ts';
import { sameKey } from './codeKey.ts';
import { type LargeBlocks, readLargeBlocks } from './largeBlocks.ts';
import { readPages, type SegmentPages } from './pageRanges.ts';
import { keyOfSignature, readContexts, readSegmentList, type SegContext } from './pageSegments.ts';
import { type SegmentFamily, segmentFamily } from './segmentFamily.ts';
import { ownRegion } from './segmentSample.ts';

/** A segment heap's structures, without a look into its ranges. Read once a heap. */
export interface SegmentHeap {
  readonly address: number;
  readonly family: SegmentFamily;
  /** what the heap's own structures fill; undefined where its limits make no sense */
  readonly own: { readonly committedEnd: number; readonly end: number } | undefined;
  readonly contexts: readonly SegContext[];
  readonly segments: readonly SegmentPages[];
  /** the lists of segments could be followed to their ends */
  readonly complete: boolean;
  readonly large: LargeBlocks;
  readonly findings: readonly HeapFinding[];
  readonly notes: readonly string[];
}

/** Reads a segment heap's header, its lists and the descriptors of its segments: 8 KB for each megabyte. */
export function readSegmentHeap(reference: HeapReference, context: HeapContext): SegmentHeap {
  return context.memo(`segment heap ${reference.address}`, () => new HeapReading(reference, context).read());
}

class HeapReading {
  private readonly reader: AddressReader;
  private readonly address: number;
  private readonly problems: OutlineProblems;
  private complete = true;

  constructor(
    reference: HeapReference,
    private readonly context: HeapContext,
  ) {
    const { target } = context.view;
    this.reader = new AddressReader(target.memory);
    this.address = Number(reference.address);
    this.problems = new OutlineProblems(this.reader, holdsHeaps(target));
  }

  read(): SegmentHeap {
    const { reader, address, problems } = this;
    const family = segmentFamily(this.context);
    const { form } = family;
    problems.notes.push(...family.notes);
    const contexts: SegContext[] = [];
    const segments: SegmentPages[] = [];
    for (const [i, context] of readContexts(reader, address, form).entries()) {
      const at = address + (form.contexts[i]?.at ?? 0);
      if (context) {
        contexts.push(context);
        segments.push(...this.segmentsOf(context, family));
      } else if (reader.has(at, 0x80)) {
        problems.add(at, 'segment', "the heap's segment context does not describe segments of this heap");
      } else problems.absent(at, "the heap's segment context");
    }
    const large = readLargeBlocks(reader, address, form);
    for (const d of large.damage) problems.add(d.node, 'large block', d.problem, d.expected, d.found);
    for (const node of large.missing) problems.absent(node, 'the node of a large block');
    const own = ownRegion(reader, address, form);
    const { findings, notes } = problems;
    return { address, family, own, contexts, segments, complete: this.complete, large, findings, notes };
  }

  /** The segments of a context: those of its list, and where the list is damaged, those that memory holds. */
  private segmentsOf(context: SegContext, family: SegmentFamily): SegmentPages[] {
    const { reader, problems } = this;
    const { form, keys } = family;
    const list = readSegmentList(reader, context, form.pointerSize);
    problems.ring(list, 'the list of segments');
    const addresses = list.broken ? this.withScanned(list.links, context, family) : list.links;
    if (list.broken) this.complete = false;
    if (!list.broken && list.count !== undefined && list.count !== addresses.length) {
      problems.add(
        context.address,
        'list',
        'the heap counts other segments than its list has',
        addresses.length,
        list.count,
      );
    }
    const segments: SegmentPages[] = [];
    for (const segment of addresses) {
      if (segment % context.segmentSize !== 0) {
        problems.add(segment, 'segment', 'a member of the list of segments does not begin where segments do');
        continue;
      }
      const key = keyOfSignature(reader, segment, context, form);
      if (key && keys.heap && !sameKey(key, keys.heap))
        problems.add(segment, 'signature', "the page segment's signature is wrong");
      segments.push(readPages(reader, segment, context, form));
    }
    // a segment without its first pages: where it is and how large is known all the same
    const lost = list.broken?.next;
    if (lost !== undefined && lost > 0 && lost % context.segmentSize === 0 && !reader.has(lost, 1))
      segments.push(readPages(reader, lost, context, form));
    return segments;
  }

  /** Adds segments whose signature belongs to this context. Only where the list fails: it looks at all memory. */
  private withScanned(
    listed: readonly number[],
    context: SegContext,
    { form, keys }: SegmentFamily,
  ): number[] {
    const { reader } = this;
    const all = new Set(listed);
    if (!keys.heap) return [...all];
    const step = context.segmentSize;
    let at = reader.nextReadable(0);
    while (at !== undefined) {
      const segment = Math.ceil(at / step) * step;
      if (!all.has(segment)) {
        const key = keyOfSignature(reader, segment, context, form);
        if (key && sameKey(key, keys.heap)) all.add(segment);
      }
      // the next segment begins a step farther on, or where memory goes on
      at = reader.nextReadable(segment + 1);
    }
    return [...all];
  }
}
