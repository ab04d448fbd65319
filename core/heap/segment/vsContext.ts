import { hexAddress } from '../../bytes/index.ts';
import { addressOf, type AddressReader } from '../addressReader.ts';
import type { BlockSink } from '../blockSink.ts';
import { fromHalves, upper } from './codeKey.ts';
import { RangeKind, type SegmentForm } from './segmentForm.ts';
import type { SegmentHeap } from './segmentHeap.ts';
import type { VsOptions } from './vsWalk.ts';

/** _RTL_HP_VS_CONFIG */
const PAGE_ALIGN_LARGE = 1;
const DELAY_FREE = 4;
/** freed chunks that are kept back at most (HEAPS-CHECKED.md 7.2) */
const MAX_DELAYED = 0x40;

/** Options that Windows' own heaps never have and a program can force (HEAPS-CHECKED.md 7.2). */
export function vsOptions(reader: AddressReader, { address, family }: SegmentHeap): VsOptions {
  const { form } = family;
  const { config, delayFree } = form.vs;
  const at = address + form.heap.vsContext;
  const flags = config !== undefined && reader.has(at + config, 4) ? reader.u32(at + config) : 0;
  const delayed = new Set<number>();
  if (flags & DELAY_FREE && delayFree !== undefined) {
    // x64: an SLIST_HEADER with its first entry in the upper half, coded with nothing but the low 4 bits
    const depth = reader.has(at + delayFree, 16) ? reader.u16(at + delayFree) : 0;
    const onX64 = form.pointerSize === 8;
    let next = onX64 ? reader.tryPointer(at + delayFree + 8, 8) : reader.tryPointer(at + delayFree, 4);
    for (let i = 0; i < Math.min(depth, MAX_DELAYED) && next !== undefined; i++) {
      const user: number = onX64 ? next - (next % 16) : next;
      if (user === 0 || delayed.has(user)) break;
      delayed.add(user);
      next = reader.tryPointer(user, form.pointerSize);
    }
  }
  return { pageAligned: (flags & PAGE_ALIGN_LARGE) !== 0 && form.pointerSize === 8, delayed };
}

/**
 * Compares the heap's list of VS subsegments with the page ranges that are said to be some. `partial`: the dump was not written to hold all of a heap, so that a list may lead out of it.
 */
export function checkVsList(
  reader: AddressReader,
  heap: SegmentHeap,
  sink: BlockSink,
  partial: boolean,
): void {
  const { form } = heap.family;
  // of a segment that is not known, or without descriptors, nobody knows the ranges
  if (!heap.complete || heap.segments.some(({ missing }) => missing)) return;
  const ranges = new Set<number>();
  for (const { ranges: all } of heap.segments) {
    for (const range of all) if (range.kind === RangeKind.vs && !range.damage) ranges.add(range.start);
  }
  const head = heap.address + form.heap.vsContext + form.vs.list;
  let previous = head;
  let count = 0;
  for (let at = readLink(reader, head, head, form); at !== head; at = readLink(reader, at, at, form)) {
    const back = at === undefined ? undefined : readLink(reader, at + form.pointerSize, at, form);
    if (at === undefined || back !== previous || count > ranges.size) {
      // it leads into what the dump lacks
      const hole = at === undefined || !reader.has(at, form.pointerSize);
      if (!(hole && partial) && heap.family.agrees)
        sink.finding({
          address: BigInt(previous),
          kind: 'list',
          problem: 'the list of VS subsegments breaks here',
          expected: 'a link that leads back',
          found: at === undefined ? 'memory that is not in the dump' : hexAddress(at),
        });
      return;
    }
    count++;
    if (!ranges.has(at)) {
      sink.finding({
        address: addressOf(at),
        kind: 'list',
        problem: 'a member of the list of VS subsegments is no page range of that kind',
      });
    }
    previous = at;
  }
  if (count !== ranges.size) {
    sink.finding({
      address: BigInt(head),
      kind: 'list',
      problem: 'the list of VS subsegments has other members than the segments have ranges of that kind',
      expected: hexAddress(ranges.size),
      found: hexAddress(count),
    });
  }
}

/** A link of the list; later builds code it with the address of the entry that it is in. */
export function readLink(
  reader: AddressReader,
  at: number,
  entry: number,
  form: SegmentForm,
): number | undefined {
  if (!form.vs.encodedLinks) return reader.tryPointer(at, form.pointerSize);
  if (!reader.has(at, form.pointerSize)) return undefined;
  const low = reader.u32(at) ^ entry;
  return form.pointerSize === 4 ? low >>> 0 : fromHalves(low, reader.u32(at + 4) ^ upper(entry));
}
