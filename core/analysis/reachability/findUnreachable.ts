import type { HeapSnapshot, Pacer } from '../../heap/index.ts';
import type { ProcessView } from '../../process/index.ts';
import { type Memory, WINDOW_BYTES } from '../../target/index.ts';
import { BlockIndex } from './blockIndex.ts';
import { DebugHeaders } from './debugHeaders.ts';
import { Marker, type PointerWidths } from './marker.ts';
import { rootRanges, rootRegisters } from './roots.ts';

/** Blocks that lie farther apart are read apart. */
const MAX_GAP = 0x10000;
/** Bytes between two looks at the clock. */
const SLICE = 0x40000;

export interface ReachabilityRequest {
  /** all sides of the process */
  readonly views: readonly ProcessView[];
  /** the heaps to judge: all there are, or pointers from the others are missed */
  readonly snapshots: readonly HeapSnapshot[];
  readonly pace: Pacer;
}

/** Which busy blocks a program can still get at. Block numbers are those of `index`. */
export interface Reachability {
  readonly index: BlockIndex;
  /** 1 where pointers lead to the block from a root */
  readonly reached: Uint8Array;
  /** blocks that are not reached, rising */
  readonly unreachable: Uint32Array;
  /** 1 where another unreachable block points to the block: who frees that can free this */
  readonly held: Uint8Array;
  /** how much was looked through */
  readonly rootBytes: number;
  readonly blockBytes: number;
}

/**
 * Finds the busy blocks that no pointer leads to from globals, stacks, registers and other writable memory outside the
 * heaps, directly or through other blocks. Every aligned word that points into a block counts as a pointer, so a block
 * may be missed, while one that is found is lost unless its pointer is hidden (coded, on disk, in a handle's table).
 * All memory is read once, in rising order.
 */
export async function findUnreachable({
  views,
  snapshots,
  pace,
}: ReachabilityRequest): Promise<Reachability> {
  const memory = views[0]?.target.memory;
  const headers = memory && (await DebugHeaders.read(memory, snapshots, pace));
  const index = new BlockIndex(snapshots, headers);
  const marker = new Marker(index, widthsOf(views));
  let rootBytes = 0;
  let blockBytes = 0;
  if (memory && index.length > 0) {
    rootBytes = await scanRoots(memory, marker, views, snapshots, pace);
    blockBytes = await scanBlocks(memory, marker, index, pace);
  }
  const { reached } = marker;
  let count = 0;
  for (const mark of reached) if (mark === 0) count++;
  const unreachable = new Uint32Array(count);
  for (let block = 0, n = 0; n < count; block++) if (reached[block] === 0) unreachable[n++] = block;
  return { index, reached, unreachable, held: marker.heldByUnreached(), rootBytes, blockBytes };
}

/** Pointers are as wide as the machine's; a WOW64 process has both kinds everywhere. */
function widthsOf(views: readonly ProcessView[]): PointerWidths {
  const sizes = new Set(views.map((v) => v.machine.pointerSize));
  return sizes.size > 1 ? 'both' : sizes.has(4) ? '32' : '64';
}

async function scanRoots(
  memory: Memory,
  marker: Marker,
  views: readonly ProcessView[],
  snapshots: readonly HeapSnapshot[],
  pace: Pacer,
): Promise<number> {
  marker.enter(-1);
  for (const value of rootRegisters(views)) marker.markValue(Number(value));
  const scratch = new Uint8Array(WINDOW_BYTES);
  let done = 0;
  for (const range of rootRanges(views, snapshots)) {
    for (const { base, bytes } of memory.windows(range, scratch)) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let from = 0; from < bytes.length; from += SLICE) {
        marker.scan(view, Number(base), from, Math.min(bytes.length, from + SLICE));
        if (pace.due()) await pace.rest({ done: done + from, what: 'bytes of globals and stacks' });
      }
      done += bytes.length;
    }
  }
  marker.flush();
  return done;
}

async function scanBlocks(memory: Memory, marker: Marker, index: BlockIndex, pace: Pacer): Promise<number> {
  const { length } = index;
  const scratch = new Uint8Array(WINDOW_BYTES);
  let done = 0;
  let untilClock = SLICE;
  for (let first = 0, next: number; first < length; first = next) {
    next = behindGap(index, first);
    let block = first;
    const range = { start: BigInt(index.start(first)), end: BigInt(index.end(next - 1)) };
    for (const { base, bytes } of memory.windows(range, scratch)) {
      const windowStart = Number(base);
      const windowEnd = windowStart + bytes.length;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (; block < next && index.start(block) < windowEnd; block++) {
        const end = index.dataEnd(block);
        const from = Math.max(index.start(block), windowStart);
        const to = Math.min(end, windowEnd);
        marker.enter(block);
        // a block of a gigabyte is no reason to hold the host
        for (let at = from; at < to; at += SLICE) {
          const sliceEnd = Math.min(to, at + SLICE);
          marker.scan(view, windowStart, at - windowStart, sliceEnd - windowStart);
          untilClock -= sliceEnd - at + 16;
          if (untilClock > 0) continue;
          untilClock = SLICE;
          if (pace.due()) await pace.rest({ done: block, total: length, what: 'blocks' });
        }
        done += Math.max(0, to - from);
        if (end > windowEnd) break;
      }
    }
  }
  marker.flush();
  return done;
}

/** The block behind the run of blocks that begins with `first`: the next one lies far away. */
function behindGap(index: BlockIndex, first: number): number {
  let next = first + 1;
  while (next < index.length && index.start(next) - index.end(next - 1) <= MAX_GAP) next++;
  return next;
}
