import type { AddressReader } from '../addressReader.ts';
import { type LinkedRing, readRing } from '../linkedList.ts';
import { type CodeKey, upper } from './codeKey.ts';
import type { SegContextForm, SegmentForm } from './segmentForm.ts';

/** HEAP_PAGE_SEGMENT.Signature, decoded; twice on x64 (HEAPS.md 7.1) */
const SIGNATURE = 0xa2e64ead | 0;

/** More segments than any address space holds; a damaged list may be longer. */
const MAX_SEGMENTS = 0x40000;

/** One of a heap's back ends: the sizes its segments are cut in. */
export interface SegContext {
  readonly address: number;
  readonly heap: number;
  /** bytes */
  readonly segmentSize: number;
  readonly unitShift: number;
  readonly firstDescriptor: number;
  readonly form: SegContextForm;
}

/** The segments of a context as its list has them. */
export interface SegmentList extends LinkedRing {
  /** HEAP_SEG_CONTEXT.SegmentCount */
  readonly count: number | undefined;
}

/** A heap's contexts. One whose fields make no sense is undefined: the form is wrong, or the heap is damaged. */
export function readContexts(
  reader: AddressReader,
  heap: number,
  form: SegmentForm,
): (SegContext | undefined)[] {
  return form.contexts.map((context) => readContext(reader, heap, context, form.pointerSize));
}

function readContext(
  reader: AddressReader,
  heap: number,
  form: SegContextForm,
  pointerSize: 4 | 8,
): SegContext | undefined {
  const address = heap + form.at;
  if (form.fixed) return { address, heap, form, ...form.fixed };
  const { fields } = form;
  if (!fields || !reader.has(address, 0x80)) return undefined;
  const unitShift = reader.u8(address + fields.unitShift);
  const firstDescriptor = reader.u8(address + fields.firstDescriptor);
  // the mask is -size: 1 MB and 16 MB in all known builds
  const mask = reader.u32(address + fields.segmentMask);
  const upperMask = pointerSize === 8 ? reader.u32(address + fields.segmentMask + 4) : 0xffffffff;
  const segmentSize = (~mask >>> 0) + 1;
  const sound =
    upperMask === 0xffffffff &&
    (segmentSize & (segmentSize - 1)) === 0 &&
    segmentSize === 2 ** (unitShift + 8) &&
    firstDescriptor > 0 &&
    firstDescriptor < 0x80 &&
    reader.pointer(address + fields.heap, pointerSize) === heap;
  return sound ? { address, heap, form, segmentSize, unitShift, firstDescriptor } : undefined;
}

/** The page segments of a context in the order of its list. */
export function readSegmentList(reader: AddressReader, context: SegContext, pointerSize: 4 | 8): SegmentList {
  const ring = readRing(reader, context.address + context.form.listHead, pointerSize, MAX_SEGMENTS);
  return { ...ring, count: reader.tryPointer(context.address + context.form.segmentCount, pointerSize) };
}

/** The HeapKey under which a page segment's signature is right; undefined where the signature is not in the dump. */
export function keyOfSignature(
  reader: AddressReader,
  segment: number,
  context: SegContext,
  form: SegmentForm,
): CodeKey | undefined {
  const at = segment + form.signature.offset;
  if (!reader.has(at, form.pointerSize)) return undefined;
  const { coding } = form.signature;
  const constant = coding === 'bare' ? 0 : SIGNATURE;
  // the oldest builds code with the segment's number and the heap, later ones with the segment and its context
  const place = coding === 'heap' ? Math.floor(segment / 0x100000) : segment;
  const owner = coding === 'heap' ? context.heap : context.address;
  const low = reader.u32(at) ^ place ^ owner ^ constant;
  if (form.pointerSize === 4) return { low, high: 0 };
  return { low, high: reader.u32(at + 4) ^ upper(place) ^ upper(owner) ^ constant };
}
