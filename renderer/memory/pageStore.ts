import type { SpaceRange } from '../picture/rowSpace.ts';
import type { MemoryPage } from '../../core/protocol/pictures.ts';

/** Bytes of a page here: some 1000 rows of 16 bytes, and one message. */
export const PAGE_BYTES = 0x4000;
/** Pages that are kept: 8 MiB, a long way to scroll back. */
const MAX_PAGES = 512;
/** Pages ahead of the way that the person scrolls, and behind. */
const AHEAD = 4;
const BEHIND = 1;
/** Requests under way at a time: what is wanted now must not queue behind what was passed by. */
const MAX_PENDING = 8;

export type FetchPage = (start: bigint, length: number) => Promise<MemoryPage>;

/** What is known of a byte: its value, that the dump has none, or nothing yet. */
export type ByteAt = number | 'missing' | 'unknown';

/**
 * The pages of memory that a pane has. Reads never wait: what is not here yet is `unknown`, and is asked for with
 * `want`. The pages used longest ago go first.
 */
export class PageStore {
  private readonly pages = new Map<bigint, MemoryPage>();
  private readonly pending = new Set<bigint>();
  private readonly failed = new Set<bigint>();
  private wanted: bigint[] = [];

  constructor(
    private readonly fetchPage: FetchPage,
    /** the end of the address space */
    private readonly end: bigint,
    private readonly changed: () => void,
    /** what was read before a reload: it is shown until the same page has been read again */
    private before?: PageStore,
  ) {
    before?.forgetBefore();
  }

  /** The page that holds an address, if it is here; one from before a reload is `stale`. */
  page(address: bigint): { readonly page: MemoryPage; readonly stale: boolean } | undefined {
    const base = pageBase(address);
    const page = this.pages.get(base);
    if (!page) {
      const old = this.failed.has(base) ? undefined : this.before?.pages.get(base);
      return old && { page: old, stale: true };
    }
    // a Map keeps the order of insertion: what is used goes to its end
    this.pages.delete(base);
    this.pages.set(base, page);
    return { page, stale: false };
  }

  /** Whether what can be known of an address is here: its page, or that it cannot be had. */
  isSettled(address: bigint): boolean {
    const base = pageBase(address);
    return this.pages.has(base) || this.failed.has(base);
  }

  /** Asks for an address's page before all others. */
  load(address: bigint): void {
    const base = pageBase(address);
    if (!this.isSettled(base) && !this.pending.has(base)) this.fetch(base);
  }

  private forgetBefore(): void {
    this.before = undefined;
  }

  /**
   * Asks for what a person sees, which may be in several places, and for what comes next in their direction: -1 up, 1
   * down, 0 for neither. Places that were wanted before and are no longer are forgotten.
   */
  want(seen: readonly SpaceRange[], direction: number): void {
    const step = BigInt(PAGE_BYTES);
    const wanted = new Set<bigint>();
    for (const { start, end } of seen)
      for (let base = pageBase(start); base < end; base += step) wanted.add(base);
    const [first] = seen;
    const last = seen.at(-1);
    const down = direction >= 0 ? AHEAD : BEHIND;
    const up = direction <= 0 ? AHEAD : BEHIND;
    for (let i = 1; i <= Math.max(down, up) && first && last; i++) {
      const above = pageBase(first.start) - step * BigInt(i);
      const below = pageBase(last.end - 1n) + step * BigInt(i);
      if (i <= down && below < this.end) wanted.add(below);
      if (i <= up && above >= 0n) wanted.add(above);
    }
    this.wanted = [...wanted].filter(
      (base) => !this.pages.has(base) && !this.pending.has(base) && !this.failed.has(base),
    );
    this.pump();
  }

  private pump(): void {
    while (this.pending.size < MAX_PENDING) {
      const base = this.wanted.shift();
      if (base === undefined) return;
      this.fetch(base);
    }
  }

  private fetch(base: bigint): void {
    this.pending.add(base);
    const length = base + BigInt(PAGE_BYTES) > this.end ? Number(this.end - base) : PAGE_BYTES;
    this.fetchPage(base, length)
      .then((page) => this.keep(base, page))
      .catch(() => {
        // a page that cannot be had stays unknown: asking again at every frame would not make it come
        this.failed.add(base);
        this.changed();
      })
      .finally(() => {
        this.pending.delete(base);
        this.pump();
      });
  }

  private keep(base: bigint, page: MemoryPage): void {
    this.pages.set(base, page);
    for (const oldest of this.pages.keys()) {
      if (this.pages.size <= MAX_PAGES) break;
      this.pages.delete(oldest);
    }
    this.changed();
  }
}

/** Bytes of a row, with what is known of each. */
export class RowBytes {
  readonly view: DataView;
  /** 0 unknown, 1 there, 2 not in the dump */
  readonly marks: Uint8Array;
  /** some of it is from before a reload */
  isStale = false;

  constructor(
    readonly start: bigint,
    readonly length: number,
  ) {
    this.view = new DataView(new ArrayBuffer(length));
    this.marks = new Uint8Array(length);
  }

  /** Whether all of a unit's bytes are there; else the mark of the first that is not. */
  stateOf(offset: number, unit: number): 'there' | 'missing' | 'unknown' {
    let isMissing = false;
    for (let i = offset; i < offset + unit; i++) {
      const mark = this.marks[i] ?? 0;
      if (mark === 0) return 'unknown';
      isMissing ||= mark === 2;
    }
    return isMissing ? 'missing' : 'there';
  }

  /** Takes `count` bytes of a page from an offset of it; what lies behind its end is not in the dump. */
  fill(offset: number, page: MemoryPage, from: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const at = from + i;
      if (at >= page.bytes.length) {
        this.marks[offset + i] = 2;
        continue;
      }
      const there = !page.present || ((page.present[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
      this.view.setUint8(offset + i, page.bytes[at] ?? 0);
      this.marks[offset + i] = there ? 1 : 2;
    }
  }

  /** Some of its bytes as a row of their own. */
  part(offset: number, length: number): RowBytes {
    const part = new RowBytes(this.start + BigInt(offset), length);
    const bytes = new Uint8Array(this.view.buffer);
    new Uint8Array(part.view.buffer).set(bytes.subarray(offset, offset + length));
    part.marks.set(this.marks.subarray(offset, offset + length));
    part.isStale = this.isStale;
    return part;
  }

  get isComplete(): boolean {
    return !this.isStale && !this.marks.includes(0);
  }
}

/** The bytes of a row as far as the store has them. */
export function rowBytes(store: PageStore, start: bigint, length: number): RowBytes {
  const row = new RowBytes(start, length);
  for (let offset = 0; offset < length;) {
    const address = start + BigInt(offset);
    const found = store.page(address);
    row.isStale ||= found?.stale === true;
    const inPage = Number(address - pageBase(address));
    const n = Math.min(length - offset, PAGE_BYTES - inPage);
    if (found) row.fill(offset, found.page, inPage, n);
    offset += n;
  }
  return row;
}

export function pageBase(address: bigint): bigint {
  return address - (address % BigInt(PAGE_BYTES));
}
