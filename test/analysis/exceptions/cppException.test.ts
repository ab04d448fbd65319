import { describe, expect, it } from 'vitest';
import {
  cppException,
  funcInfoOfThunk,
  readFuncInfo,
  readSehScopes,
  sehScopesAt,
  stateAt,
  stateOfRegistration,
  tryBlocksAt,
  typeName,
} from '../../../core/analysis/index.ts';
import { MACHINES, type ExceptionRecord } from '../../../core/target/index.ts';
import { COMPILED } from './compiledImages.ts';
import { imageMemory, PiecedMemory, text, words } from './imageMemory.ts';

const OBJECT = 0x10000n;
const TEXT = 0x20000n;

/** ThrowInfo records and tables of the images, where their linker's PDBs say: section base plus offset. */
const TABLES = {
  x86: {
    rdata: 0x402000n,
    HrException: 1244n,
    int: 1300n,
    words: 1400n,
    Second: 1608n,
    Shared: 1704n,
    wide: 1768n,
    double: 1828n,
    vbtable: 708n,
  },
  x64: {
    rdata: 0x140002000n,
    HrException: 1632n,
    int: 1688n,
    words: 1792n,
    Second: 1992n,
    Shared: 2096n,
    wide: 2160n,
    double: 2216n,
    vbtable: 808n,
  },
} as const;

/** llvm-readobj: guarded's unwind data lies at 2598h with four codes; the handler and then the scope table follow. */
const GUARDED_SCOPES = 0x25a8n;

type Kind = keyof typeof TABLES;
type Thrown = Exclude<keyof (typeof TABLES)['x86'], 'rdata' | 'vbtable'>;

function thrown(kind: Kind, what: Thrown, object: bigint): ExceptionRecord {
  const info = TABLES[kind].rdata + TABLES[kind][what];
  const parameters = [0x19930520n, object, info];
  return {
    code: 0xe06d7363,
    flags: 1,
    record: 0n,
    address: 0x1234n,
    parameters: kind === 'x64' ? [...parameters, COMPILED.x64.base] : parameters,
  };
}

function caught(kind: Kind, what: Thrown, object: Uint8Array) {
  const memory = imageMemory(kind).with(OBJECT, object).with(TEXT, text('it went wrong'));
  return cppException(memory, MACHINES[kind], thrown(kind, what, OBJECT));
}

describe.each<Kind>(['x86', 'x64'])('a C++ exception of %s code', (kind) => {
  const size = MACHINES[kind].pointerSize;

  it('has its types, the class first and its bases after it', () => {
    const cpp = caught(kind, 'HrException', words(size, 0n, TEXT, 0n, 0x80004005n));
    expect(cpp?.types.map((t) => t.name)).toEqual([
      'class HrException',
      'class std::runtime_error',
      'class std::exception',
    ]);
    // the linker's names of the tables give the sizes: …Z16 and …Z12, …Z32 and …Z24
    expect(cpp?.types.map((t) => t.size)).toEqual(kind === 'x86' ? [16, 12, 12] : [32, 24, 24]);
    expect(cpp?.what).toBe('it went wrong');
    expect(cpp?.destructor).toBeDefined();
  });

  it('finds a base that is not the first', () => {
    // struct Left { virtual…; long pad[3]; } comes first, then HrException
    const left = kind === 'x86' ? words(4, 0n, 1n, 2n, 3n) : words(8, 0n, 0n, 0n);
    const object = new Uint8Array([...left, ...words(size, 0n, TEXT, 0n, 1n)]);
    const cpp = caught(kind, 'Second', object);
    expect(cpp?.types.map((t) => t.name)).toEqual([
      'class Second',
      'struct Left',
      'class HrException',
      'class std::runtime_error',
      'class std::exception',
    ]);
    expect(cpp?.types.map((t) => t.place.mdisp)).toEqual(
      kind === 'x86' ? [0, 0, 16, 16, 16] : [0, 0, 24, 24, 24],
    );
    expect(cpp?.what).toBe('it went wrong');
  });

  it('finds a virtual base through the table of the object', () => {
    const vbtable = TABLES[kind].rdata + TABLES[kind].vbtable;
    const own = words(size, vbtable, 7n);
    const cpp = caught(kind, 'Shared', new Uint8Array([...own, ...words(size, 0n, TEXT, 0n)]));
    expect(cpp?.types.map((t) => t.name)).toEqual(['class Shared', 'class std::exception']);
    expect(cpp?.what).toBe('it went wrong');
  });

  it('reads the value of what is no class', () => {
    expect(caught(kind, 'int', words(4, 5n))?.value).toBe('0n5');
    expect(caught(kind, 'int', words(4, -3n))?.value).toBe('0n-3');
    expect(caught(kind, 'words', words(size, TEXT))?.value).toBe('"it went wrong"');
    const double = new Uint8Array(new Float64Array([2.5]).buffer);
    expect(caught(kind, 'double', double)?.value).toBe('2.5');
    expect(caught(kind, 'words', words(size, TEXT))?.types.map((t) => t.name)).toEqual(['char *', 'void *']);
  });

  it('says what is known when the object or the tables are not in the dump', () => {
    const machine = MACHINES[kind];
    const record = thrown(kind, 'HrException', OBJECT);
    const noObject = cppException(imageMemory(kind), machine, record);
    expect(noObject?.types).toHaveLength(3);
    expect(noObject?.what).toBeUndefined();
    const nothing = cppException(new PiecedMemory([]), machine, record);
    expect(nothing).toMatchObject({ object: OBJECT, types: [] });
  });

  it('is no C++ exception without code, magic number or parameters', () => {
    const machine = MACHINES[kind];
    const record = thrown(kind, 'int', OBJECT);
    const memory = imageMemory(kind);
    expect(cppException(memory, machine, { ...record, code: 0xc0000005 })).toBeUndefined();
    expect(cppException(memory, machine, { ...record, parameters: [1n, OBJECT, 2n] })).toBeUndefined();
    expect(cppException(memory, machine, { ...record, parameters: [] })).toBeUndefined();
    const again = { ...record, parameters: [0x19930520n, 0n, 0n, 0n] };
    expect(cppException(memory, machine, again)).toMatchObject({ object: 0n, throwInfo: 0n, types: [] });
  });
});

describe('scope tables', () => {
  it('of x86 C++ functions are found through the handler of a registration', () => {
    const space = { memory: imageMemory('x86'), machine: MACHINES.x86, imageBase: 0n };
    // __ehhandler$_catcher by llvm-objdump: mov eax,4023a0h; jmp __CxxFrameHandler3
    const info = funcInfoOfThunk(space, 0x4013a0n);
    expect(info?.address).toBe(0x4023a0n);
    expect(info?.tryBlocks).toHaveLength(2);
    if (!info) return;
    // the inner try is entered with state 1, the outer one with state 0
    const inner = tryBlocksAt(info, 1);
    expect(inner.map((b) => b.catches.map((c) => [c.type?.name, c.isReference, c.handler]))).toEqual([
      [
        ['class HrException', true, 0x401230n],
        ['int', false, 0x401250n],
      ],
      [
        ['class std::exception', true, 0x401200n],
        [undefined, false, 0x401220n],
      ],
    ]);
    expect(tryBlocksAt(info, 0)).toHaveLength(1);
    expect(tryBlocksAt(info, -1)).toHaveLength(0);
    const registration = space.memory.with(0x30000n, words(4, 0n, 0x4013a0n, 1n));
    expect(stateOfRegistration(registration, 0x30000n)).toBe(1);
  });

  it('of x64 C++ functions map addresses to states', () => {
    const memory = imageMemory('x64');
    const space = { memory, machine: MACHINES.x64, imageBase: COMPILED.x64.base };
    // by llvm-readobj: catcher is 11D0h to 11FCh, its unwind data at 243Ch + 8; handler data follows the handler
    const data = memory.read(COMPILED.x64.base + 0x2454n, 4);
    const rva = new DataView(data.buffer).getUint32(0, true);
    const info = readFuncInfo(space, COMPILED.x64.base + BigInt(rva));
    expect(info?.tryBlocks.map((b) => b.catches.map((c) => c.type?.name))).toEqual([
      ['class HrException', 'int'],
      ['class std::exception', undefined],
    ]);
    if (!info) return;
    expect(stateAt(space, info, COMPILED.x64.base + 0x11d0n)).toBe(-1);
    const states = new Set<number | undefined>();
    for (let at = 0x11d0n; at < 0x11fcn; at++) states.add(stateAt(space, info, COMPILED.x64.base + at));
    expect([...states].sort()).toEqual([-1, 0, 1]);
  });

  it('of __try blocks nest from the inside out', () => {
    const memory = imageMemory('x64');
    // the handler data of guarded's unwind information is the table itself
    const scopes = readSehScopes(memory, COMPILED.x64.base + GUARDED_SCOPES);
    // by llvm-objdump: the call of thrower at 12DBh is in both, that of the __finally block at 12E2h in the outer one;
    // the __except block is at 12F0h
    const at = (rva: number) => sehScopesAt(scopes, rva).map((s) => [s.handler, s.target]);
    expect(at(0x12db)).toEqual([
      [0x1300, 0],
      [0x1320, 0x12f0],
    ]);
    expect(at(0x12e2)).toEqual([[0x1320, 0x12f0]]);
    expect(sehScopesAt(scopes, 0)).toEqual([]);
  });
});

describe('names of types', () => {
  it.each([
    ['.H', 'int'],
    ['.PEAD', 'char *'],
    ['.?AVexception@std@@', 'class std::exception'],
    ['.?AUpoint@@', 'struct point'],
    ['.?AW4colour@@', 'enum colour'],
    ['.PAVCMemoryException@@', 'class CMemoryException *'],
    ['._N', 'bool'],
  ])('%s is %s', (decorated, name) => {
    expect(typeName(decorated)).toBe(name);
  });
});
