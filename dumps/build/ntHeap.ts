import type { StructLayouts } from '../../core/types/index.ts';
import type { AddressSpace } from './addressSpace.ts';

/** HEAP_ENTRY's unit on x86 */
const UNIT = 8;
const BUSY = 0x01;
/** of EncodeFlagMask, 00100000h, in the third byte: set in Encoding, never in a header's flags in the clear */
const ENCODED = 0x10;
const PAGE = 0x1000;

export interface HeapBlock {
  /** bytes that the program asked for; absent where the block is free */
  readonly requested?: number;
  /** bytes of the whole block where the heap gave more than it had to */
  readonly whole?: number;
  /** bytes of the whole block where it is free */
  readonly free?: number;
}

export interface HeapDescription {
  readonly base: number;
  readonly reserve: number;
  readonly commit: number;
  readonly flags: number;
  /** 8 bytes, the last 0: HEAP.Encoding as RtlCreateHeap draws it */
  readonly encoding: readonly number[];
  readonly blocks: readonly HeapBlock[];
  readonly index: number;
}

interface Entry {
  readonly at: number;
  readonly units: number;
  readonly flags: number;
  readonly unused: number;
}

/**
 * Puts a Windows 7 x86 NT heap of one segment into the space and returns the user addresses of the busy blocks.
 * Structure: HEAPS.md sections 4.1 to 4.5 and the win7-x86 layout of _HEAP, checked there against Windows' own heaps.
 */
export function putHeap(space: AddressSpace, layouts: StructLayouts, heap: HeapDescription): number[] {
  const { base, reserve, commit } = heap;
  if (((heap.encoding[2] ?? 0) & ENCODED) === 0)
    throw new Error('an encoding whose headers nobody takes for encoded');
  space.commit(base, commit);
  space.reserve(base + commit, reserve - commit, base);
  const end = base + commit;
  // RtlCreateHeap rounds the header up and puts the first block behind it
  const headerUnits = 0x588 / UNIT;
  const ucrAt = end - 0x18 - UNIT; // the descriptor of the uncommitted range lies in the last committed block
  const entries: Entry[] = [{ at: base, units: headerUnits, flags: BUSY, unused: 1 }];
  const users: number[] = [];
  const frees: Entry[] = [];
  let at = base + headerUnits * UNIT;
  for (const block of heap.blocks) {
    const bytes = block.free ?? block.whole ?? Math.ceil(((block.requested ?? 0) + UNIT) / UNIT) * UNIT;
    const busy = block.requested !== undefined;
    const entry = {
      at,
      units: bytes / UNIT,
      flags: busy ? BUSY : 0,
      unused: busy ? bytes - (block.requested ?? 0) : 0,
    };
    entries.push(entry);
    if (busy) users.push(at + UNIT);
    else frees.push(entry);
    at += bytes;
  }
  const rest = { at, units: (ucrAt - at) / UNIT, flags: 0, unused: 0 };
  entries.push(rest, { at: ucrAt, units: (end - ucrAt) / UNIT, flags: BUSY, unused: 3 });
  frees.push(rest);
  entries.forEach((entry, i) => putEntry(space, heap.encoding, entry, entries[i - 1]?.units ?? 0));
  putHeader(space, layouts, heap, entries, ucrAt + UNIT);
  putFreeList(space, base + layouts.offset('_HEAP', 'FreeLists'), frees);
  putUcr(space, layouts, heap, ucrAt + UNIT);
  return users;
}

function putEntry(space: AddressSpace, encoding: readonly number[], e: Entry, previousUnits: number): void {
  const low = e.units & 0xff;
  const high = (e.units >> 8) & 0xff;
  const bytes = [
    low,
    high,
    e.flags,
    low ^ high ^ e.flags,
    previousUnits & 0xff,
    previousUnits >> 8,
    0,
    e.unused,
  ];
  space.bytes(
    e.at,
    Uint8Array.from(bytes, (b, i) => b ^ (encoding[i] ?? 0)),
  );
}

function putHeader(
  space: AddressSpace,
  layouts: StructLayouts,
  heap: HeapDescription,
  entries: readonly Entry[],
  ucr: number,
): void {
  const { base, reserve, commit } = heap;
  const offset = (path: string): number => base + layouts.offset('_HEAP', path);
  const put = (path: string, value: number): void => space.u32(offset(path), value);
  const list = (path: string, first = offset(path), last = first): void => {
    put(`${path}.Flink`, first);
    put(`${path}.Blink`, last);
  };
  put('SegmentSignature', 0xffeeffee);
  put('Heap', base);
  put('BaseAddress', base);
  put('NumberOfPages', reserve / PAGE);
  put('FirstEntry', entries[1]?.at ?? 0);
  put('LastValidEntry', base + reserve);
  put('NumberOfUnCommittedPages', (reserve - commit) / PAGE);
  put('NumberOfUnCommittedRanges', 1);
  list('SegmentListEntry', offset('SegmentList'));
  list('SegmentList', offset('SegmentListEntry'));
  list('UCRSegmentList', ucr + 8);
  list('UCRList', ucr);
  list('VirtualAllocdBlocks');
  put('Flags', heap.flags);
  put('EncodeFlagMask', 0x100000);
  space.bytes(offset('Encoding'), Uint8Array.from(heap.encoding));
  put('VirtualMemoryThreshold', 0xfe00);
  put('Signature', 0xeeffeeff);
  put('SegmentReserve', 0x100000);
  put('SegmentCommit', 0x2000);
  put('DeCommitFreeBlockThreshold', 0x200);
  put('DeCommitTotalFreeThreshold', 0x2000);
  put(
    'TotalFreeSize',
    entries.filter((e) => !(e.flags & BUSY)).reduce((sum, e) => sum + e.units, 0),
  );
  put('MaximumAllocationSize', 0x7ffdefff);
  space.u16(offset('ProcessHeapsListIndex'), heap.index);
  put('Counters.TotalMemoryReserved', reserve);
  put('Counters.TotalMemoryCommitted', commit);
  put('Counters.TotalSegments', 1);
  put('Counters.TotalUCRs', 1);
}

/** All free blocks by size on one list; the links lie behind their headers. */
function putFreeList(space: AddressSpace, head: number, frees: readonly Entry[]): void {
  const nodes = [...frees].sort((a, b) => a.units - b.units).map((e) => e.at + UNIT);
  const ring = [head, ...nodes];
  ring.forEach((node, i) => {
    space.u32(node, ring[(i + 1) % ring.length] ?? head);
    space.u32(node + 4, ring[(i + ring.length - 1) % ring.length] ?? head);
  });
}

/** _HEAP_UCR_DESCRIPTOR: ListEntry, SegmentEntry, Address, Size. */
function putUcr(
  space: AddressSpace,
  layouts: StructLayouts,
  { base, reserve, commit }: HeapDescription,
  at: number,
): void {
  const inHeap = base + layouts.offset('_HEAP', 'UCRList');
  const inSegment = base + layouts.offset('_HEAP', 'UCRSegmentList');
  space.u32(at, inHeap);
  space.u32(at + 4, inHeap);
  space.u32(at + 8, inSegment);
  space.u32(at + 12, inSegment);
  space.u32(at + 16, base + commit);
  space.u32(at + 20, reserve - commit);
}
