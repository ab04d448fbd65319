/**
 * The memory of a dump as columns: where each run of bytes lies in the process and in the file.
 *
 * A file lists ranges in any order; some writers list the same bytes twice or let ranges overlap (Wine), and a file
 * that was cut has ranges that point behind its end. `RangeColumns` keeps the list as written; `MemoryRanges` is what
 * can be read: sorted, without overlaps, cut to what is there. An address is kept as two 32-bit halves, so that the
 * search needs no bigint arithmetic.
 */

const HALF = 0x1_0000_0000;

/** Ranges as the file lists them: sizes as claimed, in file order. Columns of equal length. */
export class RangeColumns {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  /** bytes */
  readonly sizes: Float64Array;
  /** bytes from the start of the file */
  readonly offsets: Float64Array;

  constructor(readonly count: number) {
    this.high = new Uint32Array(count);
    this.low = new Uint32Array(count);
    this.sizes = new Float64Array(count);
    this.offsets = new Float64Array(count);
  }

  start(index: number): bigint {
    return join(this.high[index] ?? 0, this.low[index] ?? 0);
  }

  size(index: number): number {
    return this.sizes[index] ?? 0;
  }

  fileOffset(index: number): number {
    return this.offsets[index] ?? 0;
  }

  set(index: number, high: number, low: number, size: number, offset: number): void {
    this.high[index] = high;
    this.low[index] = low;
    this.sizes[index] = size;
    this.offsets[index] = offset;
  }
}

/** The readable ranges: rising, disjoint, each within the file. Adjacent ones stay apart. */
export class MemoryRanges {
  private constructor(
    private readonly columns: RangeColumns,
    /** the ranges as the file lists them, for the description of the file */
    readonly raw: RangeColumns,
    /** ranges that are in the file in part or not at all */
    readonly cutRanges: number,
    /** bytes that those claim and the file does not have */
    readonly missingBytes: number,
  ) {}

  /** `fileSize` in bytes: nothing behind it is readable. Overlaps go to the range that `raw` lists first. */
  static from(raw: RangeColumns, fileSize: number): MemoryRanges {
    let missing = 0;
    let cut = 0;
    let plain = true;
    const sizes = new Float64Array(raw.count);
    for (let i = 0; i < raw.count; i++) {
      const claimed = raw.size(i);
      const there = Math.max(0, Math.min(claimed, fileSize - raw.fileOffset(i), roomAbove(raw, i)));
      sizes[i] = there;
      if (there < claimed) {
        missing += claimed - there;
        cut++;
      }
      if (there === 0 || there < claimed || (i > 0 && !endsBefore(raw, i - 1, sizes[i - 1] ?? 0, i)))
        plain = false;
    }
    const columns = plain ? raw : resolve(raw, sizes);
    return new MemoryRanges(columns, raw, cut, missing);
  }

  get count(): number {
    return this.columns.count;
  }

  start(index: number): bigint {
    return this.columns.start(index);
  }

  /** The first address behind the range; 2^64 where it ends with the address space. */
  end(index: number): bigint {
    return this.columns.start(index) + BigInt(this.columns.size(index));
  }

  /** Bytes. */
  size(index: number): number {
    return this.columns.size(index);
  }

  /** Bytes from the start of the file. */
  fileOffset(index: number): number {
    return this.columns.fileOffset(index);
  }

  /** Bytes in all ranges. */
  get totalBytes(): number {
    let sum = 0;
    for (let i = 0; i < this.columns.count; i++) sum += this.columns.size(i);
    return sum;
  }

  /** The index of the range that holds an address, -1 if none does. */
  find(address: bigint): number {
    const high = Number((address >> 32n) & 0xffffffffn);
    const low = Number(address & 0xffffffffn);
    const i = this.lastStartingAtOrBelow(high, low);
    return i >= 0 && this.holds(i, high, low) ? i : -1;
  }

  /** The index of the first range that ends above an address: the one that holds it or the next. `count` if none. */
  findNext(address: bigint): number {
    const high = Number((address >> 32n) & 0xffffffffn);
    const low = Number(address & 0xffffffffn);
    const i = this.lastStartingAtOrBelow(high, low);
    return i >= 0 && this.holds(i, high, low) ? i : i + 1;
  }

  private lastStartingAtOrBelow(high: number, low: number): number {
    const { high: highs, low: lows } = this.columns;
    let from = 0;
    let to = this.columns.count;
    while (from < to) {
      const mid = (from + to) >>> 1;
      const h = highs[mid] ?? 0;
      if (h < high || (h === high && (lows[mid] ?? 0) <= low)) from = mid + 1;
      else to = mid;
    }
    return from - 1;
  }

  private holds(i: number, high: number, low: number): boolean {
    const distance = (high - (this.columns.high[i] ?? 0)) * HALF + (low - (this.columns.low[i] ?? 0));
    return distance >= 0 && distance < this.columns.size(i);
  }
}

function join(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

/** Bytes from a range's start to the end of the 64-bit address space. Exact where a file could be that large. */
function roomAbove(ranges: RangeColumns, i: number): number {
  return (HALF - (ranges.high[i] ?? 0)) * HALF - (ranges.low[i] ?? 0);
}

/** Whether range `a` of `size` bytes ends at or below the start of range `b`. */
function endsBefore(ranges: RangeColumns, a: number, size: number, b: number): boolean {
  const high = (ranges.high[b] ?? 0) - (ranges.high[a] ?? 0);
  return high * HALF + ((ranges.low[b] ?? 0) - (ranges.low[a] ?? 0)) >= size;
}

function compareStarts(ranges: RangeColumns, a: number, b: number): number {
  return (
    (ranges.high[a] ?? 0) - (ranges.high[b] ?? 0) || (ranges.low[a] ?? 0) - (ranges.low[b] ?? 0) || a - b
  );
}

/** Sorts, drops what is empty, and gives overlapping bytes to the range that comes first in the file. */
function resolve(raw: RangeColumns, sizes: Float64Array): RangeColumns {
  let n = 0;
  const order = new Uint32Array(raw.count);
  for (let i = 0; i < raw.count; i++) if ((sizes[i] ?? 0) > 0) order[n++] = i;
  const sorted = order.subarray(0, n).sort((a, b) => compareStarts(raw, a, b));
  let overlaps = false;
  for (let k = 1; k < n && !overlaps; k++) {
    const before = sorted[k - 1] ?? 0;
    overlaps = !endsBefore(raw, before, sizes[before] ?? 0, sorted[k] ?? 0);
  }
  if (overlaps) return sweep(raw, sizes, sorted);
  const out = new RangeColumns(n);
  for (let k = 0; k < n; k++) {
    const i = sorted[k] ?? 0;
    out.set(k, raw.high[i] ?? 0, raw.low[i] ?? 0, sizes[i] ?? 0, raw.fileOffset(i));
  }
  return out;
}

/**
 * Walks the starts in rising order with a heap of the ranges that are open, the one listed first on top: its bytes
 * are taken up to its end or to the next start, whichever comes first. n log n, at most 2n pieces.
 */
function sweep(raw: RangeColumns, sizes: Float64Array, sorted: Uint32Array): RangeColumns {
  const pieces: { source: number; from: bigint; to: bigint }[] = [];
  const open: number[] = [];
  const endOf = (i: number): bigint => raw.start(i) + BigInt(sizes[i] ?? 0);
  let next = 0;
  let at = 0n;
  while (next < sorted.length || open.length > 0) {
    const first = sorted[next];
    if (open.length === 0 && first !== undefined) at = raw.start(first);
    for (let i = sorted[next]; i !== undefined && raw.start(i) <= at; i = sorted[++next]) push(open, i);
    while (open[0] !== undefined && endOf(open[0]) <= at) pop(open);
    const top = open[0];
    if (top === undefined) continue;
    const following = sorted[next];
    let to = endOf(top);
    if (following !== undefined && raw.start(following) < to) to = raw.start(following);
    const last = pieces.at(-1);
    if (last?.source === top && last.to === at) last.to = to;
    else pieces.push({ source: top, from: at, to });
    at = to;
  }
  const out = new RangeColumns(pieces.length);
  pieces.forEach(({ source, from, to }, k) => {
    const offset = raw.fileOffset(source) + Number(from - raw.start(source));
    out.set(k, Number(from >> 32n), Number(from & 0xffffffffn), Number(to - from), offset);
  });
  return out;
}

/** A binary heap with the smallest number on top. */
function push(heap: number[], value: number): void {
  let i = heap.push(value) - 1;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    const above = heap[parent] ?? 0;
    if (above <= value) break;
    heap[i] = above;
    i = parent;
  }
  heap[i] = value;
}

function pop(heap: number[]): void {
  const value = heap.pop();
  if (value === undefined || heap.length === 0) return;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if ((heap[child + 1] ?? Infinity) < (heap[child] ?? 0)) child++;
    const below = heap[child] ?? 0;
    if (below >= value) break;
    heap[i] = below;
    i = child;
  }
  heap[i] = value;
}
