/**
 * Plans an NT heap of Windows 10 (19041, x64): which blocks lie where. Written from the layouts of ntdll's types and the
 * rules of heap headers (facts: win10-19041-x64, HEAPS.md 4 and 6), apart from the reader that is measured on it.
 */

/** sizeof(HEAP_ENTRY): sizes in headers count in it */
export const UNIT = 16;
const SEGMENT_BYTES = 0x100_0000;
/** Segments begin this far apart. */
const SEGMENT_STEP = 0x110_0000;
/** The block that holds _HEAP, and the one that holds a further segment's header */
const HEAP_HEADER = 0x740;
const SEGMENT_HEADER = 0x70;
const SUBSEGMENT_BYTES = 0x40;
/** LFH user blocks: the container's bytes, and those of a block in it */
const CONTAINER_BYTES = 0x8000;
export const STRIDE = 0x50;
/** HEAP_USERDATA_HEADER up to its bitmap */
const USER_BLOCKS_HEADER = 0x30;
/** A free block's share among the back end's blocks, and of the LFH's */
const FREE_EVERY = 8;
const FREE_LFH_EVERY = 10;

export type HeapMix = 'nt' | 'lfh' | 'mixed';

export const Kind = { header: 0, busy: 1, free: 2, container: 3, zone: 4 } as const;

export interface PlannedSegment {
  readonly start: number;
  readonly end: number;
  /** its first and behind its last chunk */
  readonly firstChunk: number;
  readonly endChunk: number;
}

export interface HeapPlan {
  readonly heap: number;
  /** its second chunk holds the LFH_HEAP */
  readonly hasFrontEnd: boolean;
  readonly segments: readonly PlannedSegment[];
  /** chunks of the back end, rising: address of the header, bytes, what it is */
  readonly chunk: Float64Array;
  readonly chunkBytes: Float64Array;
  readonly chunkKind: Uint8Array;
  readonly chunks: number;
  /** the user sizes that were asked for, by chunk; of LFH blocks see `lfhUserSize` */
  readonly userSize: Uint32Array;
  /** the program's blocks: user pointers, rising; and the bytes of each */
  readonly block: Float64Array;
  readonly blockBytes: Uint32Array;
  readonly blocks: number;
  /** by chunk: the subsegment of a container */
  readonly subsegment: Float64Array;
}

/** A stream of numbers that is the same each time. */
export class Random {
  constructor(private state: number) {}

  /** Below `limit`. */
  next(limit: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * limit);
  }
}

/** How the blocks of a container lie: the first one's offset from the user blocks, and their number. */
export function containerShape(): { first: number; count: number; bitmapWords: number } {
  const userBlocks = UNIT;
  let count = Math.floor((CONTAINER_BYTES - userBlocks - USER_BLOCKS_HEADER) / STRIDE);
  for (;;) {
    const bitmapWords = Math.ceil(count / 64);
    const first = Math.ceil((USER_BLOCKS_HEADER + bitmapWords * 8) / UNIT) * UNIT;
    if (userBlocks + first + count * STRIDE <= CONTAINER_BYTES) return { first, count, bitmapWords };
    count--;
  }
}

/** Whether a block of a container is free, and what was asked for in a busy one. */
export function lfhBlock(container: number, index: number): { free: boolean; userSize: number } {
  const free = (container * 31 + index * 7) % FREE_LFH_EVERY === 0;
  // at least 8 bytes of the stride are the header's, at most 3Eh unused bytes fit in the header
  return { free, userSize: STRIDE - 8 - ((container + index * 13) % 0x30) };
}

/** A heap with `wanted` busy blocks of the program; `meanBytes` is the mean size of the back end's. */
export function planHeap(heap: number, mix: HeapMix, wanted: number, meanBytes: number): HeapPlan {
  const random = new Random(1);
  const { first, count } = containerShape();
  const hasFrontEnd = mix !== 'nt';
  const most = wanted * 2 + 100_000;
  const plan = {
    chunk: new Float64Array(most),
    chunkBytes: new Float64Array(most),
    chunkKind: new Uint8Array(most),
    userSize: new Uint32Array(most),
    subsegment: new Float64Array(most),
    block: new Float64Array(wanted + count),
    blockBytes: new Uint32Array(wanted + count),
  };
  const segments: PlannedSegment[] = [];
  let chunks = 0;
  let blocks = 0;
  let zoneAt = 0;
  let zoneEnd = 0;
  const put = (at: number, bytes: number, kind: number): number => {
    plan.chunk[chunks] = at;
    plan.chunkBytes[chunks] = bytes;
    plan.chunkKind[chunks] = kind;
    return chunks++;
  };
  const takeBlock = (user: number, bytes: number): void => {
    plan.block[blocks] = user;
    plan.blockBytes[blocks] = bytes;
    blocks++;
  };
  for (let s = 0; blocks < wanted; s++) {
    const start = heap + s * SEGMENT_STEP;
    const end = start + SEGMENT_BYTES;
    const firstChunk = chunks;
    const header = s === 0 ? HEAP_HEADER : SEGMENT_HEADER;
    put(start, header, Kind.header);
    let at = start + header;
    if (s === 0 && hasFrontEnd) {
      // the LFH_HEAP
      put(at, 0xd20, Kind.zone);
      at += 0xd20;
    }
    const room = CONTAINER_BYTES + 0x4020 + meanBytes * 3;
    while (blocks < wanted && at + room < end) {
      const isLfh = mix === 'lfh' || (mix === 'mixed' && random.next(20) === 0);
      if (isLfh) {
        if (zoneAt + SUBSEGMENT_BYTES > zoneEnd) {
          put(at, 0x4000, Kind.zone);
          zoneAt = at + UNIT;
          zoneEnd = at + 0x4000;
          at += 0x4000;
        }
        const container = put(at, CONTAINER_BYTES, Kind.container);
        plan.subsegment[container] = zoneAt;
        zoneAt += SUBSEGMENT_BYTES;
        for (let i = 0; i < count; i++) {
          const { free, userSize } = lfhBlock(container, i);
          if (!free) takeBlock(at + UNIT + first + i * STRIDE + UNIT, userSize);
        }
        at += CONTAINER_BYTES;
        continue;
      }
      // at least the two pointers that hold the blocks together
      const asked = 16 + random.next((meanBytes - 16) * 2);
      const bytes = Math.max(2 * UNIT, Math.ceil((asked + 8) / UNIT) * UNIT);
      const isFree = random.next(FREE_EVERY) === 0 && plan.chunkKind[chunks - 1] !== Kind.free;
      const chunk = put(at, bytes, isFree ? Kind.free : Kind.busy);
      plan.userSize[chunk] = asked;
      if (!isFree) takeBlock(at + UNIT, asked);
      at += bytes;
    }
    // what is left is one free block; two cannot lie side by side
    if (plan.chunkKind[chunks - 1] === Kind.free)
      plan.chunkBytes[chunks - 1] = end - (plan.chunk[chunks - 1] ?? 0);
    else fillUp(put, at, end);
    segments.push({ start, end, firstChunk, endChunk: chunks });
  }
  return { heap, hasFrontEnd, segments, ...plan, chunks, blocks };
}

/** Sizes in headers have 16 bits: what is larger is cut by busy chunks. */
function fillUp(put: (at: number, bytes: number, kind: number) => number, from: number, end: number): void {
  const most = 0xf0000;
  let at = from;
  while (end - at > most) {
    put(at, most, Kind.zone);
    at += most;
  }
  put(at, end - at, Kind.free);
}
