import type { AddressReader } from '../addressReader.ts';
import { codedOffsets } from './lfhHeader.ts';
import { type PageRange, readPages } from './pageRanges.ts';
import { keyOfSignature, readContexts, readSegmentList, type SegContext } from './pageSegments.ts';
import type { CodeKey } from './codeKey.ts';
import { RangeKind, type SegmentForm } from './segmentForm.ts';
import { readVsExtent, type VsExtent } from './vsChunk.ts';

/** How much of a process is looked at to tell forms and keys: enough that chance does not decide. */
const MAX_HEAPS = 64;
const SEGMENTS_PER_CONTEXT = 4;
const MAX_SEGMENTS = 64;
const MAX_SUBSEGMENTS = 64;

/** Structures of some heaps as one form reads them, and how far they agree with it. */
export interface SegmentSample {
  readonly form: SegmentForm;
  readonly contexts: readonly (SegContext | undefined)[];
  /** the HeapKey that each page segment's signature gives */
  readonly signatureKeys: readonly CodeKey[];
  /** ranges of all kinds, and those that are damaged */
  readonly ranges: number;
  readonly damagedRanges: number;
  readonly vs: readonly VsExtent[];
  /** ranges that should be VS subsegments and are not */
  readonly notVs: number;
  readonly lfh: readonly LfhSample[];
  /** heaps whose own region ends where the form says */
  readonly regions: number;
  readonly notRegions: number;
}

/** An LFH subsegment before its key is known. */
export interface LfhSample {
  readonly address: number;
  /** bytes of its range */
  readonly size: number;
  /** BlockOffsets with all but the key taken off */
  readonly coded: number;
  readonly blockCount: number;
}

/** Reads a sample of the segment heaps at these addresses with a form. */
export function sampleHeaps(
  reader: AddressReader,
  heaps: readonly number[],
  form: SegmentForm,
): SegmentSample {
  const contexts: (SegContext | undefined)[] = [];
  const signatureKeys: CodeKey[] = [];
  const ranges: PageRange[] = [];
  let regions = 0;
  let segmentsLeft = MAX_SEGMENTS;
  const some = heaps.slice(0, MAX_HEAPS);
  for (const heap of some) {
    if (ownRegion(reader, heap, form)) regions++;
    for (const context of readContexts(reader, heap, form)) {
      contexts.push(context);
      if (!context) continue;
      const { links } = readSegmentList(reader, context, form.pointerSize);
      for (const segment of links.slice(0, Math.min(SEGMENTS_PER_CONTEXT, segmentsLeft))) {
        const key = keyOfSignature(reader, segment, context, form);
        if (key) signatureKeys.push(key);
        ranges.push(...readPages(reader, segment, context, form).ranges);
        segmentsLeft--;
      }
    }
  }
  const vs = ranges.filter((r) => r.kind === RangeKind.vs).slice(0, MAX_SUBSEGMENTS);
  const extents = vs.flatMap((r) => readVsExtent(reader, r.start, form) ?? []);
  return {
    form,
    contexts,
    signatureKeys,
    ranges: ranges.length,
    damagedRanges: ranges.filter((r) => r.damage !== undefined).length,
    vs: extents,
    notVs: vs.length - extents.length,
    lfh: ranges
      .filter((r) => r.kind === RangeKind.lfh)
      .slice(0, MAX_SUBSEGMENTS)
      .flatMap((r) => lfhSample(reader, r, form) ?? []),
    regions,
    notRegions: some.length - regions,
  };
}

/** The end of the heap's own region and of its committed part; undefined where they make no sense. */
export function ownRegion(
  reader: AddressReader,
  heap: number,
  form: SegmentForm,
): { readonly committedEnd: number; readonly end: number } | undefined {
  const committedEnd = reader.tryPointer(heap + form.heap.uncommittedBase, form.pointerSize) ?? 0;
  const end = reader.tryPointer(heap + form.heap.reservedLimit, form.pointerSize) ?? 0;
  const sound =
    committedEnd > heap && committedEnd <= end && end - heap <= 0x100000 && committedEnd % 0x1000 === 0;
  return sound ? { committedEnd, end } : undefined;
}

function lfhSample(reader: AddressReader, range: PageRange, form: SegmentForm): LfhSample | undefined {
  const coded = codedOffsets(reader, range.start, form);
  const countAt = range.start + form.lfh.blockCount;
  if (coded === undefined || !reader.has(countAt, 2)) return undefined;
  return { address: range.start, size: range.size, coded, blockCount: reader.u16(countAt) };
}
