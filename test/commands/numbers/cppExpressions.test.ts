import { describe, expect, it } from 'vitest';
import type { LabTruth } from '../../openCorpus.ts';
import { hasCorpus, sharedJson } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

interface Globals extends LabTruth {
  readonly globals: readonly { name: string; address: string; size: number; value: string }[];
  readonly types: readonly {
    name: string;
    size: number;
    fields: readonly { name: string; offset: number; size: number }[];
  }[];
  readonly bits_values: Readonly<Record<string, number | string>>;
}
const truthOf = (name: string): Globals => sharedJson(`corpus/lab/${name}/truth.json.gz`);

async function lines(name: string, command: string): Promise<readonly string[]> {
  const { lines, errors } = await runLine(await openLab(name), command);
  return errors.length > 0 ? errors : lines;
}

/** The number that `? @@c++(text)` comes to. */
async function number(name: string, text: string): Promise<string> {
  const { data, errors } = await runLine(await openLab(name), `? @@c++(${text})`);
  return errors[0] ?? JSON.stringify(data.value);
}

describe.skipIf(!hasCorpus).each(['x86-static-O0', 'x64-static-O0', 'x64-static-O2'])('in %s', (lab) => {
  const truth = hasCorpus ? truthOf(lab) : undefined;

  it('globals lie where the process said, and are as big', async () => {
    for (const { name, address, size } of truth?.globals ?? []) {
      expect([name, await number(lab, `&${name}`)]).toEqual([name, JSON.stringify(address)]);
      expect([name, await number(lab, `sizeof(${name})`)]).toEqual([name, `"0x${size.toString(16)}"`]);
    }
  });

  it('types have the size and offsets that the compiler gave them', async () => {
    for (const { name, size, fields } of truth?.types ?? []) {
      expect([name, await number(lab, `sizeof(${name})`)]).toEqual([name, `"0x${size.toString(16)}"`]);
      for (const field of fields) {
        const of = `${name}, ${field.name}`;
        const offset = await number(lab, `#FIELD_OFFSET(${of})`);
        const size = await number(lab, `#RTL_FIELD_SIZE(${of})`);
        const want = [field.offset, field.size].map((n) => `"0x${n.toString(16)}"`);
        expect([of, offset, size]).toEqual([of, ...want]);
      }
    }
  });

  it('values are those that the process printed', async () => {
    const of = (name: string) => truth?.globals.find((g) => g.name === name)?.value;
    expect(await lines(lab, '?? g_big')).toEqual([`int64 0n${of('g_big')}`]);
    expect(await lines(lab, '?? g_static_init.v')).toEqual([`int 0n${of('g_static_init')}`]);
    expect(await lines(lab, '?? g_diamond.vb')).toEqual([`int 0n${of('g_diamond')}`]);
    expect(await lines(lab, '?? shapes::Shape::s_count')).toEqual([`int 0n${of('shapes::Shape::s_count')}`]);
    expect(await lines(lab, '?? g_bool')).toEqual(['bool true']);
    expect((await lines(lab, '?? g_ansi'))[1]).toBe(` "${of('g_ansi')}"`);
    expect((await lines(lab, '?? g_wide'))[1]).toBe(` "${of('g_wide')}"`);
    expect((await lines(lab, '?? g_names[2]'))[1]).toBe(` "${of('g_names')}"`);
    expect(await number(lab, 'g_list_head')).toBe(JSON.stringify(of('g_list_head')));
    expect(await number(lab, 'g_shape_as_base == g_square')).toBe('"0x1"');
    expect(await number(lab, '#CONTAINING_RECORD(g_items_head.Flink, ListItem, link)->link.Blink')).toBe(
      await number(lab, '&g_items_head'),
    );
  });
});

describe.skipIf(!hasCorpus)('?? and dx', () => {
  // forms: samples.md, section 6, and public logs; the values are the lab's
  it.each([
    ['?? g_numbers[2] + g_byte', ['int 0n167']],
    ['?? (char)g_byte', ["char 0n-91 ''"]],
    ['?? g_outer.color', ['Color COLOR_NEGATIVE (0n-7)']],
    ['?? Color::COLOR_RED', ['Color COLOR_RED (0n1)']],
    ['?? COLOR_NEGATIVE == g_outer.color', ['bool true']],
    ['?? g_outer.bits.mid', ['unsigned int 0y10101 (0x15)']],
    ['?? g_outer.ratio * 2', ['double 0.25']],
    ['?? *g_outer.text', ["char 0n111 'o'"]],
    ['?? g_outer.self->self->arr[1].a', ['int 0n1000']],
    ['?? &g_outer.matrix', ['int (*)[2][3] 0x00000001`4000d4d4']],
    ['?? g_outer.matrix[1][2]', ['int 0n25']],
    ['?? @$teb->ClientId.UniqueProcess', ['void * 0x00000000`00000100']],
    ['?? #FIELD_OFFSET(Outer, color)', ['long 0n48']],
    ['?? sizeof(Outer)', ['unsigned int64 0x90']],
    ['?? g_nothing', ["Couldn't resolve error at 'g_nothing'"]],
    ['?? g_outer.nothing', ["Type does not have given member error at 'nothing'"]],
    [
      '?? &g_outer.arr[1]',
      [
        'struct Inner * 0x00000001`4000d4b0',
        '   +0x000 a                : 0n1000',
        '   +0x004 b                : 0n-1',
        "   +0x006 c                : 98 'b'",
      ],
    ],
    [
      '?? g_tree->left',
      [
        'struct TreeNode * 0x00000000`00b80a60',
        '   +0x000 left             : 0x00000000`00b80b20 TreeNode',
        '   +0x008 right            : 0x00000000`00b80b80 TreeNode',
        '   +0x010 key              : 0n25',
      ],
    ],
    [
      'dx g_outer.v.pt',
      [
        'g_outer.v.pt                 [Type: Point]',
        '    [+0x000] x                : 0 [Type: int]',
        '    [+0x004] y                : 1075445760 [Type: int]',
      ],
    ],
    [
      'dx -r2 g_tree->left',
      [
        'g_tree->left                 : 0xb80a60 [Type: TreeNode *]',
        '    [+0x000] left             : 0xb80b20 [Type: TreeNode *]',
        '        [+0x000] left             : 0x0 [Type: TreeNode *]',
        '        [+0x008] right            : 0x0 [Type: TreeNode *]',
        '        [+0x010] key              : 10 [Type: int]',
        '    [+0x008] right            : 0xb80b80 [Type: TreeNode *]',
        '        [+0x000] left             : 0x0 [Type: TreeNode *]',
        '        [+0x008] right            : 0x0 [Type: TreeNode *]',
        '        [+0x010] key              : 30 [Type: int]',
        '    [+0x010] key              : 25 [Type: int]',
      ],
    ],
    ['dx g_numbers[2]', ['g_numbers[2]     : 2 [Type: int]']],
  ])('%s', async (command, expected) => expect(await lines('x64-static-O0', command)).toEqual(expected));

  it('give back what r? was given, floating-point numbers too', async () => {
    const values = [
      ['-1.5', 'double -1.5'],
      ['(float)0.5', 'float 0.5'],
      ['1.0 / 0.0', 'double inf'],
      ['(int)-5', 'int 0n-5'],
    ];
    for (const [given, shown] of values)
      expect([given, await lines('x64-static-O0', `r? $t3 = ${given}; ?? @$t3`)]).toEqual([given, [shown]]);
    // assigned in C++ it keeps its type: 2.75 in a float, 2 in an int
    expect(await lines('x64-static-O0', 'r? $t3 = (float)0; ?? @$t3 = 2.75; ?? @$t3 + 1')).toEqual([
      'float 2.75',
      'float 3.75',
    ]);
    expect(await lines('x64-static-O0', 'r? $t3 = (int)0; ?? @$t3 = 2.75')).toEqual(['int 0n2']);
  });

  it('print Windows structures without any symbols', async () => {
    expect((await lines('x64-static-O0', '?? @$teb')).slice(0, 2)).toEqual([
      'struct _TEB * 0x00000000`67fe0000',
      '   +0x000 NtTib            : _NT_TIB',
    ]);
    expect((await lines('x64-static-O0', 'dx @$teb')).slice(0, 2)).toEqual([
      '@$teb                 : 0x67fe0000 [Type: _TEB *]',
      '    [+0x000] NtTib            [Type: _NT_TIB]',
    ]);
  });

  it('assign to pseudo-registers only', async () => {
    expect(await lines('x64-static-O0', '?? @$t5 = g_numbers[1] + 4')).toEqual(['unsigned int64 5']);
    expect(await lines('x64-static-O0', '? @$t5')).toEqual(['Evaluate expression: 5 = 00000000`00000005']);
    expect((await runLine(await openLab('x64-static-O0'), '?? g_numbers[1] = 4')).errors).toHaveLength(1);
  });

  it('name locals of the frame that was chosen', async () => {
    const engine = await openLab('x64-static-O0', 'privrw', { fresh: true });
    const level = truthOf('x64-static-O0').threads[5]?.locals.filter((l) => l.name === 'level')[10];
    const calls = (await runLine(engine, '~5s;k')).lines.filter((l) =>
      /^[0-9a-f`]{17} [0-9a-f`]{17} /.test(l),
    );
    const own = calls.flatMap((l, i) => (l.includes('RuntimeTest!Recurse+') ? [i] : []));
    // the eleventh activation, counted from the outermost
    const frame = own.at(-11) ?? 0;
    const { lines } = await runLine(
      engine,
      `.frame ${frame.toString(16)};?? level;?? &level;?? tag;?? color`,
    );
    expect(lines.slice(1, 3)).toEqual([
      `int 0n${level?.value}`,
      `int * 0x00000000\`${level?.addr.slice(2).padStart(8, '0')}`,
    ]);
    expect(lines.join('\n')).toContain(' "level-11"');
  });
});
