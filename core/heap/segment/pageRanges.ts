import { hexAddress } from '../../bytes/index.ts';
import type { AddressReader } from '../addressReader.ts';
import type { SegContext } from './pageSegments.ts';
import { RangeKind, type SegmentForm } from './segmentForm.ts';

/** _HEAP_PAGE_RANGE_DESCRIPTOR.TreeSignature of a range that is handed out */
const TREE_SIGNATURE = 0xccddccdd;
/** Descriptors of a segment, always */
export const DESCRIPTORS = 256;

/** A run of units of a page segment that is used for one thing. */
export interface PageRange {
  readonly kind: RangeKind;
  readonly start: number;
  /** bytes */
  readonly size: number;
  /** bytes of it that are committed */
  readonly committed: number;
  readonly unusedBytes: number;
  readonly extra: boolean;
  readonly descriptor: number;
  /** what the first descriptor says and is wrong: the range is a guess */
  readonly damage?: { readonly problem: string; readonly expected: string; readonly found: string };
}

/** The state of a segment's pages, and what its ranges are. */
export interface SegmentPages {
  readonly address: number;
  readonly context: SegContext;
  readonly ranges: readonly PageRange[];
  /** bytes of the segment that are committed, by its descriptors; those of the header included */
  readonly committed: number;
  /** committed pages of each unit */
  readonly committedPages: Uint8Array;
  /** descriptors that the dump does not hold */
  readonly missing: boolean;
}

/** Reads the descriptors of a page segment. Where a range's first descriptor is damaged, the next sound one goes on. */
export function readPages(
  reader: AddressReader,
  address: number,
  context: SegContext,
  form: SegmentForm,
): SegmentPages {
  const { descriptor } = form;
  const unit = 2 ** context.unitShift;
  const pagesPerUnit = unit / 0x1000;
  const headerPages = (DESCRIPTORS * descriptor.size) / 0x1000;
  const committedPages = new Uint8Array(DESCRIPTORS);
  const end = reader.has(address, DESCRIPTORS * descriptor.size) ? DESCRIPTORS : 0;
  let committed = 0;
  for (let i = 0; i < end; i++) {
    // the header's own units have the list and the signature where others have their counts
    const inHeader = i < context.firstDescriptor;
    const pages = inHeader
      ? headerPages - i * pagesPerUnit
      : pagesOf(reader, address + i * descriptor.size, form);
    committedPages[i] = Math.max(0, Math.min(pages, pagesPerUnit));
    committed += (committedPages[i] ?? 0) * 0x1000;
  }
  const ranges: PageRange[] = [];
  for (let i = context.firstDescriptor; i < end;) {
    const at = address + i * descriptor.size;
    const units = firstUnits(reader, at, form);
    const damage = rangeDamage(reader, at, i, form);
    const count = damage ? untilSound(reader, address, i + 1, form) - i : Math.max(1, units);
    const bytes = count * unit;
    ranges.push({
      kind: damage ? RangeKind.none : kindOf(reader, at, form),
      start: address + i * unit,
      size: bytes,
      committed: committedIn(committedPages, i, count),
      unusedBytes:
        descriptor.unusedWidth === 2
          ? reader.u16(at + descriptor.unusedBytes)
          : reader.u32(at + descriptor.unusedBytes),
      extra: descriptor.extraPresent !== undefined && (reader.u8(at + descriptor.extraPresent) & 1) !== 0,
      descriptor: at,
      damage,
    });
    i += count;
  }
  return { address, context, ranges, committed, committedPages, missing: end === 0 };
}

/** Whether a page of a segment is committed. In units of several pages only the number is known: the first ones are. */
export function isCommitted(pages: SegmentPages, address: number): boolean {
  const offset = address - pages.address;
  const unit = 2 ** pages.context.unitShift;
  const index = Math.floor(offset / unit);
  return (offset % unit) / 0x1000 < (pages.committedPages[index] ?? 0);
}

function flagsOf(reader: AddressReader, at: number, { descriptor }: SegmentForm): number {
  return reader.u8(at + descriptor.flags) & descriptor.flagMask;
}

function kindOf(reader: AddressReader, at: number, form: SegmentForm): RangeKind {
  return form.descriptor.kinds[flagsOf(reader, at, form)] ?? RangeKind.none;
}

function firstUnits(reader: AddressReader, at: number, { descriptor }: SegmentForm): number {
  return reader.u8(at + descriptor.units);
}

function pagesOf(reader: AddressReader, at: number, { descriptor }: SegmentForm): number {
  const { committedPages, committedBit = 0 } = descriptor;
  if (!committedPages) return reader.u8(at + descriptor.flags) & committedBit ? 1 : 0;
  return reader.u8(at + committedPages.offset) >> committedPages.shift;
}

function committedIn(pages: Uint8Array, first: number, count: number): number {
  let sum = 0;
  for (let i = first; i < first + count; i++) sum += pages[i] ?? 0;
  return sum * 0x1000;
}

/** What is wrong with a descriptor that should be the first of a range. */
function rangeDamage(
  reader: AddressReader,
  at: number,
  index: number,
  form: SegmentForm,
): PageRange['damage'] | undefined {
  const flags = flagsOf(reader, at, form);
  const kind = form.descriptor.kinds[flags];
  if (kind === undefined)
    return {
      problem: 'the flags of the page range are none that a range begins with',
      expected: Object.keys(form.descriptor.kinds)
        .map((k) => hexAddress(Number(k)))
        .join(', '),
      found: hexAddress(flags),
    };
  const units = firstUnits(reader, at, form);
  if (units === 0 || index + units > DESCRIPTORS)
    return {
      problem: 'the page range does not fit into its segment',
      expected: `1 to ${hexAddress(DESCRIPTORS - index)} units`,
      found: hexAddress(units),
    };
  const signature = reader.u32(at);
  if (kind !== RangeKind.free && signature !== TREE_SIGNATURE)
    return {
      problem: 'the signature of the page range is wrong',
      expected: hexAddress(TREE_SIGNATURE),
      found: hexAddress(signature),
    };
  return undefined;
}

/** The index of the next descriptor that begins a range and has nothing wrong. */
function untilSound(reader: AddressReader, segment: number, from: number, form: SegmentForm): number {
  for (let i = from; i < DESCRIPTORS; i++) {
    const at = segment + i * form.descriptor.size;
    if (flagsOf(reader, at, form) & form.descriptor.firstBit && !rangeDamage(reader, at, i, form)) return i;
  }
  return DESCRIPTORS;
}
