import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BufferSource, type ByteSource } from '../../core/bytes/index.ts';
import { layOutMinidump, MemoryRanges, Minidump, RangeColumns } from '../../core/minidump/index.ts';

interface Range {
  readonly start: bigint;
  readonly size: number;
  readonly offset: number;
}

function columns(ranges: readonly Range[]): RangeColumns {
  const raw = new RangeColumns(ranges.length);
  ranges.forEach(({ start, size, offset }, i) => {
    raw.set(i, Number(start >> 32n), Number(start & 0xffffffffn), size, offset);
  });
  return raw;
}

/** Where the byte of an address lies by the rule itself: the first range listed that has it in the file. */
function naive(ranges: readonly Range[], fileSize: number, address: bigint): number {
  for (const { start, size, offset } of ranges) {
    const within = address - start;
    if (within >= 0n && within < BigInt(size) && offset + Number(within) < fileSize)
      return offset + Number(within);
  }
  return -1;
}

function found(ranges: MemoryRanges, address: bigint): number {
  const i = ranges.find(address);
  return i < 0 ? -1 : ranges.fileOffset(i) + Number(address - ranges.start(i));
}

/** Every address at which an answer can change. */
function borders(ranges: readonly Range[]): bigint[] {
  return ranges
    .flatMap(({ start, size }) => [
      start - 1n,
      start,
      start + 1n,
      start + BigInt(size) - 1n,
      start + BigInt(size),
    ])
    .filter((a) => a >= 0n && a < 1n << 64n);
}

describe('memory ranges', () => {
  const range = fc.record({
    start: fc.oneof(
      fc.bigInt({ min: 0n, max: 60n }),
      fc.bigInt({ min: 0xffff_fff0n, max: 0x1_0000_0010n }),
      fc.bigInt({ min: (1n << 64n) - 20n, max: (1n << 64n) - 1n }),
    ),
    size: fc.integer({ min: 0, max: 24 }),
    offset: fc.integer({ min: 0, max: 120 }),
  });

  it('give the byte of the range that the file lists first, whatever overlaps', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), (list) => {
        const fileSize = 100;
        const ranges = MemoryRanges.from(columns(list), fileSize);
        for (const address of borders(list)) {
          expect(found(ranges, address)).toBe(naive(list, fileSize, address));
        }
      }),
      { seed: 7, numRuns: 400 },
    );
  });

  it('rise, never touch each other twice, and stay in the file', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), (list) => {
        const ranges = MemoryRanges.from(columns(list), 100);
        for (let i = 0; i < ranges.count; i++) {
          expect(ranges.size(i)).toBeGreaterThan(0);
          expect(ranges.fileOffset(i) + ranges.size(i)).toBeLessThanOrEqual(100);
          if (i > 0) expect(ranges.start(i)).toBeGreaterThanOrEqual(ranges.end(i - 1));
          expect(ranges.findNext(ranges.start(i))).toBe(i);
        }
        expect(ranges.findNext((1n << 64n) - 1n)).toBeGreaterThanOrEqual(ranges.count - 1);
      }),
      { seed: 8, numRuns: 200 },
    );
  });

  it('keep what the file lists beside what can be read', () => {
    const ranges = MemoryRanges.from(
      columns([
        { start: 0x2000n, size: 0x10, offset: 8 },
        { start: 0x1000n, size: 0x100, offset: 0x20 },
        { start: 0x1000n, size: 0x100, offset: 0x20 },
        { start: 0x3000n, size: 0x100, offset: 0x110 },
        { start: 0x4000n, size: 0x40, offset: 0x5000 },
      ]),
      0x120,
    );
    expect(ranges.raw.count).toBe(5);
    expect([...Array(ranges.count).keys()].map((i) => [ranges.start(i), ranges.size(i)])).toEqual([
      [0x1000n, 0x100],
      [0x2000n, 0x10],
      [0x3000n, 0x10],
    ]);
    expect(ranges).toMatchObject({ cutRanges: 2, missingBytes: 0xf0 + 0x40, totalBytes: 0x120 });
    expect(ranges.findNext(0x1100n)).toBe(1);
    expect(ranges.findNext(0x3010n)).toBe(3);
  });
});

describe('opening', () => {
  /** Counts what is read. */
  class CountingSource implements ByteSource {
    readonly name = 'counting';
    bytesRead = 0;
    constructor(
      private readonly inner: ByteSource,
      readonly size: number,
    ) {}
    read(offset: number, length: number): Uint8Array {
      const bytes = this.inner.read(offset, length);
      this.bytesRead += bytes.length;
      return bytes;
    }
  }

  it('reads the list of 400,000 ranges and no byte of their memory', () => {
    const count = 400_000;
    const laidOut = layOutMinidump({
      memoryForm: 'list64',
      memory: Array.from({ length: count }, (_, i) => ({ start: BigInt(i) * 0x3000n, size: 0x2000 })),
    });
    const [head] = laidOut.pieces();
    const source = new CountingSource(new BufferSource(head?.bytes ?? new Uint8Array(0)), laidOut.size);
    const { memory } = Minidump.open(source);
    expect(memory.count).toBe(count);
    expect(memory.find(0x3000n * 399_999n + 5n)).toBe(399_999);
    expect(memory.find(0x3000n * 7n - 1n)).toBe(-1);
    expect(source.bytesRead).toBeLessThan(count * 16 + 200);
  });
});
