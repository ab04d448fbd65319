/** Records of Visual C++ 7.0 and before, with a length byte before each name (`_ST`). Layouts: cvinfo.h. */
import { describe, expect, it } from 'vitest';
import { handMade, record } from './handMade.ts';

const name = (counted: string): { readonly counted: string } => ({ counted });
const X86 = 0x14c;

describe('records with counted names', () => {
  const procedure = record(0x100b, 0, 0, 0, 0x20, 3, 0x1f, 0x1005, 0x100, [1], { u8: 0 }, name('Work'));
  const module = [
    procedure,
    record(0x1006, 8, 0x74, name('count')),
    record(0x1001, 0x75, [17], name('total')),
    record(0x0006),
    record(0x100a, 0, 0, 0, 0x10, 0, 0x10, 0x1005, 0x180, [1], { u8: 0 }, name('helper')),
    record(0x0006),
  ];
  const symbols = handMade({
    machine: X86,
    types: [
      record(0x1203, [0x1405], [3], 0x74, [0], name('id'), [0x1405], [3], 0x1002, [4], name('next')),
      record(0x1005, [2], [0], 0x1000, 0, 0, [8], name('_ITEM')),
      record(0x1002, 0x1001, 0x0800a),
      record(0x1203, [0x403], [3], [1], name('One'), [0x403], [3], [0x8000], { u8: 0xff }, name('Minus')),
      record(0x1007, [2], [0], 0x74, 0x1003, name('_KIND')),
      record(0x1008, 0x74, { u8: 0 }, { u8: 0 }, [1], 0x1006),
      record(0x1201, 1, 0x1002),
      record(0x1003, 0x1001, 0x75, [24], name('')),
    ],
    module,
    globals: [
      { name: 'Work', bytes: [...record(0x0400, 0, 4, [1], [0]), 4, ...Buffer.from('Work'), 0, 0, 0] },
      { name: 'ITEM', bytes: record(0x1003, 0x1001, name('ITEM')) },
      { name: 'LIMIT', bytes: record(0x1002, 0x74, [0x8001], [-5 & 0xffff], name('LIMIT')) },
      { name: 'g_items', bytes: record(0x1008, 0x1007, 0x200, [1], name('g_items')) },
    ],
    publics: [{ name: '_Work@4', bytes: record(0x1009, 2, 0x100, [1], name('_Work@4')) }],
  });

  it('are read as types', () => {
    const item = symbols.types.find('_ITEM');
    expect(item).toMatchObject({ kind: 'record', tag: 'struct', size: 8, forward: false });
    const members = item?.kind === 'record' ? item.members : [];
    expect(members).toMatchObject([
      { kind: 'field', name: 'id', offset: 0, type: { cName: 'int' } },
      { kind: 'field', name: 'next', offset: 4, type: { kind: 'pointer', size: 4 } },
    ]);
    const [, next] = members;
    expect(next?.kind === 'field' && next.type.kind === 'pointer' && next.type.target).toBe(item);
    expect(symbols.types.find('_KIND')).toMatchObject({
      kind: 'enum',
      enumerators: [
        { name: 'One', value: 1n },
        { name: 'Minus', value: -1n },
      ],
    });
    expect(symbols.types.find('ITEM')).toBe(item);
    expect([...symbols.types.names('*')].sort()).toEqual(['ITEM', '_ITEM', '_KIND']);
  });

  it('are read as symbols, by name and by address', () => {
    expect(symbols.find('Work')).toMatchObject([{ kind: 'function', name: 'Work', rva: 0x1100, size: 0x20 }]);
    expect(symbols.find('LIMIT')).toMatchObject([{ kind: 'constant', value: -5n }]);
    expect(symbols.find('g_items')).toMatchObject([
      { kind: 'data', rva: 0x1200, type: { kind: 'array', count: 3 } },
    ]);
    expect(symbols.nearest(0x1185)).toMatchObject({ name: 'helper', rva: 0x1180 });
    expect(symbols.nearest(0x1104)).toMatchObject({
      name: 'Work',
      type: { kind: 'procedure', convention: '__cdecl' },
    });
    expect([...symbols.match('w*')].map((s) => s.name)).toEqual(['Work']);
    expect(symbols.next(0x1104)).toMatchObject({ name: 'helper' });
  });

  it('are read as locals', () => {
    const [scope] = symbols.localsAt(0x1104);
    expect(scope?.variables).toMatchObject([
      {
        name: 'count',
        isParameter: true,
        locations: [{ kind: 'register relative', register: 'ebp', offset: 8 }],
      },
      { name: 'total', isParameter: false, locations: [{ kind: 'register', registers: ['eax'] }] },
    ]);
  });

  it('give the bytes of parameters by the suffix of the public name', () => {
    expect(symbols.unwind.parameterBytes(0x1104)).toBe(4);
  });
});

describe('other rare records', () => {
  it('of arrays beyond 4 GiB and of many dimensions', () => {
    const { types } = handMade({
      machine: 0x8664,
      types: [
        record(0x1503, 0x20, 0x23, [0x800a], 0, 2, ''), // unsigned char[0x200000000], LF_UQUADWORD
        record(0x1503, 0x74, 0x23, [12], ''), // int[3]
        record(0x1503, 0x1001, 0x23, [24], ''), // int[2][3]
      ],
    });
    expect(types.type(0x1000)).toMatchObject({ kind: 'array', size: 2 ** 33, count: 2 ** 33 });
    expect(types.type(0x1002)).toMatchObject({
      count: 2,
      size: 24,
      element: { kind: 'array', count: 3, size: 12 },
    });
  });

  it('of locals: parts in registers, relative to the frame, static, thread-local, constant', () => {
    const range = [0x100, [1], [0x20]] as const;
    const symbols = handMade({
      machine: 0x8664,
      module: [
        record(0x1110, 0, 0, 0, 0x40, 0, 0x40, 0, 0x100, [1], { u8: 0 }, 'Work'),
        // frame pointers: rsp for locals (1), rbp for parameters (2)
        record(0x1012, 0x80, 0, 0, 0, 0, [0], (1 << 14) | (2 << 16)),
        record(0x113e, 0x74, [1], 'parameter'),
        record(0x1142, 16, ...range),
        record(0x113e, 0x74, [0], 'local'),
        record(0x1144, 32),
        record(0x113e, 0x74, [0], 'pair'),
        record(0x1143, [328], [0], 0, ...range),
        record(0x1143, [331], [0], 4, ...range, [8], [4]),
        record(0x113e, 0x74, [0x100], 'gone'),
        record(0x110c, 0x74, 0x300, [1], 'once'),
        record(0x1112, 0x74, 0x10, [2], 'mine'),
        record(0x1107, 0x74, [7], 'SEVEN'),
        record(0x0006),
      ],
    });
    const at = (rva: number): unknown =>
      symbols.localsAt(rva)[0]?.variables.map((v) => [v.name, v.locations, v.isParameter]);
    const same = [
      ['gone', [], false],
      ['once', [{ kind: 'static', rva: 0x1300 }], false],
      ['mine', [{ kind: 'thread', offset: 0x10 }], false],
      ['SEVEN', [{ kind: 'constant', value: 7n }], false],
    ];
    const parameter = { kind: 'register relative', register: 'rbp', offset: 16 };
    const local = ['local', [{ kind: 'register relative', register: 'rsp', offset: 32 }], false];
    const low = { kind: 'register', registers: ['rax'], part: 0 };
    const high = { kind: 'register', registers: ['rdx'], part: 4 };
    expect(at(0x1104)).toEqual([
      ['parameter', [parameter], true],
      local,
      ['pair', [low, high], false],
      ...same,
    ]);
    // in the gap of the second part
    expect(at(0x1109)).toEqual([['parameter', [parameter], true], local, ['pair', [low], false], ...same]);
    // past the ranges
    expect(at(0x1130)).toEqual([['parameter', [], true], local, ['pair', [], false], ...same]);
  });
});
