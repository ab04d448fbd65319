import { describe, expect, it } from 'vitest';
import type { DxData } from '../../../core/commands/valueTree/index.ts';
import { hasCorpus, sharedJson } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

interface Truth {
  readonly pointer_size: 4 | 8;
  readonly globals: readonly { name: string; address: string; value: string }[];
  readonly types: readonly {
    name: string;
    size: number;
    fields: readonly { name: string; offset: number }[];
  }[];
  readonly vftables: Readonly<Record<string, string>>;
}

const CORPUS = hasCorpus ? ['x86-static-O0', 'x64-static-O0'] : [];

describe.skipIf(!hasCorpus).each(CORPUS)('objects of derived classes of %s', (lab) => {
  const truth = sharedJson<Truth>(`corpus/lab/${lab}/truth.json.gz`);
  const global = (name: string) => truth.globals.find((g) => g.name === name);
  const square = global('g_square')?.value ?? '';
  const type = (name: string) => truth.types.find((t) => t.name === name);

  async function dx(line: string): Promise<DxData> {
    const { data, errors } = await runLine(await openLab(lab), `dx ${line}`);
    expect(errors).toEqual([]);
    return data as unknown as DxData;
  }

  const members = ({ children }: DxData): (string | undefined)[] => (children ?? []).map((c) => c.name);

  it('are shown by their own class where a base points to them', async () => {
    const shown = await dx('g_shape_as_base');
    expect(shown).toMatchObject({ value: square, type: 'shapes::Square *' });
    const corners = type('shapes::Square')?.fields.find((f) => f.name === 'm_corners');
    expect(shown.children?.find((c) => c.name === 'm_corners')?.offset).toBe(corners?.offset);
    expect(shown.children?.[0]).toMatchObject({ name: '__vfptr', value: truth.vftables.g_square });
    expect(members(await dx('*g_shape_as_base'))).toEqual(members(shown));
    expect((await dx(`(const shapes::Shape *)${global('g_circle')?.value}`)).type).toBe('shapes::Circle *');
  });

  it('are shown by the static type where that is asked', async () => {
    const shown = await dx('g_shape_as_base,nd');
    expect(shown).toMatchObject({ value: square, type: 'shapes::Shape *' });
    expect(members(shown)).toContain('m_kind');
    expect(members(shown)).not.toContain('m_corners');
    expect((await dx('*g_shape_as_base,nd')).type).toBe('shapes::Shape');
  });

  it('give members that only their own class has', async () => {
    const corners = BigInt(square) + BigInt(type('shapes::Square')?.fields[0]?.offset ?? 0);
    expect((await dx('(void *)&g_shape_as_base->m_corners')).value).toBe(`0x${corners.toString(16)}`);
    expect((await dx('g_shape_as_base->m_corners.Count()')).value).toBe('0x4');
  });

  it('begin where the second base of a class is not, and where a virtual one is not', async () => {
    // a Shape is a pointer and two ints, a VBase a pointer and an int, behind all else of a Diamond
    const { pointer_size: size } = truth;
    const second = `(shapes::Serializable *)(${square} + ${size === 8 ? 16 : 12})`;
    expect(await dx(second)).toMatchObject({ value: square, type: 'shapes::Square *' });
    expect((await dx(`${second},nd`)).type).toBe('shapes::Serializable *');
    const diamond = global('g_diamond')?.address ?? '';
    const base = `(shapes::VBase *)(${diamond} + ${(type('shapes::Diamond')?.size ?? 0) - 2 * size})`;
    expect(await dx(base)).toMatchObject({ value: diamond, type: 'shapes::Diamond *' });
  });

  it('stay what they are said to be where the vtable is of no class of theirs', async () => {
    expect((await dx('(shapes::Circle *)g_square')).type).toBe('shapes::Circle *');
    expect((await dx('(shapes::Shape *)g_list_head')).type).toBe('shapes::Shape *');
    expect((await dx('(shapes::Shape *)0')).type).toBe('shapes::Shape *');
  });

  it('leave pointers to text pointers beside numbers', async () => {
    expect((await dx('(void *)((char *)g_square + 1)')).value).toBe(
      `0x${(BigInt(square) + 1n).toString(16)}`,
    );
  });
});
