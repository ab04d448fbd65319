import { AddressReader } from './addressReader.ts';

/** How headers look that stand in a row, each saying how far it is to the next. */
export interface HeaderForm {
  /** bytes: blocks begin at multiples of it from where the row begins */
  readonly unit: number;
  /** bytes of a header that `read` looks at */
  readonly headerBytes: number;
  /** Whether a sound header stands at `offset` of the view; fills `size` and `previous` if so. */
  read(view: DataView, offset: number, address: number): boolean;
  /**
   * The first of the offsets from one on, a unit apart and below `end`, where `read` may find a header; `end` or more
   * where there is none. The view, whose first byte is that at `base`, has `headerBytes` behind each. This is what goes
   * through memory: a tight loop.
   */
  find(view: DataView, offset: number, end: number, base: number): number;
  /** bytes to the next header */
  readonly size: number;
  /** bytes back to the one before; undefined where headers do not say */
  readonly previous: number | undefined;
}

/** How headers follow one another from a place on. */
export interface HeaderChain {
  readonly count: number;
  /** the last one ends where the row ends, where memory is missing, or is followed by one that does not agree */
  readonly end: 'limit' | 'hole' | 'broken' | 'long';
}

/** Bytes that are looked through at a time: the next sound header is most often close, and else far. */
const LEAST_CHUNK = 0x1000;
const MOST_CHUNK = 0x10000;
/** Windows for single headers that lie far from one another: as little as possible is taken for each. */
const FEW_BYTES = 0x100;
const MANY_WINDOWS = 64;

/**
 * The sound headers in a run of memory that the header behind them agrees with, for going on behind damage. Looks
 * through each byte once and only as far as it is asked, however often that is: what damage costs is bounded by the
 * memory it lies in. Questions come in rising order.
 */
export class LinkedHeaders {
  /** positions, rising, and the sizes of their blocks */
  private readonly found: number[] = [];
  private readonly sizes = new Map<number, number>();
  /** the first header that says that the block before it begins at a place */
  private readonly claims = new Map<number, number>();
  /** up to where bytes were looked through; 0 before the first question */
  private to = 0;
  private chunk = LEAST_CHUNK;
  /** for headers behind those that are looked at: they may lie far */
  private readonly behind: AddressReader;
  /** addresses that are known not to be there */
  private hole = { from: 0, to: 0 };

  /** `limit`: where the row ends. */
  constructor(
    private readonly reader: AddressReader,
    private readonly form: HeaderForm,
    private readonly limit: number,
  ) {
    this.behind = new AddressReader(reader.memory, FEW_BYTES, MANY_WINDOWS);
  }

  /** Says that questions are about places behind `from` from now on: what lies before and was not looked at is passed over. */
  begin(from: number): void {
    const first = from + this.form.unit;
    if (first <= this.to) return;
    this.found.length = 0;
    this.sizes.clear();
    this.claims.clear();
    this.to = first;
    this.chunk = LEAST_CHUNK;
  }

  /** The first linked header behind `from`, within `reach` bytes, that says that a block begins at `from`. */
  claimer(from: number, reach: number): number | undefined {
    const end = Math.min(this.limit, from + reach);
    while (!this.claims.has(from) && this.to < end) this.scan();
    const claimer = this.claims.get(from);
    return claimer !== undefined && claimer <= from + reach ? claimer : undefined;
  }

  /** The first linked header behind `from` that fits; undefined where none does before `end`. */
  first(from: number, fits: (at: number) => boolean, end = this.limit): number | undefined {
    this.begin(from);
    for (let i = this.firstBehind(from); ; i++) {
      while (i >= this.found.length && this.to < end) this.scan();
      const at = this.found[i];
      if (at === undefined || at >= end) return undefined;
      if (fits(at)) return at;
    }
  }

  /** How headers follow one another from a linked one on, looked at up to `most`. */
  chain(from: number, most: number): HeaderChain {
    let at = from;
    for (let count = 1; count < most; count++) {
      at += this.sizeAt(at) ?? 0;
      if (at >= this.limit) return { count, end: 'limit' };
      if (this.sizeAt(at) !== undefined) continue;
      // the last one is sound, or a linked one would not lead to it
      return this.isHole(at) ? { count, end: 'hole' } : { count: count + 1, end: 'broken' };
    }
    return { count: most, end: 'long' };
  }

  /** Whether linked headers lead from a place to or past another. */
  leadsPast(from: number, to: number): boolean {
    for (let at = from; at <= to && at < this.limit;) {
      const size = this.sizeAt(at);
      if (size === undefined) return false;
      at += size;
    }
    return true;
  }

  /** Bytes from a linked header to the next; undefined where there is none. Ahead of what was looked through as well. */
  private sizeAt(at: number): number | undefined {
    const known = this.sizes.get(at);
    if (known !== undefined || at < this.to) return known;
    const there = this.isHole(at) ? undefined : this.behind.span(at, this.form.headerBytes);
    if (!there || !this.form.read(there.view, there.offset, at)) return undefined;
    const size = this.linkedSize(there.view, there.offset, at);
    if (size !== undefined) this.sizes.set(at, size);
    return size;
  }

  /** Whether no header can be read at an address. Many lead into the same hole. */
  private isHole(at: number): boolean {
    if (at >= this.hole.from && at < this.hole.to) return true;
    if (this.behind.has(at, this.form.headerBytes)) return false;
    const to = this.reader.nextReadable(at + 1) ?? Infinity;
    this.hole = { from: to === this.hole.to ? Math.min(at, this.hole.from) : at, to };
    return true;
  }

  /** The index of the first position behind an address. */
  private firstBehind(address: number): number {
    const { found } = this;
    let from = 0;
    let to = found.length;
    while (from < to) {
      const mid = (from + to) >>> 1;
      if ((found[mid] ?? 0) <= address) from = mid + 1;
      else to = mid;
    }
    return from;
  }

  /** Looks through the next bytes. */
  private scan(): void {
    const { form, limit, reader } = this;
    const { unit, headerBytes } = form;
    const start = this.to;
    const there = reader.span(start, Math.min(limit - start, this.chunk));
    this.chunk = Math.min(2 * this.chunk, MOST_CHUNK);
    if (!there || there.length < headerBytes) {
      const readable = Math.min(reader.nextReadable(start + unit) ?? limit, limit);
      this.to += Math.max(unit, Math.ceil((readable - start) / unit) * unit);
      return;
    }
    const { view, offset, length } = there;
    const base = start - offset;
    const end = Math.min(offset + length, view.byteLength - headerBytes + 1);
    for (let at = form.find(view, offset, end, base); at < end; at = form.find(view, at + unit, end, base)) {
      if (form.read(view, at, base + at)) this.keep(view, at, base + at);
    }
    this.to += Math.ceil((end - offset) / unit) * unit;
  }

  /** Keeps the header that was just read if the one behind it agrees. */
  private keep(view: DataView, offset: number, at: number): void {
    const { previous = 0 } = this.form;
    const size = this.linkedSize(view, offset, at);
    if (size === undefined) return;
    this.found.push(at);
    this.sizes.set(at, size);
    const before = at - previous;
    if (before < at && !this.claims.has(before)) this.claims.set(before, at);
  }

  /** The size that was just read at an address, if it leads to the end or to a header that agrees. */
  private linkedSize(view: DataView, offset: number, at: number): number | undefined {
    const { size } = this.form;
    const next = at + size;
    const agrees =
      next === this.limit || (next < this.limit && this.isNamed(view, offset + size, next, size));
    return agrees ? size : undefined;
  }

  /** Whether the header at an address, `offset` in the view, follows a block of a size; so it does where it is not there. */
  private isNamed(view: DataView, offset: number, address: number, size: number): boolean {
    const { form, behind, limit } = this;
    const { headerBytes } = form;
    let other = view;
    let at = offset;
    if (offset + headerBytes > view.byteLength) {
      const there = this.isHole(address) ? undefined : behind.span(address, headerBytes);
      if (!there) return true;
      other = there.view;
      at = there.offset;
    }
    const sound = form.read(other, at, address) && address + form.size <= limit;
    return sound && (form.previous === undefined || form.previous === size);
  }
}

/**
 * Whether 8 bytes are those a unit before them: what memory is filled with may look like a header, and no block is so
 * small that equal headers stand side by side.
 */
export function isFill(view: DataView, at: number, unit: number): boolean {
  const before = at - unit;
  return (
    before >= 0 &&
    view.getInt32(at, true) === view.getInt32(before, true) &&
    view.getInt32(at + 4, true) === view.getInt32(before + 4, true)
  );
}
