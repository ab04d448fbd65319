/** `s -heap` against a search of the file's bytes where HeapWalk, in the process itself, found busy blocks. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { BufferSource } from '../../../core/bytes/index.ts';
import { Engine } from '../../../core/engine/index.ts';
import { hasCorpus, sharedJson } from '../../corpus.ts';
import { ntCase } from '../../heap/ntCases.ts';
import { rawMemory } from '../memory/rawMemory.ts';
import { openLab } from '../openLab.ts';
import { openEngine, runLine } from '../runLine.ts';

interface Hit {
  readonly address: string;
  readonly text?: string;
  readonly heapBlock: { heap: string; block: string; displacement: number; size: number; state: string };
}

interface Block {
  readonly heap: string;
  readonly start: bigint;
  readonly bytes: Buffer;
}

/** The user bytes of blocks as the file has them; blocks that it has not whole are left out. */
function blockBytes(dump: string, blocks: readonly { heap: string; user: bigint; size: number }[]): Block[] {
  const { ranges } = rawMemory(dump);
  return blocks.flatMap(({ heap, user, size }) => {
    const range = ranges.find(
      (r) => user >= r.start && user + BigInt(size) <= r.start + BigInt(r.bytes.length),
    );
    const at = Number(user - (range?.start ?? 0n));
    return range ? [{ heap, start: user, bytes: range.bytes.subarray(at, at + size) }] : [];
  });
}

/** Where a pattern stands in blocks at multiples of `unit` from their starts. */
function places(blocks: readonly Block[], pattern: Buffer, unit: number): string[] {
  const found: bigint[] = [];
  for (const { start, bytes } of blocks) {
    for (let at = bytes.indexOf(pattern); at >= 0; at = bytes.indexOf(pattern, at + 1))
      if (at % unit === 0) found.push(start + BigInt(at));
  }
  return texts(found);
}

function texts(addresses: readonly bigint[]): string[] {
  return [...addresses].sort((a, b) => (a < b ? -1 : 1)).map((a) => `0x${a.toString(16)}`);
}

function hitsOf(data: { hits?: unknown }): Hit[] {
  return (data.hits ?? []) as Hit[];
}

function addressesOf(data: { hits?: unknown }): string[] {
  return texts(hitsOf(data).map((hit) => BigInt(hit.address)));
}

describe('s -heap on the samples', () => {
  async function sample(name: string): Promise<Engine> {
    const file = `dumps/runtime-test-${name}.dmp`;
    return Engine.open(new BufferSource(readFileSync(file), file));
  }

  // behind 32 bytes of the debug runtime's header and 100 of data; 136 bytes were asked of the heap
  it.each([
    ['md', '003486a8', '00340000 block 00348628'],
    ['md', '00348748', '00340000 block 003486c8'],
    ['mt', '00348748', '00340000 block 003486c8'],
    ['mt', '004486a8', '00440000 block 00448628'],
  ])(
    '%s: the end of the tutorial’s block and the no-man’s land behind it, at %s',
    async (name, at, block) => {
      const { lines } = await runLine(await sample(name), 's -heap -b cd cd cd cd fd fd fd fd');
      const line = lines.find((l) => l.startsWith(at)) ?? '';
      expect(line.slice(line.indexOf('heap'))).toBe(`heap ${block}+0x80 (0x88, busy)`);
    },
  );

  it('leaves out what is a header', async () => {
    const engine = await sample('md');
    // SegmentSignature, in the header of each segment
    const all = await runLine(engine, 's -d 340000 L?10000 ffeeffee');
    expect(all.lines.length).toBeGreaterThan(0);
    expect((await runLine(engine, 's -heap -d ffeeffee')).lines).toEqual([]);
  });

  it.each([
    ['s -heap', 'no type was given'],
    ['s -heap 41 42', 'no type was given'],
    ['s -heap -a', 'something to search for'],
    ['s -heap 999000 -a x', 'is no heap; there are 0x240000, 0x340000'],
  ])('%s says what is wrong', async (line, message) => {
    expect((await runLine(await sample('md'), line)).errors[0]).toContain(message);
  });
});

describe.skipIf(!hasCorpus).each(['x86-static-O0', 'x64-static-O0'])('s -heap on %s', (name) => {
  interface Truth {
    readonly needle_xor5a: string;
    readonly needles: readonly { readonly addr: string; readonly wide: boolean }[];
    readonly vftables: Readonly<Record<string, string>>;
    readonly globals: readonly { readonly name: string; readonly value: string }[];
    readonly heaps: Readonly<Record<string, string>>;
    readonly node_list: readonly { readonly addr: string; readonly value: number }[];
    readonly heapwalk: readonly {
      readonly heap: string;
      readonly data: string;
      readonly cb: number;
      readonly flags: number;
    }[];
  }
  /** The first 8 bytes of the second node: the pointer to the third, and on x86 the value. */
  function firstBytes([, second, third]: Truth['node_list']): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(third?.addr ?? 0));
    if (name.startsWith('x86')) bytes.writeUInt32LE(second?.value ?? 0, 4);
    return bytes;
  }
  let engine: Engine;
  let truth: Truth;
  let blocks: Block[];
  beforeAll(async () => {
    engine = await openLab(name);
    truth = sharedJson<Truth>(`corpus/lab/${name}/truth.json.gz`);
    const busy = truth.heapwalk.filter((row) => row.flags === 4);
    const walked = busy.map(({ heap, data, cb }) => ({ heap, user: BigInt(data), size: cb }));
    blocks = blockBytes(`lab/${name}/privrw.dmp.gz`, walked);
    expect(blocks.length).toBe(walked.length);
  });

  it('finds the needles that are in blocks, in both widths, and says in which', async () => {
    const needle = truth.needle_xor5a.split('(')[0]?.replace(/\s/g, '') ?? '';
    let found = 0;
    for (const wide of [false, true]) {
      const { data } = await runLine(engine, `s -heap -${wide ? 'u' : 'a'} "${needle}"`);
      const wanted = places(blocks, Buffer.from(needle, wide ? 'utf16le' : 'latin1'), 1);
      expect(addressesOf(data)).toEqual(wanted);
      const placed = truth.needles.filter((n) => n.wide === wide).map((n) => n.addr);
      const inBlocks = placed.filter((at) =>
        blocks.some((b) => BigInt(at) >= b.start && BigInt(at) < b.start + BigInt(b.bytes.length)),
      );
      expect(wanted).toEqual(expect.arrayContaining(inBlocks));
      found += inBlocks.length;
      for (const { address, heapBlock } of hitsOf(data)) {
        const block = blocks.find((b) => `0x${b.start.toString(16)}` === heapBlock.block);
        expect(heapBlock).toMatchObject({ heap: block?.heap, size: block?.bytes.length, state: 'busy' });
        expect(BigInt(heapBlock.block) + BigInt(heapBlock.displacement)).toBe(BigInt(address));
      }
    }
    expect(found).toBeGreaterThan(0);
  });

  it.each([
    ['b', 1],
    ['w', 2],
    ['d', 4],
    ['q', 8],
  ] as const)('-%s finds what the file has in blocks, and nothing else', async (type, unit) => {
    const text = { b: 'node-', w: 'no', d: 'node' };
    const pattern = type === 'q' ? firstBytes(truth.node_list) : Buffer.from(text[type], 'latin1');
    const typed = type === 'b' ? `"${text.b}"` : `0x${Buffer.from(pattern).reverse().toString('hex')}`;
    const wanted = places(blocks, pattern, unit);
    expect(wanted.length).toBeGreaterThan(0);
    expect(addressesOf((await runLine(engine, `s -heap -${type} ${typed}`)).data)).toEqual(wanted);
    for (const heap of [truth.heaps['crt_exe'] ?? '', truth.heaps['crt_dll'] ?? '']) {
      const { data } = await runLine(engine, `s -heap ${heap} -${type} ${typed}`);
      const own = blocks.filter((b) => b.heap === heap);
      expect(addressesOf(data), heap).toEqual(places(own, pattern, unit));
    }
  });

  it('finds strings that begin and end in a block, and objects', async () => {
    const { data } = await runLine(engine, `s -heap ${truth.heaps['crt_exe']} -[l8]sa`);
    const own = blocks.filter((b) => b.heap === truth.heaps['crt_exe']);
    const wanted = own.flatMap(({ start, bytes }) =>
      [...bytes.toString('latin1').matchAll(/[ -~]{8,1024}/g)].map((m) => start + BigInt(m.index)),
    );
    expect(addressesOf(data)).toEqual(texts(wanted));
    expect(wanted.length).toBeGreaterThan(0);
    const circle = truth.globals.find((g) => g.name === 'g_circle')?.value ?? '';
    const objects = await runLine(engine, `s -heap -v ${circle}`);
    expect(addressesOf(objects.data)).toContain(circle);
  });

  it('looks at kept hits again, those in busy blocks alone', async () => {
    const needle = truth.needle_xor5a.split('(')[0]?.replace(/\s/g, '') ?? '';
    const all = await runLine(engine, `s -[s]a 0 L?7fffffffffff "${needle}"`);
    const again = await runLine(engine, `s -heap -[r1]a "${needle}"`);
    const wanted = places(blocks, Buffer.from(needle), 1);
    expect(addressesOf(again.data)).toEqual(wanted.filter((at) => addressesOf(all.data).includes(at)));
    expect(again.lines.every((line) => /^0x[0-9a-f`]+$/.test(line))).toBe(true);
  });

  it('shows the first hits before it is through, and stops when told to', async () => {
    const stop = new AbortController();
    let lines = 0;
    const line = (): void => void (++lines === 100 && stop.abort());
    const results = await engine.execute('s -heap -b 0', { line }, stop.signal);
    expect(results[0]?.error?.code).toBe('cancelled');
    expect(lines).toBeLessThan(1_000_000);
  });
});

describe.skipIf(!hasCorpus)('s -heap on a heap of Windows 10', () => {
  it('finds the last eight bytes of x64 blocks, which lie in the next header', async () => {
    const { dump, truth } = ntCase('19041-x64', 'mixed');
    const engine = await openEngine(dump);
    const heap = truth.heaps.find((h) => h.kind === 'nt');
    const at = `0x${heap?.address.toString(16)}`;
    const known = (heap?.blocks ?? []).map(([user, size]) => ({ heap: at, user: BigInt(user), size }));
    const blocks = blockBytes(dump, known);
    const lent = blocks.filter(({ bytes }) => bytes.length >= 8 && bytes.length % 16 === 8).slice(0, 12);
    expect(lent.length).toBe(12);
    for (const { start, bytes } of lent) {
      const last = bytes.readBigUInt64LE(bytes.length - 8);
      const { data } = await runLine(engine, `s -heap ${at} -q 0x${last.toString(16)}`);
      const pattern = bytes.subarray(bytes.length - 8);
      const found = new Map(hitsOf(data).map((hit) => [hit.address, hit.heapBlock.block]));
      const place = `0x${(start + BigInt(bytes.length - 8)).toString(16)}`;
      expect(found.get(place)).toBe(`0x${start.toString(16)}`);
      expect([...found.keys()]).toEqual(expect.arrayContaining(places(blocks, pattern, 8)));
    }
  });
});
