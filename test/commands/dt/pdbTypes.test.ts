import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../../core/bytes/index.ts';
import type { JsonObject } from '../../../core/output/index.ts';
import { openPdb, PdbSymbols } from '../../../core/symbols/pdb/index.ts';
import { BuiltInTypes, loadLayout, type Type, unmodified } from '../../../core/types/index.ts';
import { corpusFile, hasCorpus, sharedJson } from '../../corpus.ts';
import { DtSession, labImages } from './openSession.ts';

interface Truth {
  readonly pointer_size: 4 | 8;
  readonly types: readonly {
    readonly name: string;
    readonly size: number;
    readonly fields: readonly { readonly name: string; readonly offset: number; readonly size: number }[];
  }[];
  readonly bits_values: Readonly<Record<string, number | string>>;
  readonly globals: readonly {
    readonly name: string;
    readonly address: string;
    readonly size: number;
    readonly value: string;
  }[];
  readonly node_list: readonly { readonly addr: string; readonly value: number; readonly name: string }[];
  readonly item_list: readonly { readonly addr: string; readonly link: string; readonly id: number }[];
  readonly vftables: Readonly<Record<string, string>>;
  readonly threads: readonly {
    readonly tid: number;
    readonly frames_innermost_first: readonly { readonly func: string; readonly return_address: string }[];
    readonly locals: readonly {
      readonly frame_from_outermost: number;
      readonly func: string;
      readonly name: string;
      readonly type: string;
      readonly addr: string;
      readonly value: string;
    }[];
  }[];
}

function pdb(path: string): PdbSymbols {
  return new PdbSymbols(openPdb(new BufferSource(readFileSync(corpusFile(path)), path)));
}

type Fields = readonly JsonObject[];

function valueOf(fields: unknown, name: string): unknown {
  return (fields as Fields).find((f) => f.name === name)?.value;
}

const CASES = ['x86-static-O0', 'x64-dll-O0', 'x86-dll-O0', 'x64-static-O2'];

describe.skipIf(!hasCorpus).each(CASES)('dt of a program’s own types: %s', async (name) => {
  const optimised = name.endsWith('O2');
  const open = async () => {
    const truth = sharedJson<Truth>(`corpus/lab/${name}/truth.json.gz`);
    const symbols = pdb(`lab/${name}/RuntimeTest.pdb`);
    const dll = pdb(`lab/${name}/RuntimeDll.pdb`);
    // its globals and heap blocks: private read-write memory
    const session = await DtSession.open(
      `lab/${name}/privrw.dmp.gz`,
      (module) => (module.name === 'RuntimeTest' ? symbols : module.name === 'RuntimeDll' ? dll : undefined),
      labImages(name),
    );
    return { truth, session };
  };
  const { truth, session } = hasCorpus ? await open() : ({} as Awaited<ReturnType<typeof open>>);
  const data = async (args: string) => (await session.run(args)).data;

  it('sizes and offsets are those that the process printed', async () => {
    expect(truth.types.length).toBeGreaterThan(12);
    for (const type of truth.types) {
      const shown = await data(`RuntimeTest!${type.name}`);
      expect(shown?.size, type.name).toBe(type.size);
      const places = (shown?.fields as Fields).map((f) => `${String(f.name)} ${String(f.offset)}`);
      for (const field of type.fields) expect(places, type.name).toContain(`${field.name} ${field.offset}`);
    }
  });

  it('globals have the values that the process printed', async () => {
    const address = (name: string) => truth.globals.find((g) => g.name === name)?.address;
    const shown = async (name: string) => {
      const object = await data(`RuntimeTest!${name}`);
      expect(object?.address, name).toBe(address(name));
      return object;
    };
    const printed = (name: string) => truth.globals.find((g) => g.name === name)?.value;
    expect((await shown('g_ansi'))?.value).toBe(printed('g_ansi'));
    expect((await shown('g_wide'))?.value).toBe(printed('g_wide'));
    expect((await shown('g_big'))?.value).toBe(`-0x${1234567890123456789n.toString(16)}`);
    expect(printed('g_big')).toBe('-1234567890123456789');
    expect((await shown('g_byte'))?.value).toBe(Number(printed('g_byte')));
    expect((await shown('g_bool'))?.value).toBe(true);
    expect((await shown('g_list_head'))?.value).toBe(printed('g_list_head'));
    expect(valueOf((await shown('g_hidden'))?.fields, 'secret')).toBe(Number(printed('g_hidden')));
    // the process prints the last number, and the first item that it put into the array
    const numbers = (await data('-a RuntimeTest!g_numbers'))?.elements as Fields;
    expect(numbers.at(-1)?.value).toBe(Number(printed('g_numbers')));
  });

  it('bit fields, signed ones too', async () => {
    const outer = truth.globals.find((g) => g.name === 'g_outer');
    const bits = truth.types.find((t) => t.name === 'Outer')?.fields.find((f) => f.name === 'bits');
    const at = BigInt(outer?.address ?? 0) + BigInt(bits?.offset ?? 0);
    const { lines, data } = await session.run(`RuntimeTest!Bits 0x${at.toString(16)}`);
    const { lo, mid, hi, sg, wide, rest } = truth.bits_values;
    expect(valueOf(data?.fields, 'lo')).toBe(lo);
    expect(valueOf(data?.fields, 'mid')).toBe(mid);
    expect(valueOf(data?.fields, 'hi')).toBe(hi);
    expect(valueOf(data?.fields, 'wide')).toBe(wide);
    expect(BigInt(String(valueOf(data?.fields, 'rest')))).toBe(BigInt(String(rest)));
    // the debugger prints the bits themselves
    expect(valueOf(data?.fields, 'sg')).toBe(Number(BigInt.asUintN(10, BigInt(sg ?? 0))));
    expect(lines.find((line) => line.includes(' mid '))).toMatch(/: 0y10101 \(0x15\)$/);
  });

  it('classes with bases, a vftable and a static member', async () => {
    const { lines, data } = await session.run('RuntimeTest!g_circle');
    const fields = data?.fields as Fields;
    expect(valueOf(fields, '__VFN_table')).toBe(truth.vftables.g_circle);
    const count = truth.globals.find((g) => g.name === 'shapes::Shape::s_count');
    expect(fields.find((f) => f.name === 's_count')).toMatchObject({
      static: true,
      address: count?.address,
      value: Number(count?.value),
    });
    expect(lines[1]).toMatch(/^ {3}\+0x000 __VFN_table : 0x[0-9a-f`]+ $/);
  });

  it('linked lists, by a pointer and by a link within', async () => {
    const nodes = (await data('RuntimeTest!g_list_head -l next'))?.nodes as readonly {
      address: string;
      fields: Fields;
    }[];
    expect(nodes.map((n) => n.address)).toEqual(truth.node_list.map((n) => n.addr));
    expect(nodes.map((n) => valueOf(n.fields, 'value'))).toEqual(truth.node_list.map((n) => n.value));
    expect(nodes.map((n) => valueOf(n.fields, 'name'))).toEqual(truth.node_list.map((n) => n.name));
    const [first] = truth.item_list;
    const items = (await data(`RuntimeTest!ListItem ${first?.addr} -l link.Flink`))?.nodes as readonly {
      address: string;
      fields: Fields;
    }[];
    // the ring goes through the head as well, which lies among the globals
    const wanted = truth.item_list.map((i) => i.addr);
    expect(items.slice(0, wanted.length).map((n) => n.address)).toEqual(wanted);
    expect(items.slice(0, wanted.length).map((n) => valueOf(n.fields, 'id'))).toEqual(
      truth.item_list.map((i) => i.id),
    );
    expect(items).toHaveLength(wanted.length + 1);
  });

  it('locals of every frame, by name', async () => {
    const { target } = session.session;
    let compared = 0;
    for (const thread of truth.threads) {
      const mine = target.threads.find((t) => t.id === thread.tid);
      const wanted = thread.frames_innermost_first.map((f) => BigInt(f.return_address));
      if (!mine || wanted.length === 0) continue;
      session.session.thread = mine;
      const frames = session.frames();
      const first = frames.findIndex((_, i) =>
        wanted.every((address, n) => frames[i + n]?.returnAddress === address),
      );
      if (first < 0) continue;
      for (const local of thread.locals.filter((l) => /^\w+$/.test(l.name))) {
        session.session.frame = first + wanted.length - 1 - local.frame_from_outermost;
        const { data, lines } = await session.run(local.name);
        // the optimiser keeps some in pieces, here and there
        if (optimised && data?.address === undefined) continue;
        expect(data?.address, `${local.func} ${local.name}`).toBe(local.addr);
        expect(lines[0]).toMatch(new RegExp(`^Local var @ ${local.addr} Type `));
        if (local.type === 'int') expect(data?.value).toBe(Number(local.value));
        if (local.type.startsWith('char[16]')) expect(data?.value).toBe(local.value);
        compared++;
      }
      session.session.frame = 0;
    }
    expect(compared).toBeGreaterThan(optimised ? 3 : 100);
  });

  it('a variable by its address alone', async () => {
    const head = truth.globals.find((g) => g.name === 'g_outer');
    const { lines, data } = await session.run(head?.address ?? '');
    expect(lines[0]).toBe('g_outer');
    expect(data?.size).toBe(head?.size);
    await expect(session.run('0x10')).rejects.toThrow('no variable begins at 0x10');
  });

  it('names by pattern, variables with their addresses', async () => {
    const matches = (await data('RuntimeTest!g_*'))?.matches as Fields;
    for (const global of truth.globals.filter((g) => g.name.startsWith('g_'))) {
      expect(matches).toContainEqual(
        expect.objectContaining({ name: global.name, address: global.address, size: global.size }),
      );
    }
  });
});

/** What a type consists of, as text that two sources of the same type agree in. */
function layoutOf(type: Type | undefined): string[] {
  const t = type && unmodified(type);
  if (t?.kind === 'enum') return t.enumerators.map((e) => `${e.name}=${BigInt.asIntN(32, e.value)}`);
  if (t?.kind !== 'record') return [String(t?.kind)];
  const fields = t.members.flatMap((m) =>
    m.kind === 'field' ? [`${m.name}+${m.offset}:${shapeOf(m.type)}`] : [],
  );
  return [`${t.size}`, ...fields];
}

function shapeOf(type: Type): string {
  const t = unmodified(type);
  if (t.kind === 'bit field') return `${t.position}.${t.length}`;
  if (t.kind === 'array') return `[${t.count}]${t.element.size}`;
  return String(t.size);
}

describe.skipIf(!hasCorpus)('the built-in layouts against Microsoft’s own symbols', () => {
  const KEYS = [
    ['36515FB5D04345E491F672FA2E2878C02', 5, 1, 2600, 'x86'],
    ['9D04EB0AA387494FBD81ED062072B99C2', 6, 1, 7601, 'x64'],
    ['CCC0E36120F424BE044DE630C3BD80C41', 10, 0, 19041, 'x64'],
  ] as const;

  it.each(KEYS)('ntdll.pdb %s: field by field', async (key, major, minor, build, machine) => {
    const types = pdb(`public/symbols/ntdll.pdb/${key}/ntdll.pdb`).types;
    const builtIn = new BuiltInTypes(await loadLayout({ major, minor, build }, machine));
    let compared = 0;
    for (const name of builtIn.names('*')) {
      const own = types.find(name);
      if (!own || builtIn.isDerived(name)) continue;
      expect(layoutOf(builtIn.find(name)), name).toEqual(layoutOf(own));
      compared++;
    }
    expect(compared).toBeGreaterThan(20);
  });
});
