/** Wine's heaps in the lab's processes, against their own HeapWalk() and allocations. */
import { describe, expect, it } from 'vitest';
import type { HeapSnapshot } from '../../core/heap/index.ts';
import { corpusList, hasCorpus, sharedJson } from '../corpus.ts';
import { openHeapsOf } from './ntCases.ts';

interface HeapWalkRow {
  readonly heap: string;
  readonly data: string;
  readonly cb: number;
  readonly overhead: number;
  /** 64 for a large block */
  readonly region: number;
  /** PROCESS_HEAP_ENTRY.wFlags: 1 region, 2 uncommitted, 4 busy */
  readonly flags: number;
}

interface LabHeaps {
  readonly pointer_size: 4 | 8;
  readonly process_heaps: readonly string[];
  readonly heapwalk: readonly HeapWalkRow[];
  readonly allocations: readonly {
    readonly addr: string;
    readonly size: number;
    readonly heap: string;
    readonly freed: boolean;
    readonly crt_header?: string;
  }[];
}

/** The debug CRT's header and the gap behind the data, which are in the heap's block */
const CRT_EXTRA = { 4: 0x24, 8: 0x34 } as const;

function labDumps(): string[] {
  return corpusList('lab').flatMap((name) => {
    if (name.includes('.')) return [];
    const files = corpusList(`lab/${name}`);
    if (!files.includes('RuntimeTest.exe')) return [];
    return ['privrw.dmp.gz', 'full.dmp.gz'].filter((f) => files.includes(f)).map((f) => `lab/${name}/${f}`);
  });
}

/**
 * A heap's blocks as HeapWalk() gives them (WINE-HEAP.md 9): regions and what is in them, then large blocks. Of a free
 * block, header and links count as overhead; the last one ends four units before the committed end.
 */
function asHeapWalk({ reference, blocks, granularity: unit }: HeapSnapshot): Omit<HeapWalkRow, 'region'>[] {
  const links = 8 + unit;
  const heap = `0x${reference.address.toString(16)}`;
  const rows: Omit<HeapWalkRow, 'region'>[] = [];
  const large: Omit<HeapWalkRow, 'region'>[] = [];
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks.at(i);
    if (!block) throw new Error('no block');
    const { entry, user = 0n, size, userSize = -1, state, part } = block;
    const row = (data: bigint, cb: number, overhead: number, flags: number): Omit<HeapWalkRow, 'region'> => ({
      heap,
      data: `0x${data.toString(16)}`,
      cb,
      overhead,
      flags,
    });
    if (part === 'large') large.push(row(user, userSize, 0, 4));
    else if (state === 'internal') rows.push(row(entry, size, 0, 1));
    else if (state === 'uncommitted') rows.push(row(entry, size, 0, 2));
    else if (state === 'busy') rows.push(row(user, userSize, size - userSize, 4));
    else {
      const next = blocks.at(i + 1);
      const last = next?.entry !== entry + BigInt(size) || next.state === 'uncommitted';
      rows.push(row(entry + BigInt(links), size - links - (last ? 4 * unit : 0), 2 * unit, 0));
    }
  }
  return [...rows, ...large];
}

describe.skipIf(!hasCorpus)('Wine heaps', () => {
  it.each(hasCorpus ? labDumps() : [])(
    '%s: heaps, entries and allocations as the process has them',
    async (dump) => {
      const truth = sharedJson<LabHeaps>(`corpus/${dump.replace(/[^/]*$/, 'truth.json.gz')}`);
      const set = await openHeapsOf(dump);
      expect(set.heaps.map((h) => `0x${h.address.toString(16)}`)).toEqual(truth.process_heaps);
      const rows: Omit<HeapWalkRow, 'region'>[] = [];
      const busy = new Map<string, number | undefined>();
      for (const [i, heap] of set.heaps.entries()) {
        expect(heap.kind).toBe('wine');
        const snapshot = await set.snapshot(i);
        expect(snapshot.findings).toEqual([]);
        expect((await set.summary(i)).busyBlocks).toBe(snapshot.busyBlocks);
        rows.push(...asHeapWalk(snapshot));
        const { blocks } = snapshot;
        for (let k = 0; k < blocks.length; k++) {
          const at = `0x${heap.address.toString(16)} 0x${blocks.user(k).toString(16)}`;
          if (blocks.isBusy(k)) busy.set(at, blocks.userSize(k));
        }
      }
      const plain = truth.heapwalk.map(({ heap, data, cb, overhead, flags }) => ({
        heap,
        data,
        cb,
        overhead,
        flags,
      }));
      expect(rows).toEqual(plain);
      const live = truth.allocations.filter((a) => !a.freed);
      expect(live.length).toBeGreaterThan(100);
      const wrong = live.filter((a) => {
        const extra = a.crt_header === undefined ? 0 : CRT_EXTRA[truth.pointer_size];
        return busy.get(`${a.heap} ${a.crt_header ?? a.addr}`) !== a.size + extra;
      });
      expect(wrong).toEqual([]);
    },
  );

  it('knows its heaps where nothing but memory tells of them', async () => {
    const set = await openHeapsOf('lab/x86-static-O0/privrw.dmp.gz');
    const listed = set.heaps.length;
    expect(await set.scan()).toEqual([]);
    expect(set.heaps.length).toBe(listed);
  });
});
