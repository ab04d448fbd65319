import { hexAddress } from '../../bytes/index.ts';
import { addressOf, AddressReader } from '../addressReader.ts';
import type { HeapContext, HeapFinding, HeapReference } from '../model.ts';
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
  private readonly findings: HeapFinding[] = [];
  private readonly notes: string[] = [];

  constructor(
    reference: HeapReference,
    private readonly context: HeapContext,
  ) {
    this.reader = new AddressReader(context.view.target.memory);
    this.address = Number(reference.address);
  }

  read(): SegmentHeap {
    const { reader, address, findings, notes } = this;
    const family = segmentFamily(this.context);
    const { form } = family;
    notes.push(...family.notes);
    const contexts: SegContext[] = [];
    const segments: SegmentPages[] = [];
    for (const [i, context] of readContexts(reader, address, form).entries()) {
      const at = address + (form.contexts[i]?.at ?? 0);
      if (context) {
        contexts.push(context);
        segments.push(...this.segmentsOf(context, family));
      } else if (reader.has(at, 0x80)) {
        this.found(at, 'segment', "the heap's segment context does not describe segments of this heap");
      } else notes.push(`segment context ${i} is not in the dump`);
    }
    const large = readLargeBlocks(reader, address, form);
    for (const d of large.damage) this.found(d.node, 'large block', d.problem, d.expected, d.found);
    if (large.missing.length > 0)
      notes.push(`${large.missing.length} nodes of large blocks are not in the dump`);
    const own = ownRegion(reader, address, form);
    return { address, family, own, contexts, segments, large, findings, notes };
  }

  /** The segments of a context: those of its list, and where the list is damaged, those that memory holds. */
  private segmentsOf(context: SegContext, family: SegmentFamily): SegmentPages[] {
    const { reader } = this;
    const { form, keys } = family;
    const list = readSegmentList(reader, context, form.pointerSize);
    const { broken } = list;
    let addresses = list.links;
    if (broken) {
      const next = broken.next === undefined ? 'memory that is not in the dump' : hexAddress(broken.next);
      this.found(broken.at, 'list', 'the list of segments breaks here', 'a link that leads back', next);
      addresses = this.withScanned(addresses, context, family);
    } else if (list.count !== undefined && list.count !== addresses.length) {
      this.found(
        context.address,
        'list',
        'the heap counts other segments than its list has',
        hexAddress(addresses.length),
        hexAddress(list.count),
      );
    }
    const segments: SegmentPages[] = [];
    for (const segment of addresses) {
      const key = keyOfSignature(reader, segment, context, form);
      if (segment % context.segmentSize !== 0) {
        this.found(segment, 'segment', 'a member of the list of segments does not begin where segments do');
        continue;
      }
      if (key && keys.heap && !sameKey(key, keys.heap))
        this.found(segment, 'signature', "the page segment's signature is wrong");
      segments.push(readPages(reader, segment, context, form));
    }
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

  private found(
    address: number,
    kind: HeapFinding['kind'],
    problem: string,
    expected?: string,
    found?: string,
  ): void {
    this.findings.push({ address: addressOf(address), kind, problem, expected, found });
  }
}
