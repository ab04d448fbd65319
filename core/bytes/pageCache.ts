import { LRUCache } from 'lru-cache';
import type { ByteSource } from './byteSource.ts';

/** 64 KiB: Windows' allocation granularity, and large enough that a directory or a stack is one read. */
export const PAGE_SIZE = 0x10000;
/** The bound that design.md sets for all cached bytes of a dump together. */
const CACHE_BYTES = 64 * 1024 * 1024;
/** Reads of at least so many pages bypass the cache: a scan over memory would only push out what others need. */
const LARGE_READ = 4;
/** Pages of one source before those of the next: 2^36 of 16 KiB are more than any file has. */
const KEYS_A_SOURCE = 2 ** 36;

/** Pages of any number of sources under one bound. */
export class PageCache {
  private readonly pages: LRUCache<number, Uint8Array>;
  private sources = 0;

  /** `pageSize`: small pages suit look-ups here and there, large ones what lies together. Both in bytes. */
  constructor(
    maxBytes = CACHE_BYTES,
    private readonly pageSize = PAGE_SIZE,
  ) {
    this.pages = new LRUCache({ max: Math.max(1, Math.floor(maxBytes / pageSize)) });
  }

  /** `source`, read through this cache. What it gives may be a view on a page, which nobody changes. */
  wrap(source: ByteSource): ByteSource {
    return new CachedSource(source, this.pages, this.sources++ * KEYS_A_SOURCE, this.pageSize);
  }
}

class CachedSource implements ByteSource {
  private lastIndex = -1;
  private lastPage: Uint8Array = new Uint8Array(0);

  constructor(
    private readonly source: ByteSource,
    private readonly pages: LRUCache<number, Uint8Array>,
    private readonly firstKey: number,
    private readonly pageSize: number,
  ) {}

  get name(): string {
    return this.source.name;
  }

  get size(): number {
    return this.source.size;
  }

  read(offset: number, length: number, scratch?: Uint8Array): Uint8Array {
    if (!(offset >= 0) || !(length > 0) || offset >= this.size) return new Uint8Array(0);
    const end = Math.min(this.size, offset + length);
    if (end - offset >= LARGE_READ * this.pageSize) return this.source.read(offset, end - offset, scratch);
    const first = Math.floor(offset / this.pageSize);
    const within = offset - first * this.pageSize;
    const page = this.page(first);
    if (within + (end - offset) <= page.length) return page.subarray(within, within + end - offset);
    const out = new Uint8Array(end - offset);
    let done = 0;
    while (offset + done < end) {
      const index = Math.floor((offset + done) / this.pageSize);
      const from = offset + done - index * this.pageSize;
      const part = this.page(index).subarray(from, from + end - offset - done);
      if (part.length === 0) break;
      out.set(part, done);
      done += part.length;
    }
    return done === out.length ? out : out.subarray(0, done);
  }

  close(): void {
    this.source.close?.();
  }

  private page(index: number): Uint8Array {
    if (index === this.lastIndex) return this.lastPage;
    const key = this.firstKey + index;
    let page = this.pages.get(key);
    if (!page) {
      const own = new Uint8Array(this.pageSize);
      page = this.source.read(index * this.pageSize, this.pageSize, own);
      // a source may hand out a view on a buffer that it reuses (slice() of a Node Buffer is a view too)
      if (page.buffer !== own.buffer) page = new Uint8Array(page);
      this.pages.set(key, page);
    }
    this.lastIndex = index;
    this.lastPage = page;
    return page;
  }
}
