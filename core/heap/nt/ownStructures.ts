import type { AddressReader } from '../addressReader.ts';
import type { HeapContext } from '../model.ts';
import type { NtHeap } from './ntHeap.ts';

const PAGE = 0x1000;

/** Tells blocks that ntdll keeps for heaps from those of a program. */
export class OwnStructures {
  private readonly rising: Float64Array;
  private readonly heapPages: ReadonlySet<number>;
  private readonly debugSize: number;
  private readonly sectionAt: number;

  /** `descriptors`: addresses of the heap's descriptors of uncommitted ranges. */
  constructor(
    private readonly heap: NtHeap,
    { heaps }: HeapContext,
    descriptors: readonly number[],
  ) {
    this.rising = Float64Array.from(descriptors).sort();
    this.heapPages = new Set(heaps.map((h) => Number(h.address)));
    this.debugSize = heap.layouts.size('_RTL_CRITICAL_SECTION_DEBUG');
    this.sectionAt = heap.layouts.offset('_RTL_CRITICAL_SECTION_DEBUG', 'CriticalSection');
  }

  /** Whether a descriptor lies within `bytes` bytes from an entry. */
  holdsDescriptor(entry: number, bytes: number): boolean {
    const { rising } = this;
    let from = 0;
    let to = rising.length;
    while (from < to) {
      const mid = (from + to) >>> 1;
      if ((rising[mid] ?? 0) < entry) from = mid + 1;
      else to = mid;
    }
    const next = rising[from];
    return next !== undefined && next < entry + bytes;
  }

  /**
   * Whether a block holds the RTL_CRITICAL_SECTION_DEBUG of a heap's lock, which lies in the first page of the heap:
   * ntdll allocates it from the process heap.
   */
  isLockDebug(near: AddressReader, user: number, userSize: number): boolean {
    if (userSize !== this.debugSize) return false;
    const section = near.tryPointer(user + this.sectionAt, this.heap.pointerSize);
    return section !== undefined && this.heapPages.has(section - (section % PAGE));
  }
}
