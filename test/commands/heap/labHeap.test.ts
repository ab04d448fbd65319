/** The forms of `!heap` on a real process, against what the process and its own HeapWalk say (corpus/lab/README.md). */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../core/engine/index.ts';
import type { JsonObject } from '../../../core/output/index.ts';
import { hasCorpus, sharedJson } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

interface LabTruth {
  readonly process_heaps: readonly string[];
  readonly heaps: Readonly<Record<string, string>>;
  readonly node_list: readonly { readonly addr: string; readonly name: string }[];
  readonly globals: readonly { readonly name: string; readonly address: string; readonly value: string }[];
  readonly vftables: Readonly<Record<string, string>>;
  readonly allocations: readonly {
    readonly addr: string;
    readonly size: number;
    readonly heap: string;
    readonly freed: boolean;
    readonly leaked?: boolean;
    readonly crt_header?: string;
  }[];
  readonly heapwalk: readonly {
    readonly heap: string;
    readonly data: string;
    readonly cb: number;
    readonly flags: number;
  }[];
}

const CASE = 'x86-static-O0';
/** HeapWalk's flag of a busy entry */
const BUSY = 4;

interface Block {
  readonly entry: string;
  readonly user?: string;
  readonly size: number;
  readonly userSize?: number;
  readonly state: string;
  readonly part: string;
  readonly content?: string;
  readonly offset?: number;
}
interface HeapBlocks {
  readonly heap: string;
  readonly count: number;
  readonly blocks: readonly Block[];
}

describe.skipIf(!hasCorpus)('!heap on a lab dump', () => {
  let engine: Engine;
  let truth: LabTruth;
  beforeAll(async () => {
    engine = await openLab(CASE);
    truth = sharedJson<LabTruth>(`corpus/lab/${CASE}/truth.json.gz`);
  });

  const run = (line: string): ReturnType<typeof runLine> => runLine(engine, line);
  const ask = async <T>(line: string): Promise<T> => {
    const { data, errors } = await run(line);
    expect(errors, line).toEqual([]);
    return data as T;
  };
  const walked = (heap: string): { user: string; size: number }[] =>
    truth.heapwalk
      .filter((row) => row.heap === heap && row.flags === BUSY)
      .map(({ data, cb }) => ({ user: data, size: cb }));
  const global = (name: string): { address: string; value: string } => {
    const found = truth.globals.find((g) => g.name === name);
    if (!found) throw new Error(`no global ${name}`);
    return found;
  };
  const node = (i: number): string => truth.node_list[i]?.addr ?? '';

  it('lists the heaps in the order of the process', async () => {
    const { heaps } = await ask<{ heaps: { address: string; index: number; kind: string }[] }>('!heap');
    expect(heaps.map((h) => h.address)).toEqual(truth.process_heaps);
    expect(heaps.map((h) => h.index)).toEqual(truth.process_heaps.map((_, i) => i + 1));
    expect(new Set(heaps.map((h) => h.kind))).toEqual(new Set(['wine']));
  });

  it('-s counts what HeapWalk counts', async () => {
    const { heaps } = await ask<{
      heaps: { address: string; busyBlocks: number; userBytes: number; errors: number }[];
    }>('!heap -s');
    for (const { address, busyBlocks, userBytes, errors } of heaps) {
      const rows = walked(address);
      expect([busyBlocks, userBytes, errors], address).toEqual([
        rows.length,
        rows.reduce((sum, r) => sum + r.size, 0),
        0,
      ]);
    }
  });

  it.each(['-h', '-a', '-hl'])('%s gives every busy block with its size', async (option) => {
    const heap = truth.heaps['crt_exe'] ?? '';
    const { blocks } = await ask<{ blocks: Block[] }>(`!heap ${option} ${heap}`);
    const busy = blocks.filter((b) => b.state === 'busy').map((b) => ({ user: b.user, size: b.userSize }));
    const byAddress = (a: { user?: string }, b: { user?: string }): number => Number(a.user) - Number(b.user);
    expect(busy.sort(byAddress)).toEqual(walked(heap).sort(byAddress));
  });

  it('-m shows segments and no entries', async () => {
    const { lines } = await run(`!heap -m ${truth.heaps['crt_exe']}`);
    expect(lines.join('\n')).toMatch(/Segment00 at 00b602b0:/);
    expect(lines.join('\n')).not.toContain('Heap entries');
  });

  it('-stat groups by size, by number of blocks, by size of one', async () => {
    const heap = truth.heaps['crt_dll'] ?? '';
    const counts = new Map<number, number>();
    for (const { size } of walked(heap)) counts.set(size, (counts.get(size) ?? 0) + 1);
    const groups = [...counts].map(([size, blocks]) => ({ size, blocks, total: size * blocks }));
    const orders = {
      S: (g: (typeof groups)[number]) => g.total,
      B: (g: (typeof groups)[number]) => g.blocks,
      A: (g: (typeof groups)[number]) => g.size,
    };
    for (const [letter, by] of Object.entries(orders)) {
      const { heaps } = await ask<{ heaps: { busyBytes: number; sizes: typeof groups }[] }>(
        `!heap -stat -h ${heap} -grp ${letter} 0n10`,
      );
      const [one] = heaps;
      expect(one?.busyBytes).toBe(groups.reduce((sum, g) => sum + g.total, 0));
      expect(one?.sizes.length).toBe(10);
      // equal weights may stand in any order
      expect(one?.sizes.map(by)).toEqual(
        groups
          .map(by)
          .sort((a, b) => b - a)
          .slice(0, 10),
      );
      for (const group of one?.sizes ?? []) expect(groups).toContainEqual(group);
    }
  });

  it('-flt takes a size, or sizes from one up to but not another', async () => {
    const filtered = async (words: string): Promise<string[]> => {
      const { heaps } = await ask<{ heaps: HeapBlocks[] }>(`!heap -flt ${words}`);
      expect(heaps.map((h) => h.heap)).toEqual(truth.process_heaps);
      return heaps.flatMap((h) => h.blocks.map((b) => b.user ?? '')).sort();
    };
    const all = truth.process_heaps.flatMap(walked);
    const users = (keep: (size: number) => boolean): string[] =>
      all
        .filter((r) => keep(r.size))
        .map((r) => r.user)
        .sort();
    const size = walked(truth.heaps['crt_exe'] ?? '')[5]?.size ?? 0;
    expect(await filtered(`s ${size.toString(16)}`)).toEqual(users((s) => s === size));
    expect(await filtered('r 20 40')).toEqual(users((s) => s >= 0x20 && s < 0x40));
  });

  it('-srch finds the blocks that hold a value, and what class they are', async () => {
    const vtable = truth.vftables['g_circle'] ?? '';
    const { lines, data } = await run(`!heap -srch ${vtable}`);
    const hits = (data.heaps as unknown as HeapBlocks[]).flatMap((h) => h.blocks);
    const circle = Number(global('g_circle').value);
    expect(hits.map((h) => Number(h.user) + (h.offset ?? 0))).toContain(circle);
    const text = lines.join('\n');
    expect(text).toContain(`found at ${circle.toString(16).padStart(8, '0')}`);
    // each node but the last is pointed to by the one in front of it
    const { heaps } = await ask<{ heaps: HeapBlocks[] }>(`!heap -srch ${node(4)}`);
    const holders = heaps.flatMap((h) => h.blocks).map((b) => Number(b.user) + (b.offset ?? 0));
    expect(holders.some((at) => at >= Number(node(3)) && at < Number(node(3)) + 0x40)).toBe(true);
    // a byte pattern at odd places
    const bytes = await ask<{ heaps: HeapBlocks[] }>('!heap -srch -w 6f6e');
    expect(bytes.heaps.flatMap((h) => h.blocks).length).toBeGreaterThanOrEqual(truth.node_list.length);
  });

  it('-x gives the block of an address, within it and at its ends', async () => {
    const live = truth.allocations.filter((a) => !a.freed && a.size > 2);
    for (const { addr, size, heap, crt_header: header } of live.filter((_, i) => i % 40 === 0)) {
      for (const at of [Number(addr), Number(addr) + size - 1]) {
        const { heap: of, block } = await ask<{ heap: string; block: Block }>(`!heap -x 0n${at}`);
        expect([of, block.user, block.state], addr).toEqual([heap, header ?? addr, 'busy']);
      }
    }
    const { heap } = await ask<{ heap: string | null }>(`!heap -x ${global('g_circle').address}`);
    expect(heap).toBeNull();
  });

  it('-x -v names who points to a block: a global, and another block', async () => {
    interface Referrers {
      readonly referrers: readonly {
        readonly address: string;
        readonly place: string;
        readonly block?: string;
      }[];
    }
    const first = await ask<Referrers>(`!heap -x -v ${node(0)}`);
    expect(first.referrers).toContainEqual(
      expect.objectContaining({ address: global('g_list_head').address, place: 'global' }),
    );
    const { lines } = await run(`!heap -x -v ${node(0)}`);
    expect(lines.join('\n')).toMatch(
      /Search VM for address range 00b602c8 - 00b60307 : .*0040cc50 \(00b602f0\),/,
    );
    expect(lines.join('\n')).toContain('RuntimeTest!g_list_head');
    const second = await ask<Referrers>(`!heap -x -v ${node(1)}`);
    const [start, end] = [Number(node(0)), Number(node(1))];
    const inFirst = second.referrers.filter((r) => Number(r.address) >= start && Number(r.address) < end);
    expect(inFirst.some((r) => r.place === 'block' && Number(r.block) < start)).toBe(true);
  });

  it('-l finds what was lost, by class, and says what it could not see', async () => {
    const found = await ask<{
      count: number;
      busyBlocks: number;
      blocks: (Block & { heap: string })[];
      types: { blocks: number }[];
    }>('!heap -l');
    expect(found.busyBlocks).toBe(truth.process_heaps.flatMap(walked).length);
    const lost = new Set(found.blocks.map((b) => b.user));
    const leaked = truth.allocations.filter((a) => a.leaked);
    expect(leaked.filter((a) => !lost.has(a.crt_header ?? a.addr))).toEqual([]);
    expect(truth.node_list.filter((n) => lost.has(n.addr))).toEqual([]);
    expect(found.types.reduce((sum, t) => sum + t.blocks, 0)).toBe(found.count);
    const { lines } = await run('!heap -l');
    expect(lines).toContain(`${found.count} potential unreachable blocks were detected.`);
    expect(lines.filter((l) => /[ ;]busy $/.test(l)).length).toBe(found.count);
  });

  it('-types counts the classes that were made', async () => {
    const { lines } = await run('!heap -types');
    const text = lines.join('\n');
    expect(text).toMatch(/^ +1 +\d+ {2}RuntimeTest!shapes::Circle$/m);
    expect(text).toMatch(/^ +1 +\d+ {2}RuntimeTest!shapes::Square$/m);
    const total = truth.process_heaps.flatMap(walked).length;
    const byModule = lines.slice(lines.findIndex((l) => l.includes('module')) + 1);
    expect(byModule.reduce((sum, l) => sum + Number(/^ *(\d+)/.exec(l)?.[1] ?? 0), 0)).toBe(total);
  });

  it('-s HEAP sums up one heap by size', async () => {
    const heap = truth.heaps['crt_exe'] ?? '';
    const { buckets } = await ask<{
      buckets: { from: number; busy: number; frontBusy: number }[];
    }>(`!heap -s -b 100 ${heap}`);
    for (const { from, busy, frontBusy } of buckets) {
      const rows = walked(heap).filter((r) => r.size >= from && r.size < from + 0x100);
      expect(busy + frontBusy, `from ${from}`).toBe(rows.length);
    }
  });

  it('a heap may be given by its number, and an unknown one is refused with those there are', async () => {
    const { data } = await run('!heap 7');
    expect((data.heaps as unknown as JsonObject[])[0]?.address).toBe(truth.process_heaps[6]);
    const { errors } = await run('!heap -h 12345000');
    expect(errors[0]).toContain('is no heap; there are 0x620000');
  });
});
