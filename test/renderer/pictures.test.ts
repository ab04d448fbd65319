import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ownership, SpaceRegion } from '../../core/protocol/pictures.ts';
import { fitSpace, FoldedSpace, spaceSizes } from '../../renderer/addressSpace/foldSpace.ts';
import { filterRegions, sortRegions } from '../../renderer/addressSpace/regionRows.ts';
import { regionAt } from '../../renderer/addressSpace/spaceText.ts';
import { matrixMove, verdictText } from '../../renderer/ownership/matrixMove.ts';
import { nodeActions } from '../../renderer/ownership/nodeActions.ts';
import { connected, neighbour, nodeAt } from '../../renderer/ownership/ownershipFocus.ts';
import { ownershipLayout } from '../../renderer/ownership/ownershipLayout.ts';
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

function regionOf(start: bigint, end: bigint, facts: Partial<SpaceRegion> = {}): SpaceRegion {
  const state = 'committed';
  return {
    start,
    end,
    state,
    usage: 'x',
    type: '',
    protect: '',
    detail: '',
    inDump: 'all',
    held: 0,
    ...facts,
  };
}

const cellsOf = (space: FoldedSpace) => Array.from({ length: space.count }, (_, i) => space.cell(i));

describe('the folded address space', () => {
  it('has every region once, in order, each cell within its row and found where it is', () => {
    fc.assert(
      fc.property(
        regionsOf,
        fc.integer({ min: 40, max: 900 }),
        fc.integer({ min: 4, max: 34 }),
        (regions, width, bits) => {
          const space = new FoldedSpace(spaceSizes(regions), width, 2 ** bits);
          const cells = cellsOf(space);
          expect(cells.filter((c) => c.begins).map((c) => c.region)).toEqual([...regions.keys()]);
          expect(cells.filter((c) => c.ends).map((c) => c.region)).toEqual([...regions.keys()]);
          cells.forEach((cell, i) => {
            expect(cell.width).toBeGreaterThan(0);
            expect(cell.x + cell.width).toBeLessThanOrEqual(width);
            const row = space.rowOf(i);
            expect(space.cellAt(row, cell.x + cell.width / 2)).toBe(i);
            if (cell.begins) expect(space.firstCellOf(cell.region)).toBe(i);
            const before = cells[i - 1];
            const isFirst = space.cellsOf(row).from === i;
            expect(cell.x).toBe(isFirst ? 0 : (before?.x ?? 0) + (before?.width ?? 0));
          });
          expect(space.rowOf(space.count - 1)).toBe(space.rowCount - 1);
          expect(space.cellAt(space.rowCount, 0)).toBe(-1);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('draws what is to scale to scale, and marks what is not', () => {
    const regions = [
      regionOf(0n, 0x10000n),
      regionOf(0x10000n, 0x30000n),
      regionOf(0x30000n, 1n << 46n, { state: 'free' }),
      regionOf(1n << 46n, (1n << 46n) + 0x1000n),
    ];
    const cells = cellsOf(new FoldedSpace(spaceSizes(regions), 1000, 0x400));
    expect(cells.map((c) => [c.width, c.compressed])).toEqual([
      [64, false],
      [128, false],
      [expect.any(Number), true],
      [4, false],
    ]);
    expect(cells[2]?.width).toBeLessThan(100);
  });

  it('says how much of a region lies in front of a row, by its bytes', () => {
    // 1000 pixels, 300 of them taken: a region of 2560 pixels goes on at 700 and at 1700 of them
    const regions = [regionOf(0n, 300n << 10n), regionOf(300n << 10n, 2860n << 10n)];
    const space = new FoldedSpace(spaceSizes(regions), 1000, 0x400);
    expect(space.rowCount).toBe(3);
    expect(space.shareBefore(space.cellsOf(1).from)).toBeCloseTo(700 / 2560, 9);
    expect(space.shareBefore(space.cellsOf(2).from)).toBeCloseTo(1700 / 2560, 9);
  });

  it('is zoomed so that it fits, and no further out than it must be', () => {
    fc.assert(
      fc.property(regionsOf, fc.integer({ min: 200, max: 900 }), (regions, width) => {
        const sizes = spaceSizes(regions);
        const least = new FoldedSpace(sizes, width, 2 ** 34).rowCount;
        const zoom = fitSpace(sizes, width, least + 2);
        expect(new FoldedSpace(sizes, width, zoom).rowCount).toBeLessThanOrEqual(least + 2);
      }),
      { numRuns: 60 },
    );
    // 256 pages on 4 rows of 256 pixels: 4 pixels each, which a page has from 4.5 pixels downwards
    const pages = Array.from({ length: 256 }, (_, i) => regionOf(BigInt(i) << 12n, BigInt(i + 1) << 12n));
    const zoom = fitSpace(spaceSizes(pages), 256, 4);
    expect(zoom / (4096 / 4.5)).toBeGreaterThanOrEqual(1);
    expect(zoom / (4096 / 4.5)).toBeLessThan(1.01);
  });
});

describe('the table of regions', () => {
  const regions = [
    regionOf(0n, 0x10000n, { state: 'free', usage: 'Free' }),
    regionOf(0x10000n, 0x12000n, {
      usage: 'Heap',
      detail: 'Handle: 10000',
      type: 'MEM_PRIVATE',
      held: 0x2000,
    }),
    regionOf(0x20000n, 0x29000n, { usage: 'Image', detail: 'ntdll', protect: 'PAGE_EXECUTE_READ' }),
    regionOf(0x29000n, 0x2a000n, {
      usage: 'Image',
      detail: 'ntdll',
      protect: 'PAGE_READWRITE',
      held: 0x1000,
    }),
  ];
  const found = (text: string, use = '') => [...filterRegions(regions, { text, use })];

  it('finds by words, by an address within, and by use', () => {
    expect(found('')).toEqual([0, 1, 2, 3]);
    expect(found('NTDLL')).toEqual([2, 3]);
    expect(found('readwrite')).toEqual([3]);
    expect(found('0x28fff')).toEqual([2]);
    expect(found('00000000`00011000')).toEqual([1]);
    expect(found('12000')).toEqual([]);
    expect(found('', 'image')).toEqual([2, 3]);
    expect(found('29000', 'heap')).toEqual([]);
    expect([0x11fffn, 0x12000n, 0x20000n].map((a) => regionAt(regions, a))).toEqual([1, -1, 2]);
  });

  it('sorts by size, by what the dump holds and by names, equal ones by address', () => {
    const all = Uint32Array.of(0, 1, 2, 3);
    const by = (key: 'start' | 'size' | 'held' | 'usage', descending = false) => [
      ...sortRegions(regions, all, { key, descending }),
    ];
    expect(by('size', true)).toEqual([0, 2, 1, 3]);
    expect(by('held')).toEqual([0, 2, 3, 1]);
    expect(by('usage')).toEqual([0, 1, 2, 3]);
    expect(by('start', true)).toEqual([3, 2, 1, 0]);
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
    { heap: 0x340000n, index: 2, isProcessHeap: false, users: [1], busyBlocks: 3, busyBytes: 3000 },
    { heap: 0x440000n, index: 3, isProcessHeap: false, users: [2], busyBlocks: 1, busyBytes: 1000 },
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

  it('shows blocks that do not say whose they are as a bar of its own, and heaps of no runtime by their bytes', () => {
    const layout = ownershipLayout(
      {
        ...model,
        heaps: [
          ...model.heaps,
          { heap: 0x10000n, index: 1, isProcessHeap: true, users: [], busyBlocks: 9, busyBytes: 6000 },
        ],
        flows: [...model.flows, { runtime: 2, heap: 0x440000n, blocks: 2, bytes: 500 }],
      },
      900,
      700,
      1,
    );
    const heights = new Map(layout.nodes.map((n) => [n.id, n.height]));
    // a pixel stands between ribbons
    expect(heights.get('heap 10000')).toBeCloseTo(2 * (heights.get('heap 340000') ?? 0), -1);
    expect(layout.nodes.find((n) => n.id === 'heap 10000')?.detail).toContain(
      'no C runtime allocates from it',
    );
    expect(layout.ribbons.find((r) => r.from === 'untold')).toMatchObject({ to: 'runtime 2', bytes: 500 });
    expect([...connected(layout, ['untold'])].sort()).toEqual(['heap 440000', 'runtime 2', 'untold']);
    // and a heap that nobody is known to use belongs to nothing
    expect([...connected(layout, ['heap 10000'])]).toEqual(['heap 10000']);
  });

  it('leads from a runtime to its heap and its module, by arrows along the ribbons', () => {
    const place = (id: string) => layout.nodes.findIndex((n) => n.id === id);
    expect(neighbour(layout, place('module 1'), 1)).toBe(place('runtime 1'));
    expect(neighbour(layout, place('heap 440000'), -1)).toBe(place('runtime 2'));
    expect(neighbour(layout, place('module 1'), -1)).toBe(place('module 1'));
    const of = (id: string) => {
      const found = layout.nodes.find((n) => n.id === id);
      return found ? nodeActions(model, found).map((a) => `${a.to} ${a.address.toString(16)}`) : [];
    };
    expect(of('runtime 2')).toEqual(['heap 440000', 'module 300000']);
    expect(of('heap 340000')).toEqual(['heap 340000', 'memory 340000']);
    expect(of('module 0')).toEqual(['module 100000', 'memory 100000']);
  });

  it('says the answer of each cell of the matrix, which keys go over without leaving it', () => {
    const yes = { answer: 'yes', reason: 'its own' } as const;
    const no = { answer: 'no', reason: 'different heaps' } as const;
    const judged = {
      ...model,
      verdicts: [
        [yes, no],
        [no, yes],
      ],
    } as Ownership;
    expect(verdictText(judged, 0, 1)).toBe('MSVCR90D.dll freed by static: no. different heaps');
    expect(verdictText(judged, 2, 0)).toBe('');
    const moves = ['ArrowRight', 'ArrowRight', 'ArrowDown', 'PageDown', 'Home'];
    let at = { row: 0, column: 0 };
    const seen = moves.map((key) => (at = matrixMove(key, false, at, 3) ?? at));
    expect(seen.map((p) => `${p.row}${p.column}`)).toEqual(['01', '02', '12', '22', '20']);
    expect(matrixMove('End', true, at, 3)).toEqual({ row: 2, column: 2 });
    expect(matrixMove('x', false, at, 3)).toBeUndefined();
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
    // one of them whose bytes are known stands for itself
    const flows = [{ runtime: 1, module: 7, heap: 0x340000n, blocks: 1, bytes: 50 }];
    const told = ownershipLayout({ ...model, modules: many, flows }, 900, 500, 1).nodes;
    expect(told.filter((n) => n.column === 0).map((n) => n.members.length)).toEqual([59, 1]);
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

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['  =1', "'  =1"],
    ['\t=1', `"'\t'=1"`],
    ['\r=1', `"'\r'=1"`],
    ['\uff1d1', "'\uff1d1"],
    // what another separator would make a cell of its own
    ['a;=1;b', `"a;'=1;b"`],
    ['a\t@x', `"a\t'@x"`],
    ['a\r\n-x', `"a\r\n'-x"`],
    ['a","=1', `"a"",""=1"`],
    // no formula
    ['a-b=c', 'a-b=c'],
    ['0x3486e8', '0x3486e8'],
    [-5, '-5'],
    ['', ''],
  ])('writes the cell %j as %j', (value, cell) => {
    expect(csv(['a'], [[value]])).toBe(`a\r\n${cell}\r\n`);
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
