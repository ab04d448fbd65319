import { LRUCache } from 'lru-cache';
import type { ByteSource } from './byteSource.ts';

/** 64 KiB: Windows' allocation granularity, and large enough that a directory or a stack is one read. */
export const PAGE_SIZE = 0x10000;
/** The bound that design.md sets for all cached bytes of a dump together. */
export const CACHE_BYTES = 64 * 1024 * 1024;
/** Reads at least this long bypass the cache: a scan over memory would only push out what others need. */
const LARGE_READ = 4 * PAGE_SIZE;

/** Pages of any number of sources under one bound. */
export class PageCache {
  private readonly pages: LRUCache<string, Uint8Array>;
  private sources = 0;

  constructor(maxBytes = CACHE_BYTES) {
    this.pages = new LRUCache({ max: Math.max(1, Math.floor(maxBytes / PAGE_SIZE)) });
  }

  /** `source`, read through this cache. */
  wrap(source: ByteSource): ByteSource {
    return new CachedSource(source, this.pages, this.sources++);
  }
}

class CachedSource implements ByteSource {
  private lastIndex = -1;
  private lastPage: Uint8Array = new Uint8Array(0);

  constructor(
    private readonly source: ByteSource,
    private readonly pages: LRUCache<string, Uint8Array>,
    private readonly id: number,
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
    if (end - offset >= LARGE_READ) return this.source.read(offset, end - offset, scratch);
    const first = Math.floor(offset / PAGE_SIZE);
    const within = offset - first * PAGE_SIZE;
    const page = this.page(first);
    if (within + (end - offset) <= page.length) return page.subarray(within, within + end - offset);
    const out = new Uint8Array(end - offset);
    let done = 0;
    while (offset + done < end) {
      const index = Math.floor((offset + done) / PAGE_SIZE);
      const from = offset + done - index * PAGE_SIZE;
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
    const key = `${this.id}:${index}`;
    let page = this.pages.get(key);
    if (!page) {
      const own = new Uint8Array(PAGE_SIZE);
      page = this.source.read(index * PAGE_SIZE, PAGE_SIZE, own);
      // a source may hand out a view on a buffer that it reuses (slice() of a Node Buffer is a view too)
      if (page.buffer !== own.buffer) page = new Uint8Array(page);
      this.pages.set(key, page);
    }
    this.lastIndex = index;
    this.lastPage = page;
    return page;
  }
}
