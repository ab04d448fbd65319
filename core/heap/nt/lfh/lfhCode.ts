import type { NtHeap } from '../ntHeap.ts';
import type { LfhForm } from './subsegment.ts';

/**
 * The first dword of an LFH block's header (at entry, x64 entry + 8) is a code that leads back to its subsegment:
 * combined with the block's address, the heap's and RtlpLFHKey (HEAPS.md 6.3, HEAPS-CHECKED.md 3 and 6). These undo it.
 * All values are unsigned 32 bits.
 */

/** What the code holds beneath the key: equal for a block's header and for `lfhMeaning`. */
export function lfhUncoded(heap: NtHeap, form: LfhForm, entry: number, code: number, key: number): number {
  return (code ^ addressPart(heap, form, entry) ^ key) >>> 0;
}

/** What a sound block's code holds. */
export function lfhMeaning(
  heap: NtHeap,
  form: LfhForm,
  entry: number,
  owner: { readonly address: number; readonly userBlocks: number },
): number {
  const { unit } = heap;
  if (form === 'plain' || form === 'header')
    return unit === 8 ? owner.address >>> 0 : (owner.address / 16) >>> 0;
  // the distance from the user blocks in units, in the upper half
  return (((entry - owner.userBlocks) / unit) * 0x1_0000) >>> 0;
}

/** The part of the code that comes from addresses: the entry's and the heap's. */
function addressPart(heap: NtHeap, form: LfhForm, entry: number): number {
  const { unit, address } = heap;
  const own = (entry / unit) >>> 0;
  const wide = form === 'header' && unit === 16;
  return own ^ (wide ? (address / 16) >>> 0 : address >>> 0);
}

/** The plain word pair of HEAP_USERDATA_HEADER.EncodedOffsets: the first block's offset below, the stride above. */
export function lfhOffsets(heap: NtHeap, userBlocks: number, encoded: number, key: number): number {
  return (encoded ^ (userBlocks >>> 0) ^ (heap.frontEndHeap >>> 0) ^ key) >>> 0;
}
