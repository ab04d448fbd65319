import { GrowingOffsets, GrowingUint32 } from './growing.ts';

/** Ranges of code that may lie within each other, each with a value; the innermost at an address is found. */
export class RangeTable {
  private readonly starts = new GrowingUint32();
  private readonly sizes = new GrowingUint32();
  private readonly values = new GrowingOffsets();
  private sorted: Sorted | undefined;

  get length(): number {
    return this.starts.length;
  }

  add(start: number, size: number, value: number): void {
    this.starts.push(start);
    this.sizes.push(size);
    this.values.push(value);
  }

  /** The value of the innermost range that holds an address. */
  innermost(rva: number): number | undefined {
    const index = this.find(rva);
    return index < 0 ? undefined : this.values.at(index);
  }

  private find(rva: number): number {
    const { order, starts, furthest } = (this.sorted ??= this.sort());
    // back from the last that begins at or below, as long as one before may reach as far
    for (let i = lastAtOrBelow(starts, rva); i >= 0 && (furthest[i] ?? 0) > rva; i--) {
      const index = order[i] ?? 0;
      if (rva - this.starts.at(index) < this.sizes.at(index)) return index;
    }
    return -1;
  }

  private sort(): Sorted {
    const order = new Uint32Array(this.length).map((_, i) => i);
    const before = (a: number, b: number): number =>
      this.starts.at(a) - this.starts.at(b) || this.sizes.at(b) - this.sizes.at(a);
    let inOrder = true;
    for (let i = 1; i < order.length && inOrder; i++) inOrder = before(i - 1, i) <= 0;
    if (!inOrder) order.sort(before);
    const starts = order.map((i) => this.starts.at(i));
    const furthest = new Float64Array(order.length);
    let end = 0;
    for (let i = 0; i < order.length; i++) {
      end = Math.max(end, (starts[i] ?? 0) + this.sizes.at(order[i] ?? 0));
      furthest[i] = end;
    }
    return { order, starts, furthest };
  }
}

interface Sorted {
  readonly order: Uint32Array;
  /** by rising start, the larger of two that begin together first */
  readonly starts: Uint32Array;
  /** the furthest end of all ranges up to and with each */
  readonly furthest: Float64Array;
}

/** Index of the last value at or below one, -1 where all are above. */
export function lastAtOrBelow(sorted: Uint32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
