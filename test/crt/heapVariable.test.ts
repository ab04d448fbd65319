import { describe, expect, it } from 'vitest';
import { BASE, type Code, DATA, heapUseOf } from './codeFixture.ts';

/*
 * Instruction sequences as compilers and linkers emit them (facts/CRT.md, section 4, and disassemblies of statically
 * linked programs of Visual C++ 2008, 2010 and 2015, MinGW and clang). The handle's variable is {+256}.
 */
const HANDLE = BASE + DATA + 256;

const X86_2010: readonly Code[] = [
  '6A00 68 00100000 6A00 FF15{HeapCreate} 33C9 85C0 0F95C1 A3{+256} 8BC1 C3',
  '55 8BEC 8B4508 50 6A00 FF35{+256} FF15{HeapAlloc} 5D C3',
  '55 8BEC 837D0800 7412 FF7508 6A00 FF35{+256} FF15{HeapFree} 5D C3',
];
const X86_2008: readonly Code[] = [
  // HeapCreate(mtflag == 0, 1000h, 0): the flag is computed
  '33C0 39442404 6A00 0F94C0 68 00100000 50 FF15{HeapCreate} A3{+256} 85C0 C3',
  'FF742404 6A00 FF35{+256} FF15{HeapAlloc} C3',
  'FF742404 6A00 FF35{+256} FF15{HeapFree} C3',
];
const X86_2012: readonly Code[] = [
  'FF15{GetProcessHeap} 33C9 85C0 0F95C1 A3{+256} 8BC1 C3',
  '55 8BEC A1{+256} 56 8B7508 56 6A00 50 FF15{HeapAlloc} 5E 5D C3',
  '55 8BEC FF7508 6A00 FF35{+256} FF15{HeapFree} 5D C3',
];
const X64_UCRT: readonly Code[] = [
  '4883EC28 FF15{GetProcessHeap} 488905{+256} 4885C0 0F95C0 4883C428 C3',
  '4053 4883EC20 488BD9 488B0D{+256} 4C8BC3 33D2 FF15{HeapAlloc} 4883C420 5B C3',
  '4053 4883EC20 4C8BC1 33D2 488B0D{+256} FF15{HeapFree} 4883C420 5B C3',
  '488B0D{+256} 4D8BC8 33D2 FF15{HeapReAlloc} C3',
];
const X64_2010: readonly Code[] = [
  '4883EC28 4533C0 BA00100000 33C9 FF15{HeapCreate} 488905{+256} 4883C428 C3',
  '4883EC28 488B0D{+256} 4C8BC7 33D2 FF15{HeapAlloc} 4883C428 C3',
  '4C8BC1 33D2 488B0D{+256} 4883C428 48FF25{HeapFree}',
];
const CLANG_O0: readonly Code[] = [
  '55 89E5 83EC0C 31C0 C7042400000000 C744240400100000 C744240800000000 FF15{HeapCreate} 83EC0C A3{+256} 5D C3',
  '55 89E5 83EC14 8B45F8 8B0D{+256} 31D2 890C24 C744240400000000 89442408 FF15{HeapAlloc} 83EC0C 5D C3',
  '55 89E5 83EC0C 8B4508 8B0D{+256} 890C24 C744240400000000 89442408 FF15{HeapFree} 5D C3',
];

describe('the variable in which a runtime keeps its heap', () => {
  it.each([
    ['Visual C++ 2010, x86', 'x86', X86_2010, { by: 'create', arguments: [0, 0x1000, 0] }],
    ['Visual C++ 2008, x86', 'x86', X86_2008, { by: 'create', arguments: [undefined, 0x1000, 0] }],
    ['Visual C++ 2012, x86', 'x86', X86_2012, { by: 'processHeap', arguments: [] }],
    ['UCRT, x64', 'x64', X64_UCRT, { by: 'processHeap', arguments: [] }],
    ['Visual C++ 2010, x64', 'x64', X64_2010, { by: 'create', arguments: [0, 0x1000, 0] }],
    ['clang without optimisation, x86', 'x86', CLANG_O0, { by: 'create', arguments: [0, 0x1000, 0] }],
  ] as const)('%s', async (_, kind, code, madeBy) => {
    const { variables } = await heapUseOf(kind, code);
    expect(variables[0]?.address).toBe(HANDLE);
    expect([...(variables[0]?.usedBy ?? [])]).toEqual(expect.arrayContaining(['allocate', 'free']));
    expect(variables[0]?.madeBy).toEqual(madeBy);
    expect(variables).toHaveLength(1);
  });

  it('is found behind import thunks', async () => {
    const { variables } = await heapUseOf('x86', [
      'FF25{HeapAlloc}',
      'FF25{HeapFree}',
      '55 89E5 83EC18 A1{+256} 890424 E8{#0} C9 C3',
      '55 89E5 83EC18 A1{+256} 890424 E8{#1} C9 C3',
    ]);
    expect(variables).toEqual([
      { address: HANDLE, usedBy: new Set(['allocate', 'free']), calls: 2, madeBy: undefined },
    ]);
  });

  it('is found where the function is called through a register', async () => {
    const { variables } = await heapUseOf('x86', [
      '56 8B35{HeapAlloc} 6A10 6A00 FF35{+256} FFD6 6A20 6A00 FF35{+256} FFD6 5E C3',
      'FF742404 6A00 FF35{+256} FF15{HeapFree} C3',
    ]);
    expect(variables[0]).toMatchObject({ address: HANDLE, calls: 3 });
  });

  it('is the one that kinds of calls agree on, not the one that most calls use', async () => {
    const other = 'FF742404 6A00 FF35{+512} FF15{HeapAlloc} C3';
    const { variables } = await heapUseOf('x86', [...X86_2010, other, other, other, other]);
    expect(variables.map((v) => v.address)).toEqual([HANDLE, BASE + DATA + 512]);
  });

  it('is none where the handle comes from GetProcessHeap each time, or as an argument', async () => {
    const use = await heapUseOf('x64', [
      '4883EC28 FF15{GetProcessHeap} 488BC8 33D2 448BC3 FF15{HeapAlloc} 4883C428 C3',
      '4883EC28 488BC8 FF15{HeapFree} 4883C428 C3',
    ]);
    expect(use.variables).toEqual([]);
    expect(use.processHeapCalls).toBe(1);
  });

  it('is no constant, no place on the stack and nothing that is not writable', async () => {
    const { variables } = await heapUseOf('x86', [
      // a handle that is loaded from read-only data (the import table itself)
      '6A10 6A00 FF35{HeapSize} FF15{HeapAlloc} C3',
      '6A10 6A00 FF742410 FF15{HeapAlloc} C3',
      '6A10 6A00 6800004600 FF15{HeapFree} C3',
    ]);
    expect(variables).toEqual([]);
  });

  it('does not carry values over a return', async () => {
    const { variables } = await heapUseOf('x64', [
      '488B0D{+256} C3 33D2 FF15{HeapAlloc} C3',
      '488B0D{+256} E900000000 33D2 FF15{HeapFree} C3',
    ]);
    expect(variables).toEqual([]);
  });

  it('takes data that looks like code for no more than it is', async () => {
    // the slot's address alone, in what is no instruction that reads it
    const { variables, references } = await heapUseOf('x86', ['B8{HeapAlloc} 90 90 68{HeapFree} C3']);
    expect(references).toBe(2);
    expect(variables).toEqual([]);
  });
});
