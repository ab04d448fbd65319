/**
 * Which blocks of real processes can be reached, against what the processes say of themselves: what they lost on
 * purpose is found, what their globals, lists and locals lead to is not, and of what is called lost no pointer is in
 * memory (corpus/lab/README.md).
 */
import { describe, expect, it } from 'vitest';
import type { Reachability } from '../../../core/analysis/reachability/index.ts';
import type { Target } from '../../../core/target/index.ts';
import { corpusList, hasCorpus, shared, sharedJson } from '../../corpus.ts';
import { existsSync } from 'node:fs';
import { reachLab } from './labHeaps.ts';

interface LeakTruth {
  readonly pointer_size: 4 | 8;
  readonly threads: readonly {
    readonly locals: readonly { readonly type: string; readonly value: string }[];
  }[];
  readonly globals: readonly { readonly value: string }[];
  readonly node_list: readonly { readonly addr: string }[];
  readonly item_list: readonly { readonly addr: string }[];
  readonly allocations: readonly {
    readonly addr: string;
    readonly size: number;
    readonly freed: boolean;
    readonly leaked?: boolean;
    readonly crt_header?: string;
  }[];
}

/** Bytes of a debug CRT block's header, whose links lead from block to block (layouts/crt.json). */
const HEADER = { 4: 0x20, 8: 0x30 } as const;

/** Every case whose heaps a dump holds, by one dump; of the crashes, which allocate alike, one. */
function cases(): [name: string, dump: string][] {
  if (!hasCorpus) return [];
  return corpusList('lab').flatMap((name): [string, string][] => {
    const dump = ['full', 'privrw'].find((d) => existsSync(shared(`corpus/lab/${name}/${d}.dmp.gz`)));
    const another = name.startsWith('arm64') || name.includes('busy') || /-crash-(?!crossfree)/.test(name);
    return dump === undefined || another ? [] : [[name, dump]];
  });
}

/** User pointers of what is called lost, by the address the program has. */
function lostBlocks({ index, unreachable }: Reachability): Set<number> {
  const lost = new Set<number>();
  for (const number of unreachable) lost.add(index.start(number));
  return lost;
}

/** Words of memory that point into ranges, by another way than the reader's: one table of pages, one plain loop. */
function pointersInto(
  target: Target,
  pointerSize: 4 | 8,
  ranges: readonly { readonly start: number; readonly end: number }[],
): { at: number; into: number }[] {
  const sorted = [...ranges].sort((a, b) => a.start - b.start);
  const pages = new Map<number, number[]>();
  sorted.forEach(({ start, end }, i) => {
    for (let page = Math.floor(start / 0x1000); page * 0x1000 < end; page++) {
      const list = pages.get(page);
      if (list) list.push(i);
      else pages.set(page, [i]);
    }
  });
  const found: { at: number; into: number }[] = [];
  const { memory } = target.dump ?? {};
  for (let i = 0; memory && i < memory.count; i++) {
    const start = memory.start(i);
    const bytes = target.memory.read(start, memory.size(i));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const base = Number(start);
    for (
      let at = (pointerSize - (base % pointerSize)) % pointerSize;
      at + pointerSize <= bytes.length;
      at += pointerSize
    ) {
      const value =
        pointerSize === 4
          ? view.getUint32(at, true)
          : view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
      for (const r of pages.get(Math.floor(value / 0x1000)) ?? []) {
        const range = sorted[r];
        if (range && value >= range.start && value < range.end)
          found.push({ at: base + at, into: range.start });
      }
    }
  }
  return found;
}

describe.skipIf(!hasCorpus)('leaks of real processes', () => {
  it.each(cases())('%s (%s)', async (name, dump) => {
    const truth = sharedJson<LeakTruth>(`corpus/lab/${name}/truth.json.gz`);
    const { reach, target } = await reachLab(name, dump);
    const lost = lostBlocks(reach);
    const live = truth.allocations.filter((a) => !a.freed);
    const leaked = live.filter((a) => a.leaked).map((a) => Number(a.addr));
    expect(leaked.length).toBe(25);
    expect(leaked.filter((user) => !lost.has(user))).toEqual([]);

    // what globals point to, the lists behind two of them, and what locals point to
    const lostNumbers = new Set(reach.unreachable);
    const held = [
      ...truth.globals.map((g) => Number(g.value)),
      ...truth.node_list.map((n) => Number(n.addr)),
      ...truth.item_list.map((n) => Number(n.addr)),
      ...truth.threads.flatMap((t) =>
        t.locals.filter((l) => l.type.endsWith('*')).map((l) => Number(l.value)),
      ),
    ].flatMap((address) => {
      const number = reach.index.findAddress(address);
      return number < 0 ? [] : [number];
    });
    expect(held.length).toBeGreaterThan(20);
    expect(held.filter((number) => lostNumbers.has(number))).toEqual([]);

    // nothing in memory leads to a lost block but the links of debug headers and what the heap manager keeps
    const headerSize = HEADER[truth.pointer_size];
    const headers = live.flatMap((a) => (a.crt_header === undefined ? [] : Number(a.crt_header)));
    const inHeader = new Set(headers.flatMap((h) => [h, h + truth.pointer_size]));
    const own = live.filter((a) => lost.has(Number(a.addr)));
    expect(own.length).toBeGreaterThanOrEqual(leaked.length);
    const ranges = own.map((a) => ({ start: Number(a.addr), end: Number(a.addr) + a.size }));
    const isLost = (at: number): boolean => ranges.some((r) => at >= r.start - headerSize && at < r.end);
    const isBusy = (at: number): boolean =>
      live.some((a) => at >= Number(a.addr) && at < Number(a.addr) + a.size);
    const nodes = truth.node_list.map((n) => ({ start: Number(n.addr), end: Number(n.addr) + 1 }));
    const pointers = pointersInto(target, truth.pointer_size, [...ranges, ...nodes]);
    const isNode = new Set(nodes.map((n) => n.start));
    // the search finds what there is to find
    expect(new Set(pointers.filter((p) => isNode.has(p.into)).map((p) => p.into)).size).toBe(nodes.length);
    const keepers = pointers.filter(
      ({ at, into }) => !isNode.has(into) && !inHeader.has(at) && !isLost(at) && isBusy(at),
    );
    expect(keepers).toEqual([]);
  });
});
