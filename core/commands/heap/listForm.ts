import { hex } from '../../bytes/index.ts';
import type { HeapKind, HeapOutline, HeapReference } from '../../heap/index.ts';
import { formatFlat, type Output, span, parts, pointer, type Part } from '../../output/index.ts';
import type { Machine } from '../../target/index.ts';
import type { HeapAnswer, HeapRequest } from './answer.ts';
import { bareHeapPart } from './blockText.ts';
import { referenceData, segmentData } from './heapData.ts';
import { orderedHeaps, readOutlines, selectHeaps, whyNoHeaps } from './selectHeaps.ts';

/** Digits of the list's address column. */
const ADDRESS_WIDTH = 20;
const KIND_WIDTH = 21;
const KIND_NAMES: Readonly<Record<HeapKind, string>> = {
  nt: 'NT Heap',
  segment: 'Segment Heap',
  wine: 'Wine Heap',
  page: 'Page Heap',
};

/** `!heap` alone: every heap with its address and kind. */
export function listHeaps(request: HeapRequest) {
  const { session } = request.call;
  const references = orderedHeaps(request).flatMap((i) => request.heaps.heaps[i] ?? []);
  return {
    print(out) {
      if (references.length === 0) {
        printNothing(out, whyNoHeaps(session, []));
        return;
      }
      out.line(`${'Heap Address'.padStart(ADDRESS_WIDTH)}${'NT/Segment Heap'.padStart(KIND_WIDTH)}`);
      out.line('');
      let side = references[0]?.machine;
      for (const reference of references) {
        if (reference.machine !== side) {
          side = reference.machine;
          out.line('');
          printSide(side, out);
        }
        printReference(reference, out);
      }
    },
    data: () => ({
      heaps: references.map(referenceData),
      note: references.length === 0 ? whyNoHeaps(session, []) : undefined,
    }),
  } satisfies HeapAnswer;
}

/** What stands above the heaps of one side of a WOW64 process. */
export function printSide({ pointerSize, kind }: Machine, out: Output): void {
  out.line(`Heaps of the ${pointerSize * 8}-bit side of the process (.effmach ${kind}):`);
}

function printReference(reference: HeapReference, out: Output): void {
  const { address, kind, note } = reference;
  const text = hex(address);
  out.line(
    ' '.repeat(Math.max(0, ADDRESS_WIDTH - text.length)),
    span(text, 'address', `!heap -a ${text}`),
    (kind ? KIND_NAMES[kind] : '<unreadable>').padStart(KIND_WIDTH),
    note === undefined ? '' : span(`  (${note})`, 'missing'),
  );
}

/** What is printed where there is no heap at all. */
export function printNothing(out: Output, why: string): void {
  out.line('No heaps to display.');
  out.line(span(why, 'warning'));
}

/** `!heap 0` and `!heap HEAP`: the old list, with each heap's segments. */
export function listSegments(request: HeapRequest, heap: string) {
  const { outlines, unread } = readOutlines(request, selectHeaps(request, heap));
  const { session } = request.call;
  return {
    print(out) {
      if (outlines.length + unread.length === 0) {
        printNothing(out, whyNoHeaps(session, unread));
        return;
      }
      printIndexHeading(out);
      for (const outline of outlines) printSegments(outline, out);
      for (const { reference, problem } of unread) {
        out.line(...indexParts(reference));
        out.line(span(`    ${problem}`, 'missing'));
      }
    },
    data: () => ({
      heaps: [
        ...outlines.map((o) => ({ ...referenceData(o.reference), segments: segmentData(o) })),
        ...unread.map(({ reference, problem }) => ({ ...referenceData(reference), problem })),
      ],
    }),
  } satisfies HeapAnswer;
}

export function printIndexHeading(out: Output): void {
  out.line('Index   Address  Name      Debugging options enabled');
}

/** `  1:   001e0000` with the debugging options that the heap has, and its segments below. */
export function printSegments(outline: HeapOutline, out: Output): void {
  const { reference } = outline;
  const options = debuggingOptions(outline.flags);
  out.line(...indexParts(reference), options === '' ? '' : `  ${options}`);
  const at = (address: bigint): string => formatFlat(address, reference.machine.pointerSize);
  for (const { start, end, committed } of outline.segments) {
    const head = parts`    Segment at ${pointer(start, at(start))} to ${at(end)}`;
    out.line(...head, ` (${hex(committed, 8)} bytes committed)`);
  }
}

function indexParts(reference: HeapReference): Part[] {
  return [`${String(reference.index).padStart(3)}:   `, bareHeapPart(reference), ' '];
}

/** HEAP_* bits that a debugger asks for (HEAPS.md 10). */
const DEBUGGING: readonly (readonly [bit: number, text: string])[] = [
  [0x20, 'tail checking'],
  [0x40, 'free checking'],
  [0x80, 'no coalescing'],
  [0x4000_0000, 'validate parameters'],
  [0x2000_0000, 'validate all'],
];

function debuggingOptions(flags: number): string {
  return DEBUGGING.filter(([bit]) => (flags & bit) !== 0)
    .map(([, text]) => text)
    .join(' ');
}
