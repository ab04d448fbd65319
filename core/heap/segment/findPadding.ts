import { AddressReader } from '../addressReader.ts';
import { type BlockRecord, type BlockSink, BlockState } from '../blockSink.ts';
import { isListed } from '../heapReference.ts';
import type { HeapContext, HeapReference } from '../model.ts';
import { ntdllData, ntdllSymbol } from '../ntdllData.ts';
import { FrontPadding } from './frontPadding.ts';
import { RangeWalk } from './rangeWalk.ts';
import { RangeKind, type SegmentForm } from './segmentForm.ts';
import { segmentFamily } from './segmentFamily.ts';
import { readSegmentHeap } from './segmentHeap.ts';
import { walkRange } from './walkRanges.ts';

/** Blocks of a process that are looked at. */
const ENOUGH = 256;
const RANGES_PER_HEAP = 8;
/** RtlpHpAppCompatFlags: padding in front of blocks */
const PADDING_FLAG = 2;

/**
 * Whether the blocks of a heap have padding in front of them, and what says so. Worked out once a process. ntdll asks
 * for none where it keeps its descriptions of large blocks: from 17763 on in a heap that no list names (seen in the
 * images of 17763 and 19041 with padding).
 */
export function findPadding(
  reference: HeapReference,
  context: HeapContext,
): { readonly padding: FrontPadding; readonly note?: string } {
  if (!isListed(reference)) {
    const { form } = segmentFamily(context);
    return { padding: new FrontPadding(false, form.padding, form.pointerSize) };
  }
  return context.memo('segment heap front padding', () => {
    const { form } = segmentFamily(context);
    const { on, note } = decide(context, form);
    return { padding: new FrontPadding(on, form.padding, form.pointerSize), note };
  });
}

function decide(context: HeapContext, form: SegmentForm): { on: boolean; note?: string } {
  if (form.padding === 'none') return { on: false };
  if (form.padding === 'stored') {
    const { right, all } = storedPaddings(context, form);
    return { on: all > 0 && right * 10 >= all * 9 };
  }
  const flags = flagsBySymbol(context) ?? flagsByNeighbours(context);
  if (flags !== undefined) return { on: (flags & PADDING_FLAG) !== 0 };
  // a process that opts in has a segment heap as its first heap, and no padding
  const on = context.heaps[0]?.kind !== 'segment';
  return {
    on,
    note: `whether blocks have 16 bytes of padding is not in the dump: ${on ? 'yes' : 'no'}, as the process heap is ${on ? 'no' : 'a'} segment heap`,
  };
}

function flagsBySymbol(context: HeapContext): number | undefined {
  const address = ntdllSymbol(context.view, context.symbols, 'RtlpHpAppCompatFlags');
  const reader = new AddressReader(context.view.target.memory);
  return address !== undefined && reader.has(Number(address), 4) ? reader.u32(Number(address)) : undefined;
}

/**
 * RtlpHpAppCompatFlags without symbols, up to 16299: in ntdll's data it stands between the front end's largest block
 * (4000h as a pointer-sized number, in 14393 with 400h behind it) and its contention limit, 1Eh. Seen so in 14393 and
 * 16299 with and without the flag; 17763 has the same neighbours.
 */
function flagsByNeighbours(context: HeapContext): number | undefined {
  for (const { bytes } of ntdllData(context.view)) {
    const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 16; at + 4 <= bytes.length; at += 4) {
      if (data.getUint32(at, true) !== 0x1e) continue;
      const flags = data.getUint32(at - 4, true);
      const before = [8, 12, 16].map((back) => data.getUint32(at - back, true));
      const found =
        flags < 0x10 &&
        ((before[1] === 0x4000 && before[0] === 0) ||
          (before[2] === 0x4000 && before[1] === 0 && before[0] === 0x400));
      if (found) return flags;
    }
  }
  return undefined;
}

/** How many of some busy blocks begin with the size of a padding. */
function storedPaddings(context: HeapContext, form: SegmentForm): { right: number; all: number } {
  const { keys } = segmentFamily(context);
  const reader = new AddressReader(context.view.target.memory);
  const off = new FrontPadding(false, form.padding, form.pointerSize);
  const on = new FrontPadding(true, form.padding, form.pointerSize);
  const starts = new StartSink();
  const walk = new RangeWalk(reader, form, keys, off, starts);
  for (const reference of context.heaps) {
    if (reference.kind !== 'segment' || starts.list.length >= ENOUGH) continue;
    const heap = readSegmentHeap(reference, context);
    const ranges = heap.segments.flatMap((pages) => pages.ranges.map((range) => ({ pages, range })));
    const some = ranges
      .filter(({ range }) => !range.damage && range.kind !== RangeKind.free)
      .slice(0, RANGES_PER_HEAP);
    for (const { pages, range } of some) {
      if (starts.list.length < ENOUGH)
        walkRange(walk, pages, range, 0, { pageAligned: false, delayed: new Set() });
    }
    starts.list.push(...heap.large.blocks.slice(0, RANGES_PER_HEAP).map((b) => b.address));
  }
  const readable = starts.list.filter((start) => reader.has(start, form.pointerSize));
  return {
    right: readable.filter((start) => on.sizeAt(reader, start) !== undefined).length,
    all: readable.length,
  };
}

/** Takes where busy blocks begin, and nothing else. */
class StartSink implements BlockSink {
  readonly list: number[] = [];

  add({ state, entry, userOffset }: BlockRecord): void {
    if (state === BlockState.busy && this.list.length < 4 * ENOUGH) this.list.push(entry + userOffset);
  }

  owner = (): number => 0;
  finding = ignore;
  missing = ignore;
  note = ignore;
}

function ignore(): void {
  // what is wrong with these blocks is said when they are walked for their own sake
}
