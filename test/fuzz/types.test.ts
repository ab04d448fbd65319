import { describe, expect, it } from 'vitest';
import { buildView, NAME_WIDTH, printView, viewData } from '../../core/commands/dt/index.ts';
import { parseArguments } from '../../core/commands/dt/arguments.ts';
import { UsageError } from '../../core/errors/index.ts';
import { Output } from '../../core/output/index.ts';
import {
  BASIC,
  cTypeName,
  dtTypeName,
  findField,
  type Member,
  pointerTo,
  type RecordType,
  type Type,
  withLibrary,
} from '../../core/types/index.ts';
import { FakeMemory } from '../types/fakeMemory.ts';
import { seeded } from '../seeded.ts';

const NAMES = [
  'std::basic_string<char,x>',
  'std::vector<int,x>',
  'std::list<int,x>',
  'std::map<int,x>',
  'std::unordered_map<int,x>',
  'std::deque<int,x>',
  'std::shared_ptr<int>',
  'std::unique_ptr<int>',
  'std::optional<int>',
  'std::variant<int>',
  'std::pair<int,int>',
  'std::queue<int>',
  '_UNICODE_STRING',
  '_LIST_ENTRY',
  '_LARGE_INTEGER',
  '_GUID',
  'Plain',
  '',
  '<unnamed-tag>',
];
const FIELDS = [
  '_Mypair',
  '_Myval2',
  '_Myfirst',
  '_Mylast',
  '_Bx',
  '_Ptr',
  '_Mysize',
  '_Myres',
  '_Myhead',
  '_Next',
  '_Prev',
  '_Myval',
  '_Left',
  '_Parent',
  '_Right',
  '_Isnil',
  '_List',
  '_Map',
  '_Mapsize',
  '_Myoff',
  '_Rep',
  '_Uses',
  '_Has_value',
  '_Value',
  '_Which',
  '_Head',
  '_Tail',
  'first',
  'second',
  'c',
  'Length',
  'Buffer',
  'Flink',
  'Blink',
  '',
  '<unnamed-tag>',
];
const SIZES = [0, 1, 4, 8, 24, 0x7fff_ffff, 0xffff_ffff];

/** A heap of types that refer to each other in every way a PDB can say, cycles and all. */
function typeGraph(next: (limit: number) => number): Type[] {
  const types: Type[] = [...Object.values(BASIC)];
  const members = new Map<number, Member[]>();
  const pick = () => types[next(types.length)] ?? BASIC.void;
  for (let i = 0; i < 24; i++) {
    const record: RecordType = {
      kind: 'record',
      tag: next(4) === 0 ? 'union' : 'class',
      name: NAMES[next(NAMES.length)] ?? '',
      size: SIZES[next(SIZES.length)] ?? 0,
      forward: next(10) === 0,
      get members() {
        return members.get(i) ?? [];
      },
    };
    types.push(record);
    if (next(2)) types.push({ ...pointerTo(record, 4), mode: next(8) === 0 ? 'data member' : 'pointer' });
    if (next(3) === 0)
      types.push({ kind: 'array', element: pick(), count: SIZES[next(7)] ?? 0, size: SIZES[next(7)] ?? 0 });
    if (next(3) === 0)
      types.push({ kind: 'bit field', base: pick(), position: next(80), length: next(80), size: next(9) });
    if (next(4) === 0)
      types.push({ kind: 'modifier', base: pick(), const: true, volatile: false, unaligned: false, size: 4 });
    if (next(6) === 0)
      types.push({ kind: 'procedure', returns: pick(), parameters: [pick()], variadic: true, size: 0 });
  }
  for (let i = 0; i < 24; i++)
    members.set(
      i,
      Array.from({ length: next(8) }, () => member(next, pick)),
    );
  return types;
}

function member(next: (limit: number) => number, pick: () => Type): Member {
  const name = FIELDS[next(FIELDS.length)] ?? '';
  const offset = next(40);
  const type = pick();
  switch (next(8)) {
    case 0:
      return { kind: 'base', type, offset };
    case 1:
      return {
        kind: 'base',
        type,
        offset: 0,
        virtual: { pointerOffset: offset, tableIndex: next(99), indirect: false },
      };
    case 2:
      return { kind: 'static', name, type };
    case 3:
      return { kind: 'vftable pointer', offset, size: 4 };
    default:
      return { kind: 'field', name, offset, type };
  }
}

/** Words that point at each other, small numbers and rubbish. */
function memoryOf(next: (limit: number) => number): FakeMemory {
  const words = Array.from({ length: 512 }, () => [next(0x900), next(20), next(0x7fff_ffff)][next(3)] ?? 0);
  return new FakeMemory().put32(0n, ...words);
}

describe('types that no compiler made', () => {
  it('are shown within bounds, and nothing but lines comes out', () => {
    let lines = 0;
    for (let seed = 1; seed <= 80; seed++) {
      const next = seeded(seed);
      const types = typeGraph(next);
      const source = withLibrary({ memory: memoryOf(next), pointerSize: 4 });
      const type = types[next(types.length)] ?? BASIC.void;
      const depth = next(4);
      const blocks = next(4) === 0;
      const elements = next(4) === 0 ? next(50) : undefined;
      const address = next(4) === 0 ? undefined : BigInt(next(0x800));
      const view = buildView(source, type, address, {
        depth,
        blocks,
        fields: [],
        verbose: next(3) === 0,
        elements,
      });
      const out = new Output(() => lines++);
      const describe = () => undefined;
      const style = {
        pointerSize: 4,
        nameWidth: NAME_WIDTH,
        compact: false,
        noIndent: false,
        noOffsets: false,
      } as const;
      printView(view, out, { ...style, verbose: false, blocks, describe });
      JSON.stringify(viewData(view));
      expect(dtTypeName(type).length + cTypeName(type).length).toBeLessThan(5000);
      if (type.kind === 'record') {
        for (const name of FIELDS) findField(type, `${name}.${name}[3].${name}`);
      }
    }
    expect(lines).toBeGreaterThan(1000);
  });

  it('end where a class is its own base many times over', () => {
    const loop: RecordType = {
      kind: 'record',
      tag: 'class',
      name: 'Loop',
      size: 8,
      forward: false,
      get members(): readonly Member[] {
        return [0, 1, 2, 3].map((offset) => ({ kind: 'base', type: loop, offset }) as const);
      },
    };
    const source = withLibrary({ memory: new FakeMemory(), pointerSize: 4 });
    expect(findField(loop, 'missing')).toBeUndefined();
    expect(
      buildView(source, loop, 0x1000n, { depth: 9, blocks: false, fields: [], verbose: true }).rows,
    ).toEqual([]);
  });
});

describe('names of types that go round in a circle', () => {
  it('end', () => {
    const self: Type & { kind: 'procedure' } = {
      kind: 'procedure',
      get returns() {
        return self;
      },
      get parameters() {
        return [self, self];
      },
      variadic: false,
      size: 0,
    };
    const array: Type & { kind: 'array' } = {
      kind: 'array',
      get element() {
        return array;
      },
      count: 2,
      size: 8,
    };
    for (const type of [self, array]) expect((cTypeName(type) + dtTypeName(type)).length).toBeLessThan(5000);
  });
});

describe('what follows dt, typed by nobody', () => {
  it('is understood or refused in words', () => {
    const pieces = [
      '-',
      'a',
      'r9',
      'y',
      'n',
      'l',
      's',
      ' ',
      '  ',
      '(',
      ')',
      '<',
      '>',
      '[',
      ']',
      '*',
      '.',
      '->',
      '!',
      '0x',
      '7f',
      '@',
      '`',
      '_PEB',
      '\t',
      '"',
    ];
    let refused = 0;
    for (let seed = 1; seed <= 4000; seed++) {
      const next = seeded(seed);
      const text = Array.from({ length: next(14) }, () => pieces[next(pieces.length)] ?? '').join('');
      try {
        for (const field of parseArguments(text).fields) for (const step of field.steps) step.matches('_PEB');
      } catch (e) {
        expect(e).toBeInstanceOf(UsageError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(10);
    expect(refused).toBeLessThan(3900);
  });
});
