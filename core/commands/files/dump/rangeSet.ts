import type { Address, AddressRange } from '../../../target/index.ts';

/** Ranges of memory that are wanted; they may be added in any order and overlap. */
export class RangeSet {
  private readonly wanted: AddressRange[] = [];

  /** Adds a range; one that is empty or upside down is left out. */
  add(start: Address, end: Address): void {
    if (start >= 0n && start < end) this.wanted.push({ start, end });
  }

  addAll(ranges: Iterable<AddressRange>): void {
    for (const { start, end } of ranges) this.add(start, end);
  }

  /** The ranges rising, those that touch joined. */
  merged(): AddressRange[] {
    const sorted = [...this.wanted].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
    const merged: AddressRange[] = [];
    for (const { start, end } of sorted) {
      const last = merged.at(-1);
      if (!last || start > last.end) merged.push({ start, end });
      else if (end > last.end) merged[merged.length - 1] = { start: last.start, end };
    }
    return merged;
  }
}
