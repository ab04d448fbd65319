import { describe, expect, it } from 'vitest';
import { BlockPart, type BlockRecord, BlockState } from '../../core/heap/index.ts';
import { emptyRecord } from '../../core/heap/blockSink.ts';
import { HeapBlocksBuilder } from '../../core/heap/heapBlocks.ts';
import { mergeRuns } from '../../core/heap/mergeRuns.ts';

function record(values: Partial<BlockRecord>): BlockRecord {
  return { ...emptyRecord(), ...values };
}

describe('blocks as columns', () => {
  it('come out rising, whatever order the walk gave them in', () => {
    const builder = new HeapBlocksBuilder();
    // three segments, the second below the first, each rising
    const entries = [0x7f00_0000_0000, 0x20_0000, 0x1_0000_0000].flatMap((base) =>
      Array.from({ length: 1000 }, (_, i) => base + i * 0x40),
    );
    entries.forEach((entry, i) => {
      builder.add(record({ entry, size: 0x40, userSize: i, owner: i % 7, previousUnits: i & 0xffff }));
    });
    const blocks = builder.finish();
    const rising = entries.toSorted((a, b) => a - b);
    expect([...blocks.columns.entry]).toEqual(rising);
    rising.forEach((entry, i) => {
      const was = entries.indexOf(entry);
      expect(blocks.at(i)).toMatchObject({
        entry: BigInt(entry),
        userSize: was,
        owner: was % 7,
        previousUnits: was,
      });
    });
  });

  it('are found by any address in them, and by none outside', () => {
    const builder = new HeapBlocksBuilder();
    for (let i = 0; i < 5000; i++)
      builder.add(record({ entry: 0x10000 + i * 0x100, size: 0x80, userOffset: 8 }));
    const blocks = builder.finish();
    for (let i = 0; i < 5000; i += 7) {
      const entry = 0x10000 + i * 0x100;
      for (const inside of [0, 8, 0x7f]) expect(blocks.find(BigInt(entry + inside))).toBe(i);
      for (const outside of [-1, 0x80, 0xff]) expect(blocks.find(BigInt(entry + outside))).toBe(-1);
      expect(blocks.firstFrom(BigInt(entry))).toBe(i);
      expect(blocks.firstFrom(BigInt(entry + 1))).toBe(i + 1);
    }
    expect(blocks.find(0n)).toBe(-1);
    expect(blocks.firstFrom(0n)).toBe(0);
    expect(blocks.firstFrom(1n << 60n)).toBe(5000);
    expect(blocks.at(5000)).toBeUndefined();
    expect(blocks.at(-1)).toBeUndefined();
  });

  it("give the next header's first bytes to the block that uses them, as on x64", () => {
    const builder = new HeapBlocksBuilder();
    const busy = { userOffset: 16, state: BlockState.busy, part: BlockPart.segment };
    builder.add(record({ entry: 0x1000, size: 0x10, userSize: 8, ...busy }));
    builder.add(record({ entry: 0x1010, size: 0x20, userSize: 24, ...busy }));
    builder.add(record({ entry: 0x1030, size: 0x20, userSize: 10, ...busy }));
    builder.add(record({ entry: 0x1050, size: 0x20, userSize: 0, ...busy }));
    const blocks = builder.finish();
    // the first block's user pointer is the second block's entry
    expect(blocks.find(0x1010n)).toBe(0);
    expect(blocks.find(0x1017n)).toBe(0);
    expect(blocks.find(0x1018n)).toBe(1);
    // a header's own address finds its block
    expect(blocks.find(0x1030n)).toBe(1 + 1);
    expect(blocks.find(0x1037n)).toBe(1);
    expect(blocks.find(0x1038n)).toBe(2);
    expect(blocks.find(0x1051n)).toBe(3);
  });

  it('are small: a million in less than 60 bytes each', () => {
    const builder = new HeapBlocksBuilder();
    const block = emptyRecord();
    block.size = 16;
    for (let i = 0; i < 1_000_000; i++) {
      block.entry = i * 16;
      builder.add(block);
    }
    const { columns } = builder.finish();
    const buffers = new Set(Object.values(columns).map((c: { buffer: ArrayBufferLike }) => c.buffer));
    const bytes = [...buffers].reduce((sum, b) => sum + b.byteLength, 0);
    expect(bytes / 1_000_000).toBeLessThan(60);
  });

  it('are merged by runs, equal keys in the order they stand', () => {
    expect(mergeRuns(Float64Array.of(1, 2, 2, 3))).toBeUndefined();
    expect(mergeRuns(new Float64Array(0))).toBeUndefined();
    expect([...(mergeRuns(Float64Array.of(5, 6, 1, 6, 2)) ?? [])]).toEqual([2, 4, 0, 1, 3]);
    const keys = Float64Array.from({ length: 3000 }, (_, i) => (i * 7919) % 1009);
    const order = mergeRuns(keys);
    const expected = Array.from(keys.keys()).toSorted((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
    expect([...(order ?? [])]).toEqual(expected);
  });
});
