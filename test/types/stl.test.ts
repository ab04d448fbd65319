import { describe, expect, it } from 'vitest';
import {
  BASIC,
  type BasicType,
  libraryContents,
  type Member,
  pointerTo,
  readValue,
  type RecordType,
  type Type,
  type Value,
  withLibrary,
} from '../../core/types/index.ts';
import { valueText } from '../../core/commands/dt/index.ts';
import { FakeMemory } from './fakeMemory.ts';

/**
 * Types as Microsoft's library declares them since Visual C++ 2015, x86, release: names and nesting as in crash.pdb of
 * the corpus (string, vector, list) and in the library's own debugger visualizer (tree, hash, deque, optional, variant).
 */
const BOOL: BasicType = { kind: 'basic', name: 'Bool', cName: 'bool', encoding: 'bool', size: 1 };
const SCHAR: BasicType = { kind: 'basic', name: 'Char', cName: 'signed char', encoding: 'char', size: 1 };

function record(name: string, size: number, members: readonly Member[]): RecordType {
  return { kind: 'record', tag: 'class', name, size, forward: false, members };
}

function field(name: string, offset: number, type: Type): Member {
  return { kind: 'field', name, offset, type };
}

function base(type: Type, offset = 0): Member {
  return { kind: 'base', type, offset };
}

function array(element: Type, count: number): Type {
  return { kind: 'array', element, count, size: element.size * count };
}

/** A container whose data lies in `_Mypair._Myval2`. */
function paired(name: string, data: RecordType): RecordType {
  const pair = record(`std::_Compressed_pair<…,${data.name},1>`, data.size, [field('_Myval2', 0, data)]);
  return record(name, data.size, [
    base(record(`std::_Alloc<${name}>`, data.size, [field('_Mypair', 0, pair)])),
  ]);
}

function stringOf(element: BasicType): RecordType {
  const buffer = record('_Bxty', 16, [
    field('_Buf', 0, array(element, 16 / element.size)),
    field('_Ptr', 0, pointerTo(element, 4)),
  ]);
  const data = record('std::_String_val<…>', 24, [
    field('_Bx', 0, buffer),
    field('_Mysize', 16, BASIC.uint4),
    field('_Myres', 20, BASIC.uint4),
  ]);
  return paired(`std::basic_string<${element.cName},…>`, data);
}

function vectorOf(element: Type, name = 'int'): RecordType {
  const at = (i: number, n: string) => field(n, i * 4, pointerTo(element, 4));
  return paired(
    `std::vector<${name},std::allocator<${name}> >`,
    record('std::_Vector_val<…>', 12, [at(0, '_Myfirst'), at(1, '_Mylast'), at(2, '_Myend')]),
  );
}

function listNode(value: Type): RecordType {
  const node: RecordType = {
    ...record('std::_List_node<…>', 8 + value.size, []),
    get members(): readonly Member[] {
      return [
        field('_Next', 0, pointerTo(node, 4)),
        field('_Prev', 4, pointerTo(node, 4)),
        field('_Myval', 8, value),
      ];
    },
  };
  return node;
}

function listOf(value: Type): RecordType {
  const data = record('std::_List_val<…>', 8, [
    field('_Myhead', 0, pointerTo(listNode(value), 4)),
    field('_Mysize', 4, BASIC.uint4),
  ]);
  return paired('std::list<int,std::allocator<int> >', data);
}

function mapOf(key: Type, value: Type): RecordType {
  const pair = record('std::pair<int const ,int>', key.size + value.size, [
    field('first', 0, key),
    field('second', key.size, value),
  ]);
  const node: RecordType = {
    ...record('std::_Tree_node<…>', 16 + pair.size, []),
    get members(): readonly Member[] {
      const links = ['_Left', '_Parent', '_Right'].map((name, i) => field(name, i * 4, pointerTo(node, 4)));
      return [...links, field('_Color', 12, SCHAR), field('_Isnil', 13, SCHAR), field('_Myval', 16, pair)];
    },
  };
  const data = record('std::_Tree_val<…>', 8, [
    field('_Myhead', 0, pointerTo(node, 4)),
    field('_Mysize', 4, BASIC.uint4),
  ]);
  // the comparer's pair holds the allocator's pair
  const inner = record('std::_Compressed_pair<alloc>', 8, [field('_Myval2', 0, data)]);
  const outer = record('std::_Compressed_pair<less>', 8, [field('_Myval2', 0, inner)]);
  const tree = record('std::_Tree<…>', 8, [field('_Mypair', 0, outer)]);
  return record('std::map<int,int,…>', 8, [base(tree)]);
}

function source(memory: FakeMemory) {
  return withLibrary({ memory, pointerSize: 4 });
}

function text(memory: FakeMemory, type: Type, address = 0x1000n): string {
  return textOf(readValue(source(memory), type, address));
}

function textOf(value: Value): string {
  return valueText(value, { pointerSize: 4, blocks: false, verbose: false, describe: () => undefined });
}

function elements(
  memory: FakeMemory,
  type: RecordType,
  limit = 100,
): { texts: string[]; more: boolean } | undefined {
  const contents = libraryContents(source(memory), type, 0x1000n, limit);
  return (
    contents && {
      texts: contents.elements.map((e) => textOf(readValue(source(memory), e.type, e.address))),
      more: contents.more,
    }
  );
}

const ascii = (s: string) => [...s].map((c) => c.charCodeAt(0));

describe('strings of the C++ library', () => {
  const narrow = stringOf(BASIC.char);
  const wide = stringOf(BASIC.wchar);

  it('lie in the object where they are short', () => {
    const memory = new FakeMemory()
      .put(0x1000n, [...ascii('payload\0'), 9, 9, 9, 9, 9, 9, 9, 9])
      .put32(0x1010n, 7, 15);
    expect(text(memory, narrow)).toBe('std::basic_string<char,…> "payload"');
    const short = new FakeMemory().text16(0x1000n, 'šest\0xxx').put32(0x1010n, 4, 7);
    expect(text(short, wide)).toBe('std::basic_string<wchar_t,…> "šest"');
  });

  it('lie behind a pointer where they are long', () => {
    const long = 'C:\\Program Files\\Vendor\\Product';
    const memory = new FakeMemory()
      .put32(0x1000n, 0x2000, 0, 0, 0, long.length, 47)
      .put(0x2000n, ascii(`${long}\0garbage`));
    expect(text(memory, narrow)).toBe(`std::basic_string<char,…> "${long}"`);
    const lost = new FakeMemory().put32(0x1000n, 0x9000, 0, 0, 0, 20, 31);
    expect(text(lost, narrow)).toBe(
      'std::basic_string<char,…> "--- memory read error at address 0x00009000 ---"',
    );
  });

  it('are not believed where their sizes make no sense', () => {
    const memory = new FakeMemory().put32(0x1000n, 0, 0, 0, 0, 0x7fff_ffff, 15);
    expect(text(memory, narrow)).toBe('std::basic_string<char,…>');
  });

  it('are read in the layout of earlier compilers, too', () => {
    const old = record('std::basic_string<char,std::char_traits<char>,std::allocator<char> >', 28, [
      field('_Alval', 0, BASIC.uint4),
      field(
        '_Bx',
        4,
        record('_Bxty', 16, [
          field('_Buf', 0, array(BASIC.char, 16)),
          field('_Ptr', 0, pointerTo(BASIC.char, 4)),
        ]),
      ),
      field('_Mysize', 20, BASIC.uint4),
      field('_Myres', 24, BASIC.uint4),
    ]);
    const memory = new FakeMemory()
      .put32(0x1000n, 0)
      .put(0x1004n, [...ascii('vc8'), ...Array<number>(13).fill(0)])
      .put32(0x1014n, 3, 15);
    expect(text(memory, old)).toContain('"vc8"');
  });
});

describe('containers of the C++ library', () => {
  it('vector: elements, and nothing of a nonsense one', () => {
    const vector = vectorOf(BASIC.int4);
    const memory = new FakeMemory()
      .put32(0x1000n, 0x2000, 0x200c, 0x2010)
      .put32(0x2000n, 5, 0xffff_ffff, 7, 99);
    expect(text(memory, vector)).toBe('std::vector<int,std::allocator<int> > { size=3 }');
    expect(elements(memory, vector)).toEqual({ texts: ['0n5', '0n-1', '0n7'], more: false });
    expect(elements(memory, vector, 2)).toEqual({ texts: ['0n5', '0n-1'], more: true });
    expect(text(new FakeMemory().put32(0x1000n, 0x2000, 0x1ff0, 0x2010), vector)).not.toContain('size');
    expect(text(new FakeMemory().put32(0x1000n, 0x2000, 0x2003, 0x2010), vector)).not.toContain('size');
  });

  it('list: from the head’s next to the head again, even where it is damaged', () => {
    const list = listOf(BASIC.int4);
    const memory = new FakeMemory()
      .put32(0x1000n, 0x2000, 2)
      .put32(0x2000n, 0x2100, 0x2200)
      .put32(0x2100n, 0x2200, 0x2000, 11)
      .put32(0x2200n, 0x2000, 0x2100, 22);
    expect(text(memory, list)).toContain('{ size=2 }');
    expect(elements(memory, list)).toEqual({ texts: ['0n11', '0n22'], more: false });
    const loop = new FakeMemory()
      .put32(0x1000n, 0x2000, 9)
      .put32(0x2000n, 0x2100, 0)
      .put32(0x2100n, 0x2100, 0, 1);
    expect(elements(loop, list)).toEqual({ texts: ['0n1'], more: false });
    const cut = new FakeMemory().put32(0x1000n, 0x2000, 9).put32(0x2000n, 0x9000, 0);
    expect(elements(cut, list)).toEqual({ texts: ['??'], more: true });
  });

  it('map: in the order of its keys', () => {
    const map = mapOf(BASIC.int4, BASIC.int4);
    const HEAD = 0x2000;
    const node = (memory: FakeMemory, at: number, links: [number, number, number], key: number, nil = 0) =>
      memory
        .put32(BigInt(at), ...links)
        .put(BigInt(at + 12), [1, nil, 0, 0])
        .put32(BigInt(at + 16), key, key * 10);
    // 2 at the root, 1 to its left, 4 to its right, 3 left of 4
    const memory = new FakeMemory().put32(0x1000n, HEAD, 4);
    node(memory, HEAD, [0x2200, 0x2100, 0x2300], 0, 1);
    node(memory, 0x2100, [0x2200, HEAD, 0x2300], 2);
    node(memory, 0x2200, [HEAD, 0x2100, HEAD], 1);
    node(memory, 0x2300, [0x2400, 0x2100, HEAD], 4);
    node(memory, 0x2400, [HEAD, 0x2300, HEAD], 3);
    expect(text(memory, map)).toBe('std::map<int,int,…> { size=4 }');
    expect(elements(memory, map)?.texts).toEqual(
      [1, 2, 3, 4].map((k) => `std::pair<int const ,int> (0n${k}, 0n${k * 10})`),
    );
  });

  it('unordered_map: the list within', () => {
    const hash = record('std::_Hash<…>', 32, [field('_List', 4, listOf(BASIC.int4))]);
    const map = record('std::unordered_map<int,int>', 32, [base(hash)]);
    const memory = new FakeMemory()
      .put32(0x1004n, 0x2000, 1)
      .put32(0x2000n, 0x2100, 0x2100)
      .put32(0x2100n, 0x2000, 0x2000, 7);
    expect(text(memory, map)).toBe('std::unordered_map<int,int> { size=1 }');
    expect(elements(memory, map)?.texts).toEqual(['0n7']);
  });

  it('deque: blocks of sixteen bytes in a ring', () => {
    const data = record('std::_Deque_val<…>', 20, [
      field('_Map', 4, pointerTo(pointerTo(BASIC.int4, 4), 4)),
      field('_Mapsize', 8, BASIC.uint4),
      field('_Myoff', 12, BASIC.uint4),
      field('_Mysize', 16, BASIC.uint4),
    ]);
    const deque = paired('std::deque<int,std::allocator<int> >', data);
    // starts at the last element of the last of two blocks of four, goes on in the first
    const memory = new FakeMemory()
      .put32(0x1004n, 0x2000, 2, 7, 3)
      .put32(0x2000n, 0x3000, 0x3100)
      .put32(0x3000n, 2, 3, 4, 5)
      .put32(0x3100n, 8, 9, 0, 1);
    expect(elements(memory, deque)).toEqual({ texts: ['0n1', '0n2', '0n3'], more: false });
  });

  it('smart pointers: what they point to, with the counts', () => {
    const item = record('Item', 8, [field('power', 0, BASIC.int4)]);
    const counts = record('std::_Ref_count_base', 12, [
      field('_Uses', 4, BASIC.uint4),
      field('_Weaks', 8, BASIC.uint4),
    ]);
    const shared = record('std::shared_ptr<Item>', 8, [
      base(
        record('std::_Ptr_base<Item>', 8, [
          field('_Ptr', 0, pointerTo(item, 4)),
          field('_Rep', 4, pointerTo(counts, 4)),
        ]),
      ),
    ]);
    const memory = new FakeMemory().put32(0x1000n, 0x2000, 0x2100).put32(0x2100n, 0, 2, 2);
    expect(text(memory, shared)).toBe('std::shared_ptr<Item> 0x00002000 Item [2 strong refs, 1 weak ref]');
    expect(text(new FakeMemory().put32(0x1000n, 0, 0), shared)).toBe('std::shared_ptr<Item> empty');
    const unique = record('std::unique_ptr<Item,std::default_delete<Item> >', 4, [
      field('_Mypair', 0, record('std::_Compressed_pair<…>', 4, [field('_Myval2', 0, pointerTo(item, 4))])),
    ]);
    expect(text(memory, unique)).toBe('std::unique_ptr<Item,std::default_delete<Item> > 0x00002000 Item');
  });

  it('optional and variant: what they hold', () => {
    const storage = record('<unnamed-type-$S1>', 4, [
      field('_Dummy', 0, SCHAR),
      field('_Value', 0, BASIC.int4),
    ]);
    const optional = record('std::optional<int>', 8, [
      base(
        record('std::_Optional_destruct_base<int,1>', 8, [
          field('', 0, storage),
          field('_Has_value', 4, BOOL),
        ]),
      ),
    ]);
    expect(text(new FakeMemory().put32(0x1000n, 42, 1), optional)).toBe('std::optional<int> 0n42');
    expect(text(new FakeMemory().put32(0x1000n, 42, 0), optional)).toBe('std::optional<int> nullopt');

    const tail = record('std::_Variant_storage_<1,char>', 1, [field('_Head', 0, BASIC.char)]);
    const both = record('std::_Variant_storage_<1,int,char>', 4, [
      field('_Head', 0, BASIC.int4),
      field('_Tail', 0, tail),
    ]);
    const variant = record('std::variant<int,char>', 8, [
      base(record('std::_Variant_base<int,char>', 8, [base(both), field('_Which', 4, SCHAR)])),
    ]);
    const hold = (which: number) => text(new FakeMemory().put(0x1000n, [65, 0, 0, 0, which]), variant);
    expect(hold(0)).toBe('std::variant<int,char> { index=0, value=0n65 }');
    expect(hold(1)).toBe("std::variant<int,char> { index=1, value=65 'A' }");
    expect(hold(255)).toBe('std::variant<int,char> [valueless_by_exception]');
  });

  it('hold each other to a bounded depth', () => {
    const nested: RecordType = {
      ...record('std::optional<T>', 8, []),
      get members(): readonly Member[] {
        return [field('_Value', 0, nested), field('_Has_value', 4, BOOL)];
      },
    };
    expect(text(new FakeMemory().put32(0x1000n, 1, 1), nested)).toMatch(/^(std::optional<T> ?){2,8}$/);
  });

  it('other classes are none of the library’s', () => {
    expect(elements(new FakeMemory().put32(0x1000n, 1), record('app::vector<int>', 12, []))).toBeUndefined();
  });
});
