import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ownership, SpaceRegion } from '../../core/protocol/pictures.ts';
import { cellAt, foldSpace } from '../../renderer/addressSpace/foldSpace.ts';
import { connected, nodeAt, ownershipLayout } from '../../renderer/ownership/ownershipLayout.ts';
import { addressText, sizeText } from '../../renderer/picture/addressText.ts';
import { csv } from '../../renderer/picture/csv.ts';

const STATES = ['committed', 'reserved', 'free', 'unknown'] as const;
const regionsOf = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 47 }), fc.constantFrom(...STATES)), {
    minLength: 1,
    maxLength: 80,
  })
  .map((sizes) => {
    let at = 0n;
    return sizes.map(([bits, state]): SpaceRegion => {
      const start = at;
      at += 0x1000n + (1n << BigInt(bits));
      return {
        start,
        end: at,
        state,
        usage: 'x',
        type: '',
        protect: '',
        detail: '',
        inDump: 'none',
        held: 0,
      };
    });
  });

describe('the folded address space', () => {
  it('has every region once, in order, each cell within its row and found where it is', () => {
    fc.assert(
      fc.property(
        regionsOf,
        fc.integer({ min: 40, max: 900 }),
        fc.integer({ min: 4, max: 34 }),
        (regions, width, bits) => {
          const space = foldSpace(regions, width, 2 ** bits);
          const { cells } = space;
          expect(cells.filter((c) => c.begins).map((c) => c.region)).toEqual([...regions.keys()]);
          expect(cells.filter((c) => c.ends).map((c) => c.region)).toEqual([...regions.keys()]);
          cells.forEach((cell, i) => {
            expect(cell.width).toBeGreaterThan(0);
            expect(cell.x + cell.width).toBeLessThanOrEqual(width);
            expect(cellAt(space, cell.row, cell.x + cell.width / 2)).toBe(i);
            const before = cells[i - 1];
            if (before?.row === cell.row) expect(cell.x).toBe(before.x + before.width);
          });
          expect(space.rowCount).toBe((cells.at(-1)?.row ?? 0) + 1);
          expect(cellAt(space, space.rowCount, 0)).toBe(-1);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('draws what is to scale to scale, and marks what is not', () => {
    const region = (start: bigint, end: bigint, state: SpaceRegion['state']): SpaceRegion => {
      return { start, end, state, usage: 'x', type: '', protect: '', detail: '', inDump: 'all', held: 0 };
    };
    const regions = [
      region(0n, 0x10000n, 'committed'),
      region(0x10000n, 0x30000n, 'committed'),
      region(0x30000n, 1n << 46n, 'free'),
      region(1n << 46n, (1n << 46n) + 0x1000n, 'committed'),
    ];
    const { cells } = foldSpace(regions, 1000, 0x400);
    expect(cells.map((c) => [c.width, c.compressed])).toEqual([
      [64, false],
      [128, false],
      [expect.any(Number), true],
      [4, false],
    ]);
    expect(cells[2]?.width).toBeLessThan(100);
  });
});

const model: Ownership = {
  pointerSize: 4,
  modules: ['app', 'dll', 'other'].map((name, i) => ({
    name,
    base: BigInt(i + 1) << 20n,
    runtimes: [i < 2 ? 1 : 2],
    linkage: 'dynamic',
    evidence: [],
    notes: [],
  })),
  runtimes: [
    { id: 1, label: 'MSVCR90D.dll', name: 'MSVCR90D.dll', module: 'MSVCR90D', form: 'dll', heap: 0x340000n },
    { id: 2, label: 'static', name: 'static', module: 'other', form: 'static', heap: 0x440000n },
  ],
  heaps: [
    { heap: 0x340000n, index: 2, isProcessHeap: false, busyBlocks: 3, busyBytes: 3000 },
    { heap: 0x440000n, index: 3, isProcessHeap: false, busyBlocks: 1, busyBytes: 1000 },
  ],
  flows: [
    { runtime: 1, module: 0, heap: 0x340000n, blocks: 2, bytes: 2000 },
    { runtime: 1, module: 1, heap: 0x340000n, blocks: 1, bytes: 1000 },
    { runtime: 2, module: 2, heap: 0x440000n, blocks: 1, bytes: 1000 },
  ],
  verdicts: [],
};

describe('the picture of ownership', () => {
  const layout = ownershipLayout(model, 900, 500, 1);
  const node = (id: string) => layout.nodes.find((n) => n.id === id);

  it('has ribbons in proportion to the bytes, within the bars at both ends', () => {
    const thickness = (from: string, to: string) =>
      layout.ribbons.find((r) => r.from === from && r.to === to)?.thickness ?? 0;
    expect(thickness('module 0', 'runtime 1')).toBeCloseTo(2 * thickness('module 1', 'runtime 1'), 6);
    expect(thickness('runtime 1', 'heap 340000')).toBeCloseTo(3 * thickness('runtime 2', 'heap 440000'), 6);
    for (const r of layout.ribbons) {
      const [from, to] = [node(r.from), node(r.to)];
      expect(r.y0).toBeGreaterThanOrEqual(from?.y ?? Infinity);
      expect(r.y0 + r.thickness).toBeLessThanOrEqual((from?.y ?? 0) + (from?.height ?? 0) + 0.001);
      expect(r.y1 + r.thickness).toBeLessThanOrEqual((to?.y ?? 0) + (to?.height ?? 0) + 0.001);
    }
  });

  it('lights what flows through a node to both ends, and nothing else', () => {
    expect([...connected(layout, ['heap 340000'])].sort()).toEqual([
      'heap 340000',
      'module 0',
      'module 1',
      'runtime 1',
    ]);
    expect([...connected(layout, ['module 1'])].sort()).toEqual(['heap 340000', 'module 1', 'runtime 1']);
  });

  it('keeps nodes of a column apart, and finds each under its bar', () => {
    for (const kind of ['module', 'runtime', 'heap']) {
      const own = layout.nodes.filter((n) => n.kind === kind).sort((a, b) => a.y - b.y);
      own.forEach(
        (n, i) => i > 0 && expect(n.y).toBeGreaterThan((own[i - 1]?.y ?? 0) + (own[i - 1]?.height ?? 0)),
      );
      for (const n of own) expect(nodeAt(layout, n.x + 2, n.y + n.height / 2, 50)?.id).toBe(n.id);
    }
  });

  it('draws many modules that tell no bytes as one', () => {
    const many = Array.from({ length: 60 }, (_, i) => ({
      name: `m${i}`,
      base: BigInt(i + 16) << 20n,
      runtimes: [1],
      linkage: 'dynamic',
      evidence: [],
      notes: [],
    }));
    const { nodes } = ownershipLayout({ ...model, modules: many, flows: [] }, 900, 500, 1);
    expect(nodes.filter((n) => n.kind === 'group').map((n) => n.members.length)).toEqual([60]);
  });
});

describe('what is exported and written', () => {
  it('quotes cells of CSV, and lets no text of a dump be a formula', () => {
    expect(
      csv(
        ['a', 'b'],
        [
          ['x,"y"', 1n],
          ['=HYPERLINK("http://x")', undefined],
          ['-1+1', -5],
        ],
      ),
    ).toBe('a,b\r\n"x,""y""",1\r\n"\'=HYPERLINK(""http://x"")",\r\n\'-1+1,-5\r\n');
  });

  it('writes addresses and sizes as the debugger and a person do', () => {
    expect(addressText(0x3486e8n, 32)).toBe('003486e8');
    expect(addressText(0x7ff612345678n, 64)).toBe('00007ff6`12345678');
    expect(addressText(0x1_0000_0000n, 32)).toBe('00000001`00000000');
    expect(sizeText(512)).toBe('512 bytes');
    expect(sizeText(1536)).toBe('1.5 KB');
    expect(sizeText(1n << 47n)).toBe('128 TB');
  });
});
