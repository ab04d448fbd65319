/** `/h` of the displays of pointers and of dt, against HeapWalk in the process itself (corpus/lab/README.md). */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { BufferSource } from '../../../core/bytes/index.ts';
import { Engine } from '../../../core/engine/index.ts';
import { HeapSet } from '../../../core/heap/index.ts';
import { hasCorpus, sharedJson } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { openEngine, runLine } from '../runLine.ts';

interface Note {
  readonly heap: string;
  readonly block: string;
  readonly displacement: number;
  readonly size: number;
  readonly state: string;
}
interface Row {
  readonly address: string;
  readonly value: string | null;
  readonly heapBlock?: Note;
}

async function sample(name: string): Promise<Engine> {
  const file = `dumps/runtime-test-${name}.dmp`;
  return Engine.open(new BufferSource(readFileSync(file), file));
}

describe('/h on the samples', () => {
  // _pFirstBlock of each debug runtime: the block of the tutorial's 100 bytes, which the program knows as 003486e8 (and
  // in the DLL of the MT sample as 00448648), with 32 bytes of header in front and 4 of no-man's land behind
  it.each([
    ['md', '50d00424', '00340000 block 003486c8'],
    ['mt', '01089424', '00340000 block 003486c8'],
    ['mt', '50b00424', '00440000 block 00448628'],
  ])('%s: the pointer at %s says into which block it leads', async (name, at, block) => {
    const engine = await sample(name);
    const plain = await runLine(engine, `dps ${at} L1`);
    const note = `  heap ${block}+0x0 (0x88, busy)`;
    for (const command of ['dps', 'dp', 'dds']) {
      const { lines } = await runLine(engine, `${command} /h ${at} L1`);
      expect(lines, command).toEqual([`${plain.lines[0]}${note}`]);
    }
    const { lines } = await runLine(engine, `dp /c 2 /h ${at} L2`);
    expect(lines.length).toBe(1);
    expect(lines[0]?.startsWith(`${plain.lines[0]}${note} `)).toBe(true);
  });

  it('walks no heap unless it is asked for, and only those that are pointed into', async () => {
    const walk = vi.spyOn(HeapSet.prototype, 'snapshot');
    const engine = await sample('md');
    await runLine(engine, 'dps @esp L40; dp @esp; dpp @esp; dt _PEB @$peb; dps /h ntdll L10');
    expect(walk).not.toHaveBeenCalled();
    const { lines } = await runLine(engine, 'dt /h _PEB @$peb ProcessHeap Ldr');
    expect(lines).toEqual([
      'ntdll!_PEB',
      '   +0x00c Ldr         : 0x77294660 _PEB_LDR_DATA',
      '   +0x018 ProcessHeap : 0x00240000 Void  heap 00240000 block 00240000+0x0 (0x588, internal)',
    ]);
    expect(new Set(walk.mock.calls.map(([i]) => i)).size).toBe(1);
    walk.mockRestore();
  });

  it('is for displays of pointers alone, and says what it takes', async () => {
    const engine = await sample('md');
    expect((await runLine(engine, 'dd /h @esp')).errors).toEqual(["d* takes /c Columns, not '/h @esp'"]);
    expect((await runLine(engine, 'dps /hx @esp')).errors[0]).toMatch(/\/c Columns and \/h/);
    expect((await runLine(engine, '.help dps')).lines.join('\n')).toContain('/h');
  });
});

describe.skipIf(!hasCorpus).each([
  ['x86-static-O0', 4],
  ['x64-static-O0', 8],
] as const)('/h on %s', (name, pointerSize) => {
  interface Truth {
    readonly globals: readonly { readonly name: string; readonly address: string; readonly value: string }[];
    readonly node_list: readonly { readonly addr: string; readonly value: number }[];
    readonly threads: readonly { readonly locals: readonly { readonly addr: string }[] | null }[];
    readonly heapwalk: readonly {
      readonly heap: string;
      readonly data: string;
      readonly cb: number;
      readonly flags: number;
    }[];
  }
  let engine: Engine;
  let truth: Truth;
  let busy: { heap: string; start: bigint; end: bigint }[];
  beforeAll(async () => {
    engine = await openLab(name);
    truth = sharedJson<Truth>(`corpus/lab/${name}/truth.json.gz`);
    busy = truth.heapwalk
      .filter((row) => row.flags === 4)
      .map(({ heap, data, cb }) => ({ heap, start: BigInt(data), end: BigInt(data) + BigInt(cb) }));
  });

  function walkedAt(value: bigint): Note | undefined {
    const entry = busy.find(({ start, end }) => value >= start && value < end);
    if (!entry) return undefined;
    const { heap, start, end } = entry;
    const block = `0x${start.toString(16)}`;
    return { heap, block, displacement: Number(value - start), size: Number(end - start), state: 'busy' };
  }

  it('says of each word on the stack and in blocks what HeapWalk says of it', async () => {
    const stack = truth.threads.flatMap((t) => t.locals ?? [])[0]?.addr ?? '';
    const blocks = truth.node_list.slice(0, 4).map((n) => n.addr);
    let notes = 0;
    for (const [address, length] of [[stack, '400'], ...blocks.map((b) => [b, '80'])]) {
      const { data } = await runLine(engine, `dps /h ${address} L${length}`);
      for (const { value, heapBlock } of data.rows as unknown as Row[]) {
        const wanted = value === null ? undefined : walkedAt(BigInt(value));
        // a word may also be the address of a header or of a free block: HeapWalk names no user of these
        if (wanted) expect(heapBlock, value ?? '').toEqual(wanted);
        else if (heapBlock?.state === 'busy') {
          const { displacement, size } = heapBlock;
          expect(displacement < 0 || displacement >= size, value ?? '').toBe(true);
        }
        if (wanted) notes++;
      }
      expect(data.unreadHeaps).toEqual([]);
    }
    expect(notes).toBeGreaterThan(8);
  });

  it('dp gives the same blocks as dps, dpp also those one step on', async () => {
    const head = truth.globals.find((g) => g.name === 'g_list_head');
    const [first, second] = truth.node_list;
    const { data } = await runLine(engine, `dpp /h ${head?.address} L1`);
    expect(data.rows).toMatchObject([
      {
        pointer: first?.addr,
        value: second?.addr,
        heapBlock: walkedAt(BigInt(first?.addr ?? 0)),
        valueHeapBlock: walkedAt(BigInt(second?.addr ?? 0)),
      },
    ]);
    const dp = await runLine(engine, `dp /h ${head?.address} L8`);
    const dps = await runLine(engine, `dps /h ${head?.address} L8`);
    const noted = (dps.data.rows as unknown as Row[]).filter((row) => row.heapBlock);
    expect(dp.data.heapBlocks).toEqual(
      noted.map(({ address, value, heapBlock }) => ({ address, pointer: value, ...heapBlock })),
    );
    expect(noted.length).toBeGreaterThan(0);
    const wide = await runLine(engine, `${pointerSize === 4 ? 'dds' : 'dqs'} /h ${head?.address} L8`);
    expect(wide.data.rows).toEqual(dps.data.rows);
  });

  it('dt names the block of a field, of a variable and of each element of a list', async () => {
    const [first, second] = truth.node_list;
    const field = await runLine(engine, `dt /h RuntimeTest!Node ${first?.addr} next`);
    const note = walkedAt(BigInt(second?.addr ?? 0));
    expect(field.data.fields).toMatchObject([
      { name: 'next', heapBlocks: [{ pointer: second?.addr, ...note }] },
    ]);
    const at = note?.block.slice(2).padStart(pointerSize * 2, '0');
    expect(field.lines.join('\n')).toContain(
      `block ${at}+0x${note?.displacement.toString(16)} (0x${note?.size.toString(16)}, busy)`,
    );
    const plain = await runLine(engine, `dt RuntimeTest!Node ${first?.addr} next`);
    expect(field.lines.map((line) => line.replace(/ {2}heap .*/, ''))).toEqual(plain.lines);
    const list = await runLine(engine, `dt /h RuntimeTest!Node ${first?.addr} value -l next`);
    const nodes = list.data.nodes as unknown as { address: string; heapBlock?: Note }[];
    expect(nodes.map((n) => n.heapBlock)).toEqual(nodes.map((n) => walkedAt(BigInt(n.address))));
    expect(nodes.length).toBe(truth.node_list.length);
  });
});

describe.skipIf(!hasCorpus)('/h where heaps are not in the dump', () => {
  it('says so once, and shows the words', async () => {
    const engine = await openEngine('public/dumps/google_notepad-small-32bit-46935e_x86_win7.dmp.gz');
    const { lines, data } = await runLine(engine, 'dps /h @esp L30');
    expect(lines.filter((line) => line.startsWith('***'))).toEqual([
      '*** the heap at 0x8b0000 cannot be read: its memory is not in the dump',
    ]);
    expect(lines.length).toBe(0x31);
    expect(data.unreadHeaps).toMatchObject([{ heap: '0x8b0000' }]);
  });
});
