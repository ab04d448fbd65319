import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeapMap } from '../../core/protocol/pictures.ts';
import {
  type BlockColours,
  coloursBySize,
  coloursByState,
  DAMAGED,
} from '../../renderer/heapMap/blockColours.ts';
import { filterBlocks, parseSizes, sizesText } from '../../renderer/heapMap/blockFilter.ts';
import { sortBlocks } from '../../renderer/heapMap/blockOrder.ts';
import { NOTHING_SELECTED, selectOne, selectRows, sumOf } from '../../renderer/heapMap/blockSelection.ts';
import { addressAt, heapGeometry, pointOf, wholeHeap, zoomAt } from '../../renderer/heapMap/heapGeometry.ts';
import { heapRows } from '../../renderer/heapMap/heapRows.ts';
import { blockAt, Cell, rasterizeHeap } from '../../renderer/heapMap/rasterizeHeap.ts';
import { sizeHistogram } from '../../renderer/heapMap/sizeHistogram.ts';

interface Block {
  readonly size: number;
  readonly state: number;
  /** bytes of nothing in front of it */
  readonly gap: number;
  readonly damaged: boolean;
}

const START = 0x340000;

/** A heap of one segment with these blocks, 8 bytes the unit. */
function heapOf(blocks: readonly Block[], spare = 64): HeapMap {
  const count = blocks.length;
  const map = {
    entry: new Float64Array(count),
    size: new Float64Array(count),
    userSize: new Float64Array(count),
    userOffset: new Uint32Array(count).fill(8),
    state: new Uint8Array(count),
    part: new Uint8Array(count),
    marks: new Uint8Array(count),
  };
  let at = START;
  blocks.forEach(({ size, state, gap, damaged }, i) => {
    at += gap;
    map.entry[i] = at;
    map.size[i] = size;
    map.userSize[i] = size - 8;
    map.state[i] = state;
    map.marks[i] = damaged ? DAMAGED : 0;
    at += size;
  });
  return {
    ...map,
    heap: BigInt(START),
    position: 0,
    kind: 'nt',
    pointerSize: 4,
    count,
    states: ['busy', 'free', 'uncommitted', 'internal'],
    parts: ['segment', 'lfh', 'virtual', 'lookaside', 'vs', 'backend', 'large', 'page'],
    areas: [{ start: START, end: at + spare, kind: 'segment' }],
    uncommitted: [],
    missing: [],
    busyBlocks: 0,
    busyBytes: 0,
    freeBlocks: 0,
    freeBytes: 0,
    errors: 0,
    findings: [],
    notes: [],
  };
}

const blocksOf = fc.array(
  fc.record({
    size: fc.integer({ min: 1, max: 40 }).map((n) => n * 8),
    state: fc.integer({ min: 0, max: 3 }),
    gap: fc.constantFrom(0, 0, 0, 8, 24),
    damaged: fc.constantFrom(false, false, false, false, true),
  }),
  { minLength: 1, maxLength: 120 },
);

/** What each cell must be, byte by byte: the slow way. */
function expected(map: HeapMap, colours: BlockColours, from: number, to: number): Set<number> {
  const bytes = new Map<number, number>();
  let damaged = false;
  for (let at = from; at < to; at++) {
    const block = blockAt(map, at);
    if (block < 0) continue;
    damaged ||= (map.marks[block] ?? 0) === DAMAGED;
    const c = colours.of[block] ?? 0;
    bytes.set(c, (bytes.get(c) ?? 0) + 1);
  }
  if (damaged) return new Set([Cell.damaged]);
  const most = Math.max(0, ...bytes.values());
  return most === 0
    ? new Set([Cell.ground])
    : new Set([...bytes].filter(([, n]) => n === most).map(([c]) => c));
}

describe('the cells of a heap map', () => {
  it('have the category that most of their bytes have, and show damage whatever its size', () => {
    fc.assert(
      fc.property(blocksOf, fc.constantFrom(8, 16, 64, 256), (blocks, bytesPerCell) => {
        const map = heapOf(blocks);
        const colours = coloursByState(map);
        const width = 10;
        const rows = heapRows(map, bytesPerCell * width);
        const rowCount = rows.space.rowCount - 1;
        // behind the heading
        const cells = rasterizeHeap({ map, rows, colours, firstRow: 1, rowCount, width });
        const end = map.areas[0]?.end ?? 0;
        cells.forEach((cell, i) => {
          const from = START + i * bytesPerCell;
          if (cell === Cell.border) return;
          const want = expected(map, colours, from, Math.min(end, from + bytesPerCell));
          expect(want.has(cell), `cell ${i} is ${cell}, not ${[...want].join(' or ')}`).toBe(true);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('have a border at the first cell of each block that is wide enough', () => {
    const map = heapOf([
      { size: 64, state: 0, gap: 0, damaged: false },
      { size: 16, state: 0, gap: 0, damaged: false },
      { size: 64, state: 0, gap: 0, damaged: false },
    ]);
    const rows = heapRows(map, 208);
    const cells = rasterizeHeap({
      map,
      rows,
      colours: coloursByState(map),
      firstRow: 1,
      rowCount: 1,
      width: 26,
    });
    expect([...cells.keys()].filter((i) => cells[i] === Cell.border)).toEqual([0, 10]);
  });

  it('are the same whether drawn all at once or from a row in the middle', () => {
    fc.assert(
      fc.property(blocksOf, fc.integer({ min: 1, max: 6 }), (blocks, skip) => {
        const map = heapOf(blocks);
        const rows = heapRows(map, 160);
        const colours = coloursBySize(map);
        const all = rasterizeHeap({
          map,
          rows,
          colours,
          firstRow: 0,
          rowCount: rows.space.rowCount,
          width: 20,
        });
        const firstRow = Math.min(skip, rows.space.rowCount - 1);
        const rowCount = rows.space.rowCount - firstRow;
        const part = rasterizeHeap({ map, rows, colours, firstRow, rowCount, width: 20 });
        // a block that begins above the picture has its border there
        const plain = (cells: Uint8Array): number[] => [...cells].map((c) => (c === Cell.border ? -1 : c));
        const tail = plain(all.subarray(firstRow * 20));
        plain(part).forEach((c, i) => c === -1 || tail[i] === -1 || expect(c).toBe(tail[i]));
      }),
      { numRuns: 60 },
    );
  });
});

describe('the place of a block', () => {
  it('is found under the point where the map draws its address', () => {
    fc.assert(
      fc.property(blocksOf, fc.constantFrom(300, 641), fc.nat(), (blocks, width, pick) => {
        const map = heapOf(blocks);
        const geometry = heapGeometry(map, wholeHeap(map, width, 400), width, 400);
        const block = pick % map.count;
        const address = map.entry[block] ?? 0;
        const { x, y } = pointOf(geometry, address);
        // the middle of what the block's first byte covers
        const at = addressAt(geometry, x + (0.5 * width) / geometry.rows.space.bytesPerRow, y + 1);
        expect(at === undefined ? -1 : blockAt(map, at)).toBe(block);
      }),
    );
  });

  it('stays under the pointer when zooming in', () => {
    const map = heapOf(Array.from({ length: 4000 }, () => ({ size: 64, state: 0, gap: 0, damaged: false })));
    let geometry = heapGeometry(map, wholeHeap(map, 500, 300), 500, 300);
    const at = addressAt(geometry, 333, 151) ?? 0;
    for (let i = 0; i < 6; i++) {
      const { x, y } = pointOf(geometry, at);
      geometry = heapGeometry(map, zoomAt(map, geometry, 1.5, x, y), 500, 300);
      const after = pointOf(geometry, at);
      expect(after.y).toBeGreaterThanOrEqual(0);
      expect(after.y).toBeLessThan(300);
      const last = geometry.rows.space.rowCount - Math.floor(300 / geometry.rowHeight);
      // at both ends of the heap no empty ground is scrolled in instead
      const isFree = geometry.top > 0 && geometry.top < last;
      if (isFree) expect(Math.abs(after.y - y)).toBeLessThanOrEqual(geometry.rowHeight);
      if (i === 5) expect(isFree).toBe(true);
    }
  });
});

describe('rows of a heap', () => {
  it('fold long runs that are not committed into one row, and keep short ones', () => {
    const map = {
      areas: [
        { start: 0x10000, end: 0x50000, kind: 'segment' as const },
        { start: 0x90000, end: 0x91000, kind: 'region' as const },
      ],
      uncommitted: [
        { start: 0x11000, end: 0x11100 },
        { start: 0x20000, end: 0x50000 },
      ],
      missing: [],
    };
    const { space, marks } = heapRows(map, 0x400);
    expect(space.pieces.map((p) => [Number(p.start), Number(p.end), p.kind])).toEqual([
      [0x10000, 0x10000, 'gap'],
      [0x10000, 0x20000, 'bytes'],
      [0x20000, 0x50000, 'gap'],
      [0x90000, 0x90000, 'gap'],
      [0x90000, 0x91000, 'bytes'],
    ]);
    expect(marks.get(2)).toMatchObject({ kind: 'uncommitted' });
    expect(space.at(space.rowOf(0x10000n))).toMatchObject({ kind: 'bytes', start: 0x10000n });
    expect(space.at(space.rowOf(0x33333n))?.kind).toBe('gap');
  });
});

describe('the table behind the map', () => {
  it('has the blocks that pass each part of a filter, in the order asked for', () => {
    fc.assert(
      fc.property(
        blocksOf,
        fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 0, max: 2000 }),
        (blocks, state, minSize, offset) => {
          const map = heapOf(blocks);
          const range = { start: START + offset, end: START + offset + 512 };
          const found = filterBlocks({ map }, { state, minSize, range });
          const slow = blocks.flatMap((b, i) => {
            const at = map.entry[i] ?? 0;
            const isIn = at < range.end && at + b.size > range.start;
            return isIn && b.size >= minSize && (state === undefined || b.state === state) ? [i] : [];
          });
          expect([...(found ?? [])]).toEqual(slow);
          const sorted = sortBlocks(map, found, { key: 'size', descending: false });
          const bySize = [...slow].sort((a, b) => (map.size[a] ?? 0) - (map.size[b] ?? 0) || a - b);
          expect([...(sorted ?? [])]).toEqual(bySize);
        },
      ),
    );
    expect(filterBlocks({ map: heapOf([]) }, { state: undefined })).toBeUndefined();
  });

  it('sorts unknown sizes first, and sizes that leave no room for an index as well', () => {
    const map = heapOf(Array.from({ length: 5 }, () => ({ size: 8, state: 0, gap: 0, damaged: false })));
    map.userSize.set([3, -1, 2 ** 52, 0, 3]);
    expect([...(sortBlocks(map, undefined, { key: 'userSize', descending: false }) ?? [])]).toEqual([
      1, 3, 0, 4, 2,
    ]);
  });

  it('takes sizes as they are typed', () => {
    expect(parseSizes('100')).toEqual({ minSize: 100, maxSize: 100 });
    expect(parseSizes('0x10 - 0x20')).toEqual({ minSize: 16, maxSize: 32 });
    expect(parseSizes('100-')).toEqual({ minSize: 100, maxSize: undefined });
    expect(parseSizes('-200')).toEqual({ minSize: undefined, maxSize: 200 });
    expect(parseSizes('')).toEqual({});
    expect(parseSizes('12 34')).toBeUndefined();
    expect(parseSizes('many')).toBeUndefined();
    for (const text of ['', '100', '100-200', '100-', '-200'])
      expect(sizesText(parseSizes(text) ?? {})).toBe(text);
  });

  it('selects with Shift all rows from where the selection began, in the order of the table', () => {
    const map = heapOf([80, 8, 64, 16, 32].map((size) => ({ size, state: 0, gap: 0, damaged: false })));
    const bySize = sortBlocks(map, undefined, { key: 'size', descending: true });
    expect([...(bySize ?? [])]).toEqual([0, 2, 4, 3, 1]);
    // from the second largest to the fourth, and back up to the largest
    const down = selectRows(selectOne(2), bySize, map.count, 3);
    expect([...(down.chosen ?? [])]).toEqual([0, 0, 1, 1, 1]);
    expect(sumOf(down.chosen ?? new Uint8Array(), map.size)).toEqual({ blocks: 3, bytes: 112 });
    const up = selectRows(down, bySize, map.count, 0);
    expect([...(up.chosen ?? [])]).toEqual([1, 0, 1, 0, 0]);
    expect(up.active).toBe(0);
    // in the order of addresses the same rows are others
    expect([...(selectRows(selectOne(2), undefined, map.count, 3).chosen ?? [])]).toEqual([0, 0, 1, 1, 0]);
    expect(selectRows(NOTHING_SELECTED, bySize, map.count, 1)).toEqual(selectOne(2));
    // a filter took away the block that it began at
    expect(selectRows(selectOne(0), Uint32Array.of(3, 4), map.count, 1)).toEqual(selectOne(4));
  });

  it('counts blocks by powers of two of their sizes', () => {
    const map = heapOf([8, 15, 16, 31, 32, 4096].map((size) => ({ size, state: 0, gap: 0, damaged: false })));
    map.state[5] = 1;
    const buckets = sizeHistogram(map).filter((b) => b.busyBlocks + b.freeBlocks > 0);
    expect(buckets.map((b) => [b.from, b.busyBlocks, b.freeBlocks])).toEqual([
      [8, 2, 0],
      [16, 2, 0],
      [32, 1, 0],
      [4096, 0, 1],
    ]);
  });
});
