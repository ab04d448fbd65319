import { describe, expect, it } from 'vitest';
import { BufferSource, PAGE_SIZE, PageCache, SliceSource, type ByteSource } from '../../core/bytes/index.ts';

/** Bytes that say where they are, and a count of the reads that reached the source. */
function counting(size: number): ByteSource & { reads: number } {
  return {
    name: 'counting',
    size,
    reads: 0,
    read(offset, length) {
      this.reads++;
      const n = Math.max(0, Math.min(length, size - offset));
      return Uint8Array.from({ length: n }, (_, i) => (offset + i) % 251);
    },
  };
}

describe('the page cache', () => {
  it('reads across page borders as the source does, short at the end', () => {
    const plain = counting(3 * PAGE_SIZE + 100);
    const cached = new PageCache().wrap(counting(3 * PAGE_SIZE + 100));
    for (const [offset, length] of [
      [0, 10],
      [PAGE_SIZE - 5, 10],
      [PAGE_SIZE - 1, PAGE_SIZE + 2],
      [3 * PAGE_SIZE + 90, 50],
      [3 * PAGE_SIZE + 100, 1],
      [-1, 5],
      [0, 0],
    ] as const) {
      const want = offset < 0 ? new Uint8Array(0) : plain.read(offset, length);
      expect([...cached.read(offset, length)], `${offset} ${length}`).toEqual([...want]);
    }
  });

  it('asks the source once for a page, and not again for what it keeps', () => {
    const source = counting(10 * PAGE_SIZE);
    const cached = new PageCache().wrap(source);
    for (let i = 0; i < 1000; i++) cached.read(i * 60, 8);
    expect(source.reads).toBe(1);
  });

  it('keeps no more than its bound, and lets long reads pass by', () => {
    const source = counting(40 * PAGE_SIZE);
    const cached = new PageCache(4 * PAGE_SIZE).wrap(source);
    for (let i = 0; i < 8; i++) cached.read(i * PAGE_SIZE, 1);
    cached.read(0, 1);
    expect(source.reads).toBe(9);
    cached.read(0, 8 * PAGE_SIZE);
    expect(source.reads).toBe(10);
  });

  it('is not changed by a source that uses its buffer again', () => {
    const buffer = Buffer.alloc(PAGE_SIZE, 1);
    const cached = new PageCache().wrap({ name: 'reused', size: 2 * PAGE_SIZE, read: () => buffer });
    expect(cached.read(0, 1)[0]).toBe(1);
    buffer.fill(2);
    cached.read(PAGE_SIZE, 1);
    expect(cached.read(0, 1)[0]).toBe(1);
  });

  it('a slice begins and ends where it says', () => {
    const slice = new SliceSource(new BufferSource(Uint8Array.of(1, 2, 3, 4, 5)), 1, 3);
    expect([slice.size, [...slice.read(0, 10)], [...slice.read(2, 1)], slice.read(3, 1).length]).toEqual([
      3,
      [2, 3, 4],
      [4],
      0,
    ]);
  });
});
