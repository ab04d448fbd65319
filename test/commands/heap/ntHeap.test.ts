/** The forms of `!heap` on heaps that Windows' own heap managers wrote, against their truth (corpus/nt-heap/README.md). */
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../core/engine/index.ts';
import { hasCorpus, sharedJson } from '../../corpus.ts';
import type { BlockOfTruth, HeapTruth } from '../../heap/segment/heapTruth.ts';
import { openEngine, runLine } from '../runLine.ts';

const engines = new Map<string, Promise<Engine>>();

async function open(name: string): Promise<{ engine: Engine; truth: HeapTruth }> {
  let engine = engines.get(name);
  if (!engine) engines.set(name, (engine = openEngine(`nt-heap/${name}.dmp.gz`)));
  return { engine: await engine, truth: sharedJson<HeapTruth>(`corpus/nt-heap/${name}.truth.json.gz`) };
}

async function ask<T>(engine: Engine, line: string): Promise<T> {
  const { data, errors } = await runLine(engine, line);
  expect(errors, line).toEqual([]);
  return data as T;
}

const hex = (value: number): string => `0x${value.toString(16)}`;

interface Frame {
  readonly address: string;
}

/** The return addresses that the program gave a block's allocation: thunk 0, t/4, t/2 and t, innermost first. */
function stackOf([, , , , extra]: BlockOfTruth, thunks: readonly number[]): string[] {
  const t = extra?.thunk ?? 0;
  // nt-heap/README.md: app.thunks[0], …, [t/4], [t/2], [t]
  const chain: number[] = [];
  for (let i = t; i > 0; i >>= 1) chain.unshift(i);
  return [0, ...chain].map((i) => hex(thunks[i] ?? 0));
}

describe.skipIf(!hasCorpus)('!heap and call stacks of allocations', () => {
  it.each(['19041-x64/ust', '19041-x86/ust', '19041-x64/segment-ust', '19041-x86/segment-ust'])(
    '%s: -p -a, -k and -p -t agree with who allocated',
    async (name) => {
      const { engine, truth } = await open(name);
      const traced = truth.heaps.flatMap((h) => h.blocks.filter((b) => b[4]?.thunk !== undefined));
      expect(traced.length).toBeGreaterThan(300);
      for (const block of traced.filter((_, i) => i % 97 === 0)) {
        const { stack } = await ask<{ stack: Frame[] }>(engine, `!heap -p -a 0n${block[0]}`);
        const own = stack.map((f) => f.address).filter((a) => truth.app.thunks.includes(Number(a)));
        expect(own, hex(block[0])).toEqual(stackOf(block, truth.app.thunks));
      }
      const heap = truth.heaps.find((h) => h.blocks.some((b) => b[4]?.thunk !== undefined));
      const { blocks } = await ask<{ blocks: { user: string; stack: Frame[] }[] }>(
        engine,
        `!heap -k ${hex(heap?.address ?? 0)}`,
      ).then((data) => ('blocks' in data ? data : (data as unknown as { heaps: [typeof data] }).heaps[0]));
      const users = new Set(blocks.map((b) => Number(b.user)));
      const own = (heap?.blocks ?? []).filter((b) => b[4]?.thunk !== undefined);
      expect(own.filter((b) => !users.has(b[0]))).toEqual([]);
      const { traces } = await ask<{ traces: { blocks: number }[] }>(engine, '!heap -p -tc 3');
      expect(traces.length).toBe(3);
      const counts = traces.map((t) => t.blocks);
      expect(counts).toEqual([...counts].sort((a, b) => b - a));
    },
  );
});

describe.skipIf(!hasCorpus)('!heap -triage on what the heap manager found', () => {
  it.each([
    ['19041-x64/failure-doublefree', 'HEAP_FAILURE_BLOCK_NOT_BUSY'],
    ['19041-x86/failure-doublefree', 'HEAP_FAILURE_BLOCK_NOT_BUSY'],
    ['19041-x64/failure-overrun', 'HEAP_FAILURE_BUFFER_OVERRUN'],
    ['19041-x86/failure-overrun', 'HEAP_FAILURE_BUFFER_OVERRUN'],
    ['19041-x64/failure-segment-doublefree', 'HEAP_FAILURE_SEGMENT_LFH_DOUBLE_FREE'],
    ['19041-x86/failure-segment-doublefree', 'HEAP_FAILURE_SEGMENT_LFH_DOUBLE_FREE'],
  ])('%s: %s, at the block, and in the heap', async (name, type) => {
    const { engine, truth } = await open(name);
    const { failure, heaps } = truth;
    const { lines, data } = await runLine(engine, '!heap -triage');
    const [found] = data.failures as unknown as {
      type: number;
      typeName: string;
      heap: string;
      address: string;
      record: string;
    }[];
    expect(found?.type).toBe(failure?.type);
    expect(found?.typeName.toUpperCase()).toBe(type);
    expect(Number(found?.address)).toBe(failure?.address);
    expect(heaps.map((h) => hex(h.address))).toContain(found?.heap);
    expect(lines).toContain(`Error type: ${type}`);
    expect(lines.find((l) => l.startsWith('Error address: '))).toContain(
      (failure?.address ?? 0).toString(16).padStart(name.includes('x64') ? 16 : 8, '0'),
    );
    expect(lines.filter((l) => l.startsWith('Details:  ')).every((l) => l.length <= 80)).toBe(true);
    const report = (await runLine(engine, '!analyze -v')).lines.join('\n');
    expect(report).toContain('HEAP_CORRUPTION');
    expect(report).toContain(type.toLowerCase());
    // and every block that is not damaged is there
    const owner = heaps.find((h) => hex(h.address) === found?.heap);
    const { blocks } = await ask<{ blocks: { user?: string; state: string }[] }>(
      engine,
      `!heap -h ${found?.heap}`,
    );
    const busy = new Set(blocks.filter((b) => b.state === 'busy').map((b) => Number(b.user)));
    expect(owner?.blocks.filter((b) => !busy.has(b[0]))).toEqual([]);
  });
});

describe.skipIf(!hasCorpus)('!heap on page heaps', () => {
  it('-p -all and -p -a give user addresses and sizes as allocated', async () => {
    const { engine, truth } = await open('2600-x86/pageheap');
    const { heaps } = await ask<{
      heaps: { heap: string; kind: string; blocks: { user?: string; userSize?: number; state: string }[] }[];
    }>(engine, '!heap -p -all');
    const busy = new Map(
      heaps
        .filter((h) => h.kind === 'page')
        .flatMap((h) => h.blocks.filter((b) => b.state === 'busy').map((b) => [b.user, b.userSize])),
    );
    const live = truth.heaps.flatMap((h) => h.blocks);
    expect(live.length).toBeGreaterThan(200);
    expect(live.filter(([user, size]) => busy.get(hex(user)) !== size)).toEqual([]);
    const [[user, size]] = live as [BlockOfTruth];
    const { lines } = await runLine(engine, `!heap -p -a 0n${user + Math.max(0, size - 1)}`);
    expect(lines[0]).toMatch(/^ {4}address [0-9a-f]{8} found in$/);
    expect(lines[1]).toMatch(/^ {4}_DPH_HEAP_ROOT @ [0-9a-f]+$/);
    expect(lines[3]).toContain(`${user.toString(16).padStart(17)} ${size.toString(16).padStart(16)} - `);
  });

  it('-p -a on light page heap gives the block as allocated, in the entry of the heap behind', async () => {
    const { engine, truth } = await open('2600-x86/pageheap-light');
    const live = truth.heaps.flatMap((h) => h.blocks);
    expect(live.length).toBe(239);
    for (const [user, size] of live.filter((_, i) => i % 37 === 0)) {
      const { lines, data } = await runLine(engine, `!heap -p -a 0n${user}`);
      expect(data.block).toMatchObject({ user: hex(user), userSize: size, state: 'busy' });
      expect(lines[1]).toMatch(/^ {4}_HEAP @ [0-9a-f]+$/);
      // the block information of 20h bytes stands in front (HEAPS-CHECKED.md 8), the NT heap's header of 8 before it
      const entry = (user - 0x28).toString(16).padStart(8, '0');
      const given = `${user.toString(16).padStart(8, '0')}    ${size.toString(16).padStart(5, '0')} - (busy`;
      expect(lines[3]).toMatch(new RegExp(`^ {8}${entry} `));
      // a block with a region of its own has other headers
      expect(lines[3]).toContain(given);
    }
  });

  it('-s calls nothing of page heap fragmented, and -m counts its uncommitted ranges', async () => {
    const { engine } = await open('2600-x86/pageheap');
    const { lines } = await runLine(engine, '!heap -s');
    expect(lines.filter((l) => l.includes('fragmentation'))).toEqual([]);
    const page = lines.find((l) => l.includes('page heap: the normal heap')) ?? '';
    expect(page).not.toBe('');
    const { heaps } = await ask<{ heaps: { heap: string; kind: string }[] }>(engine, '!heap -p -all');
    const handles = heaps.filter((h) => h.kind === 'page').map((h) => h.heap);
    for (const handle of handles) {
      const segments = (await runLine(engine, `!heap -m ${handle}`)).lines;
      const pages = segments
        .filter((l) => l.includes('Total UnCommit'))
        .map((l) => parseInt(l.slice(-8), 16));
      const ranges = segments.filter((l) => l.includes('UnCommitted Ranges')).map((l) => !l.includes('(0)'));
      expect(ranges).toEqual(pages.map((n) => n > 0));
    }
  });
});

describe.skipIf(!hasCorpus)('!heap -p -a on a free block', () => {
  it('gives the bytes behind its header, as RtlWalkHeap counts them', async () => {
    const { engine, truth } = await open('19041-x64/backend');
    // flags 0: free; its data begins behind header and links there, which a program would get as well
    const free = truth.heaps[0]?.walk.find(([, size = 0, , , flags]) => flags === 0 && size > 0x100);
    const [data = 0, size = 0] = free ?? [];
    const { lines } = await runLine(engine, `!heap -p -a 0n${data}`);
    const user = (data - 16).toString(16).padStart(16, '0');
    expect(lines[3]).toContain(`${user}    ${(size + 16).toString(16).padStart(5, '0')} - (free)`);
  });
});

describe.skipIf(!hasCorpus)('!heap -s HEAP', () => {
  it('gives the free bytes of a segment heap, which does not count them itself', async () => {
    const { engine, truth } = await open('19041-x64/segment');
    const heap = truth.heaps.find((h) => h.name === 'private');
    const { lines, data } = await runLine(engine, `!heap -s ${hex(heap?.address ?? 0)}`);
    const free = lines
      .find((l) => l.includes('Free space'))
      ?.trim()
      .split(/ {2,}/)[1];
    expect(Number(data.freeBytes)).toBeGreaterThan(0x100000);
    expect(free).toBe(`${Math.floor(Number(data.freeBytes) / 1024)} (k)`);
  });
});

describe.skipIf(!hasCorpus)('!heap -i', () => {
  it.each([
    ['19041-x64/segment', 'Subsegment'],
    ['2600-x86/pageheap', 'DPH_HEAP_BLOCK'],
  ])('%s: calls what describes the block %s', async (name, title) => {
    const { engine, truth } = await open(name);
    const [block] = truth.heaps.flatMap((h) => h.blocks);
    const { lines } = await runLine(engine, `!heap -i 0n${block?.[0] ?? 0}`);
    expect(lines.some((l) => l.startsWith(title))).toBe(true);
    expect(lines.filter((l) => l.startsWith('Owning segment'))).toEqual([]);
  });

  it('decodes a header: size, size of the block before, checksum, requested size', async () => {
    const { engine, truth } = await open('19041-x64/backend');
    const [heap] = truth.heaps;
    const busy = heap?.walk.filter((w) => (w[4] ?? 0) === 1) ?? [];
    const [user = 0, size = 0, overhead = 0] = busy[7] ?? [];
    const { lines } = await runLine(engine, `!heap -i 0n${user - 16}`);
    const text = lines.join('\n');
    const bytes = size + overhead;
    expect(text).toContain(
      `Total block size   : 0x${(bytes / 16).toString(16)} units (0x${bytes.toString(16)} bytes)`,
    );
    expect(text).toContain(`Requested size     : 0x${size.toString(16)} bytes`);
    expect(text).toMatch(/^Block CRC {10}: OK - 0x[0-9a-f]+/m);
    const context = await runLine(engine, `!heap -i ${hex(heap?.address ?? 0)}`);
    expect(context.lines).toEqual([
      `Heap context set to the heap 0x${(heap?.address ?? 0).toString(16).padStart(16, '0')}`,
    ]);
  });
});

describe.skipIf(!hasCorpus)('!heap and what it has no answer for', () => {
  it.each(['-t', '-b', '-B', '-d', '-e', '-D', '-E', '-T', '-g', '-fi'])(
    '%s is not applicable, and why',
    async (option) => {
      const { engine } = await open('19041-x64/backend');
      const results = await engine.execute(`!heap ${option}`, { line: () => undefined });
      expect(results[0]?.error?.code).toBe('not-applicable');
      expect(results[0]?.error?.message).toMatch(/live target|which only|does not count|only a process/);
    },
  );

  it.each([
    ['-zz', 'has no option -zz'],
    ['-x', 'needs an address'],
    ['-stat -grp Q', 'takes A, B or S'],
    ['-flt q 1', 'takes: s SIZE, or r MIN MAX'],
    ['-srch', 'takes -b, -w, -d or -q and a value'],
    ['-l 5', 'does not take 5'],
  ])('%s: %s', async (words, message) => {
    const { engine } = await open('19041-x64/backend');
    expect((await runLine(engine, `!heap ${words}`)).errors[0]).toContain(message);
  });

  it('-s -? explains every column of the tables', async () => {
    const { engine } = await open('19041-x64/mixed');
    const { lines } = await runLine(engine, '!heap -s -?');
    const table = (await runLine(engine, '!heap -s')).lines;
    const headings = table.filter((l) => /^ +Heap +Flags/.test(l));
    expect(headings.length).toBe(2);
    const words = new Set(headings.flatMap((l) => l.trim().split(/ +/)));
    for (const word of words)
      expect(
        lines.some((l) => l.slice(0, 34).includes(word)),
        word,
      ).toBe(true);
  });

  it('says where keys come from', async () => {
    const { engine, truth } = await open('19041-x64/lfh');
    const { lines } = await runLine(engine, '!heap -s');
    const at = lines.findIndex((l) => l.startsWith('LFH Key'));
    expect(lines[at + 1]).toContain("the one value in ntdll's data that fits all headers");
    const value = BigInt(lines[at]?.split(': ')[1] ?? '0');
    // JSON keeps the upper digits of a 64-bit number
    expect(Number(value)).toBe((truth.keys['RtlpLFHKey'] as { readonly words: readonly number[] }).words[0]);
  });
});
