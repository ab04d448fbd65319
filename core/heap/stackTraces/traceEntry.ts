import type { Address } from '../../target/index.ts';
import { addressOf, type AddressReader } from '../addressReader.ts';

/** Frames of an entry at most: the BackTrace array of _RTL_STACK_TRACE_ENTRY has 32 places. */
const MAX_FRAMES = 32;

/** _RTL_STACK_TRACE_ENTRY: XP to 11 have these two numbers and the frames at the same places (layouts). */
const ENTRY = {
  4: { index: 8, depth: 0xa, frames: 0xc },
  8: { index: 0xc, depth: 0xe, frames: 0x10 },
} as const;

/** _RTL_TRACE_BLOCK, in which XP's page heap keeps its traces: Size is the number of frames, Trace leads to them. */
const BLOCK = {
  4: { size: 8, trace: 0x1c },
  8: { size: 8, trace: 0x30 },
} as const;

/** The call stack of an allocation. */
export interface AllocationTrace {
  /** of the record it was read from */
  readonly record: Address;
  /** its number in the database, where it has one */
  readonly index?: number;
  /** return addresses, innermost first; the first ones are the heap manager's own */
  readonly frames: readonly Address[];
}

/**
 * The trace of the _RTL_STACK_TRACE_ENTRY at an address. The database of +ust numbers its entries and says in Depth how
 * many frames there are; heaps since Windows 8 keep entries of their own, with the number of frames where that has its
 * index and 0 for Depth (HEAPS-CHECKED.md 9). Undefined where there is no entry or the dump does not hold it.
 */
export function readTraceEntry(
  reader: AddressReader,
  address: number,
  pointerSize: 4 | 8,
): AllocationTrace | undefined {
  const { index: indexAt, depth: depthAt, frames: framesAt } = ENTRY[pointerSize];
  if (address === 0 || address % pointerSize !== 0 || !reader.has(address, framesAt)) return undefined;
  const index = reader.u16(address + indexAt);
  const depth = reader.u16(address + depthAt);
  const count = depth === 0 ? index : depth;
  if (count === 0 || count > MAX_FRAMES) return undefined;
  const frames = readFrames(reader, address + framesAt, count, pointerSize);
  return frames && { record: addressOf(address), frames, index: depth === 0 ? undefined : index };
}

/** The trace of the _RTL_TRACE_BLOCK at an address; undefined where there is none. */
export function readTraceBlock(
  reader: AddressReader,
  address: number,
  pointerSize: 4 | 8,
): AllocationTrace | undefined {
  const { size, trace } = BLOCK[pointerSize];
  if (address === 0 || address % pointerSize !== 0 || !reader.has(address, trace + pointerSize))
    return undefined;
  const count = reader.u32(address + size);
  if (count === 0 || count > MAX_FRAMES) return undefined;
  const frames = readFrames(reader, reader.pointer(address + trace, pointerSize), count, pointerSize);
  return frames && { record: addressOf(address), frames };
}

function readFrames(
  reader: AddressReader,
  at: number,
  count: number,
  pointerSize: 4 | 8,
): Address[] | undefined {
  const frames: Address[] = [];
  for (let i = 0; i < count; i++) {
    const frame = reader.tryPointer(at + i * pointerSize, pointerSize);
    // nothing returns to the lowest 64 KB or to the system's half
    if (frame === undefined || frame < 0x10000 || frame >= 0x8000_0000_0000) return undefined;
    frames.push(addressOf(frame));
  }
  return frames;
}
