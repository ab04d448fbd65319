import { describe, expect, it } from 'vitest';
import { Output, plain } from '../../../core/output/index.ts';
import {
  buildView,
  NAME_WIDTH,
  printView,
  type DtStyle,
  type ViewOptions,
} from '../../../core/commands/dt/index.ts';
import {
  BASIC,
  type BasicType,
  type BitFieldType,
  type EnumType,
  type Member,
  pointerTo,
  type RecordType,
  type Type,
  type ValueSource,
} from '../../../core/types/index.ts';
import { FakeMemory } from '../../types/fakeMemory.ts';

const BOOL: BasicType = { kind: 'basic', name: 'Bool', cName: 'bool', encoding: 'bool', size: 1 };
const FLOAT: BasicType = { kind: 'basic', name: 'Float', cName: 'float', encoding: 'float', size: 4 };
const DOUBLE: BasicType = { kind: 'basic', name: 'Float', cName: 'double', encoding: 'float', size: 8 };

function record(
  name: string,
  size: number,
  members: readonly Member[],
  tag: RecordType['tag'] = 'class',
): RecordType {
  return { kind: 'record', tag, name, size, forward: false, members };
}

function field(name: string, offset: number, type: Type): Member {
  return { kind: 'field', name, offset, type };
}

function array(element: Type, count: number): Type {
  return { kind: 'array', element, count, size: element.size * count };
}

function bits(base: Type, position: number, length: number): BitFieldType {
  return { kind: 'bit field', base, position, length, size: base.size };
}

const COLOR: EnumType = {
  kind: 'enum',
  name: 'Color',
  underlying: BASIC.int4,
  size: 4,
  enumerators: [
    { name: 'Red', value: 0n },
    { name: 'Green', value: 16n },
    { name: 'None', value: -1n },
  ],
};

function show(
  type: Type,
  memory?: FakeMemory,
  address?: bigint,
  more: Partial<ViewOptions & DtStyle> = {},
): string[] {
  const lines: string[] = [];
  const source: ValueSource = { memory: memory ?? new FakeMemory(), pointerSize: more.pointerSize ?? 4 };
  const options = { depth: 0, blocks: false, fields: [], verbose: false, ...more };
  const style: DtStyle = {
    pointerSize: 4,
    nameWidth: NAME_WIDTH,
    compact: false,
    noIndent: false,
    noOffsets: false,
    verbose: false,
    blocks: false,
    describe: () => undefined,
    ...more,
  };
  printView(buildView(source, type, address, options), new Output((line) => lines.push(plain(line))), style);
  return lines;
}

describe('dt of C++ types', () => {
  const shape = record('Shape', 8, [
    { kind: 'vftable pointer', offset: 0, size: 4, slots: 2 },
    { kind: 'static', name: 's_count', type: BASIC.int4 },
    field('m_id', 4, BASIC.int4),
    {
      kind: 'method',
      name: 'Area',
      static: false,
      virtual: true,
      type: { kind: 'procedure', returns: DOUBLE, parameters: [], variadic: false, size: 0 },
    },
  ]);
  const circle = record('Circle', 16, [
    { kind: 'base', type: shape, offset: 0 },
    field('m_radius', 8, FLOAT),
    field('m_filled', 12, BOOL),
  ]);

  it('prints bases in place, the vftable and statics as the debugger does', () => {
    const memory = new FakeMemory()
      .put32(0x1000n, 0x00a29b7c, 0xffff_fffb)
      .put(0x1008n, new Uint8Array(Float32Array.of(1.5).buffer))
      .put32(0x100cn, 1)
      .put32(0x5000n, 42);
    const staticAddress = (name: string) => (name === 'Shape::s_count' ? 0x5000n : undefined);
    expect(show(circle, memory, 0x1000n, { staticAddress })).toEqual([
      '   +0x000 __VFN_table : 0x00a29b7c ',
      '   =00005000 s_count          : 0n42',
      '   +0x004 m_id             : 0n-5',
      '   +0x008 m_radius         : 1.5',
      '   +0x00c m_filled         : 1',
    ]);
    expect(show(circle)).toEqual([
      '   +0x000 __VFN_table : Ptr32 ',
      '   =???????? s_count          : Int4B',
      '   +0x004 m_id             : Int4B',
      '   +0x008 m_radius         : Float',
      '   +0x00c m_filled         : Bool',
    ]);
    expect(show(circle, undefined, undefined, { verbose: true })).toContain(
      '   Area             : virtual double (void)',
    );
  });

  it('finds a virtual base through the vbtable', () => {
    const top = record('Top', 4, [field('t', 0, BASIC.int4)]);
    const left = record('Left', 16, [
      field('l', 4, BASIC.int4),
      { kind: 'base', type: top, offset: 0, virtual: { pointerOffset: 0, tableIndex: 1, indirect: false } },
    ]);
    // vbtable: entry 1 says 12 bytes on from the vbptr
    const memory = new FakeMemory().put32(0x1000n, 0x2000, 7, 0, 9).put32(0x2000n, 0, 12);
    expect(show(left, memory, 0x1000n)).toEqual([
      '   +0x004 l                : 0n7',
      '   +0x00c t                : 0n9',
    ]);
    expect(show(left)).toEqual(['   +0x004 l                : Int4B', '   +0x??? Top              : Top']);
  });

  it('places the members of anonymous unions where they belong', () => {
    const inner = record(
      'Outer::<unnamed-type-$S1>',
      4,
      [field('i', 0, BASIC.uint4), field('f', 0, FLOAT)],
      'union',
    );
    const outer = record('Outer', 8, [field('a', 0, BASIC.uint4), field('', 4, inner)]);
    expect(show(outer)).toEqual([
      '   +0x000 a                : Uint4B',
      '   +0x004 i                : Uint4B',
      '   +0x004 f                : Float',
    ]);
  });

  it('prints numbers, characters, bits, enums and floats in the debugger’s words', () => {
    const all = record('All', 64, [
      field('u', 0, BASIC.uint4),
      field('small', 4, BASIC.uint4),
      field('big', 8, BASIC.uint8),
      field('negative', 16, BASIC.int8),
      field('c', 24, BASIC.char),
      field('uc', 25, BASIC.uchar),
      field('w', 26, BASIC.wchar),
      field('color', 28, COLOR),
      field('odd', 32, COLOR),
      field('none', 36, COLOR),
      field('three', 40, bits(BASIC.uint4, 0, 3)),
      field('five', 40, bits(BASIC.uint4, 3, 5)),
      field('zero', 40, bits(BASIC.uint4, 8, 24)),
      field('d', 48, DOUBLE),
      field('text', 56, array(BASIC.char, 8)),
    ]);
    const memory = new FakeMemory()
      .put32(0x1000n, 0x1db1, 9)
      .put64(0x1008n, 0x2_0000_0000n, -25_920_000_000_000n & 0xffff_ffff_ffff_ffffn)
      .put(
        0x1018n,
        [98, 0x8a, 0x41, 0, 16, 0, 0, 0, 5, 0, 0, 0, 255, 255, 255, 255, 0b00100_101, 0, 0, 0, 0, 0, 0, 0],
      )
      .put(0x1030n, new Uint8Array(Float64Array.of(0.1).buffer))
      .put(0x1038n, [...'ab\x01cd'].map((c) => c.charCodeAt(0)).concat(0, 0x78, 0x78));
    expect(show(all, memory, 0x1000n)).toEqual([
      '   +0x000 u                : 0x1db1',
      '   +0x004 small            : 9',
      '   +0x008 big              : 0x00000002`00000000',
      '   +0x010 negative         : 0n-25920000000000',
      "   +0x018 c                : 98 'b'",
      "   +0x019 uc               : 0x8a ''",
      "   +0x01a w                : 0x41 'A'",
      '   +0x01c color            : 10 ( Green )',
      '   +0x020 odd              : 5 (No matching name)',
      '   +0x024 none             : ffffffff ( None )',
      '   +0x028 three            : 0y101',
      '   +0x028 five             : 0y00100 (0x4)',
      '   +0x028 zero             : 0y000000000000000000000000 (0)',
      '   +0x030 d                : 0.10000000000000001',
      '   +0x038 text             : [8]  "ab?cd"',
    ]);
  });

  it('follows pointers one step', () => {
    const proc: Type = { kind: 'procedure', returns: BASIC.int4, parameters: [], variadic: false, size: 0 };
    const all = record('P', 40, [
      field('text', 0, pointerTo(BASIC.char, 4)),
      field('wide', 4, pointerTo(BASIC.wchar, 4)),
      field('number', 8, pointerTo(BASIC.uint4, 4)),
      field('twice', 12, pointerTo(pointerTo(BASIC.void, 4), 4)),
      field('code', 16, pointerTo(proc, 4)),
      field('codes', 20, array(pointerTo(proc, 4), 2)),
      field('object', 28, pointerTo(shape, 4)),
      field('lost', 32, pointerTo(BASIC.char, 4)),
      field('gone', 36, pointerTo(BASIC.uint4, 4)),
    ]);
    const memory = new FakeMemory()
      .put32(0x1000n, 0x2000, 0x2100, 0x2200, 0x2204, 0x401000, 0x401010, 0, 0x2300, 0x9000, 0x9000)
      .put(
        0x2000n,
        [...'node-1\0'].map((c) => c.charCodeAt(0)),
      )
      .text16(0x2100n, 'žluť\0')
      .put32(0x2200n, 5, 0x00140000);
    const describe = (address: bigint) =>
      address === 0x401000n ? 'app!Run' : address === 0x401010n ? 'app!Run+0x10' : undefined;
    expect(show(all, memory, 0x1000n, { describe })).toEqual([
      '   +0x000 text             : 0x00002000  "node-1"',
      '   +0x004 wide             : 0x00002100  "žluť"',
      '   +0x008 number           : 0x00002200  -> 5',
      '   +0x00c twice            : 0x00002204  -> 0x00140000 Void',
      '   +0x010 code             : 0x00401000     long  app!Run+0',
      '   +0x014 codes            : [2] 0x00401010     long  app!Run+10',
      '   +0x01c object           : 0x00002300 Shape',
      '   +0x020 lost             : 0x00009000  "--- memory read error at address 0x00009000 ---"',
      '   +0x024 gone             : 0x00009000  -> ??',
    ]);
  });

  it('ends where an object holds itself, however deep -r goes', () => {
    const node: RecordType = {
      ...record('Node', 8, []),
      get members(): readonly Member[] {
        return [field('next', 0, pointerTo(node, 4)), field('value', 4, BASIC.int4)];
      },
    };
    const memory = new FakeMemory().put32(0x1000n, 0x1100, 1).put32(0x1100n, 0x1000, 2);
    expect(show(node, memory, 0x1000n, { depth: 9 })).toEqual([
      '   +0x000 next             : 0x00001100 Node',
      '      +0x000 next             : 0x00001000 Node',
      '      +0x004 value            : 0n2',
      '   +0x004 value            : 0n1',
    ]);
    expect(
      show(pointerTo(node, 4), new FakeMemory().put32(0x500n, 0x1000).put32(0x1000n, 0, 1), 0x500n),
    ).toEqual(['0x00001000 ', '   +0x000 next             : (null) ', '   +0x004 value            : 0n1']);
  });

  it('leaves out what goes beyond any reader', () => {
    const huge = record('Huge', 4, [field('all', 0, array(BASIC.uint4, 4_000_000_000))]);
    const lines = show(huge, new FakeMemory().put32(0x1000n, 1), 0x1000n, { blocks: true });
    expect(lines.length).toBeLessThan(51_000);
    expect(lines.join('\n')).toContain('*** The rest is left out');
  });
});
