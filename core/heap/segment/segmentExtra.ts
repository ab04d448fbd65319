import type { AddressReader } from '../addressReader.ts';

/** What a segment heap keeps behind a block's bytes: _SEGMENT_HEAP_EXTRA and the trace's address (HEAPS-CHECKED.md 7.5). */
export interface SegmentExtra {
  /** HEAP_SETTABLE_USER_FLAGS as they were given: E00 */
  readonly userFlags: number;
  /** what RtlSetUserValueHeap set */
  readonly userValue: bigint;
  /** address of the call stack's record, where there is one */
  readonly trace?: number;
}

/** In the flags byte: E0 the user's flags, 1 set where there is only a trace */
const USER_FLAGS = 0xe0;

/** Reads the extra behind a block that is marked as having one; undefined where the dump does not hold it. */
export function readSegmentExtra(
  reader: AddressReader,
  user: number,
  userSize: number,
  pointerSize: 4 | 8,
): SegmentExtra | undefined {
  const unit = 2 * pointerSize;
  const at = user + Math.ceil(userSize / unit) * unit;
  if (!reader.has(at, unit)) return undefined;
  const traced = (reader.u8(at + 3) & 1) !== 0;
  const low = BigInt(reader.u32(at + pointerSize));
  const high = pointerSize === 8 ? BigInt(reader.u32(at + 12)) : 0n;
  return {
    userFlags: (reader.u8(at + 2) & USER_FLAGS) << 4,
    userValue: (high << 32n) | low,
    trace: traced ? reader.tryPointer(at + unit, pointerSize) : undefined,
  };
}
