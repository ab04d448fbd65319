import { describe, expect, it } from 'vitest';
import { PdbSymbols } from '../../../core/symbols/pdb/index.ts';
import { hasCorpus } from '../../corpus.ts';
import {
  CONSOLE,
  CRASH,
  MSVCRT,
  NTDLL_10,
  NTDLL_7,
  NTDLL_XP,
  pdbFile,
  pdbSymbols,
  publicPdbs,
} from './openPdbs.ts';

describe.skipIf(!hasCorpus)('Microsoft’s PDBs', () => {
  it('are who their place in the symbol store says', () => {
    for (const path of publicPdbs()) {
      const key = path.split('/').at(-2);
      const { guid, age } = pdbFile(path);
      expect(`${guid}${age.toString(16).toUpperCase()}`).toBe(key);
    }
  });

  it('match the image with their GUID and DBI age, and say why another does not', () => {
    const pdb = pdbFile(MSVCRT);
    const own = {
      kind: 'rsds',
      guid: 'F1D253F9555C46DF8076400A52B3A929',
      age: 2,
      pdb: 'msvcrt.pdb',
    } as const;
    expect(pdb.matches(own)).toEqual({ matches: true });
    expect(pdb.matches({ ...own, age: 3 })).toEqual({
      matches: false,
      reason: 'its age is 2, the image wants 3',
    });
    expect(pdb.matches({ ...own, guid: '0'.repeat(32) })).toMatchObject({
      matches: false,
      reason: `its GUID is ${own.guid}, the image wants ${'0'.repeat(32)}`,
    });
    expect(pdb.matches({ kind: 'nb10', signature: 1, age: 2, pdb: '' })).toMatchObject({ matches: false });
  });

  it('have numbers among their public symbols, which are found where they are asked for', () => {
    // llvm-pdbutil-19 dump --publics: those in section 6 of 5
    const numbers = { __guard_flags: 256, __guard_iat_count: 0, __safe_se_handler_count: 6 };
    const usual = pdbSymbols(CRASH);
    const all = new PdbSymbols(pdbFile(CRASH), { publics: 'last', absolute: true });
    for (const [name, value] of Object.entries(numbers)) {
      expect(usual.find(name)).toEqual([]);
      expect(all.find(name)).toMatchObject([{ name, rva: value, absolute: true }]);
    }
    expect([...usual.match('__guard_*')].map((s) => s.name)).not.toContain('__guard_flags');
    expect([...all.match('*')].filter((s) => s.absolute)).toHaveLength(9);
  });

  it('puts msvcrt!_crtheap through OMAP at image+0xa004c', () => {
    const symbols = pdbSymbols(MSVCRT);
    expect(symbols.find('_crtheap')).toMatchObject([
      { name: '_crtheap', decorated: '__crtheap', rva: 0xa004c },
    ]);
    expect(symbols.nearest(0xa004d)).toMatchObject({ name: '_crtheap', rva: 0xa004c, kind: 'public' });
    expect(symbols.next(0xa004c)?.rva).toBe(0xa0050);
    expect(symbols.private).toBe(false);
  });

  it('counts displacements as the linker laid the code out, where it was moved after linking', () => {
    // RtlAllocateHeap of XP is in pieces: its second block lay 13e bytes into it, and lies 62 bytes from its start
    const symbols = pdbSymbols(NTDLL_XP);
    const [heap] = symbols.find('RtlAllocateHeap');
    const { rva = 0 } = heap ?? {};
    expect(symbols.nearest(rva + 0x62)).toMatchObject({ name: 'RtlAllocateHeap', rva, displacement: 0x13e });
    expect(symbols.nearest(rva + 8)).toMatchObject({ name: 'RtlAllocateHeap', rva });
    expect(symbols.nearest(rva + 8)?.displacement).toBeUndefined();
  });

  it.each([
    ['XP', NTDLL_XP, 'NtClose', '_NtClose@4'],
    ['7', NTDLL_7, 'NtClose', undefined],
    ['10', NTDLL_10, 'NtClose', undefined],
  ])('resolves names of the ntdll of Windows %s both ways', (_, path, name, decorated) => {
    const symbols = pdbSymbols(path);
    const [symbol, ...more] = symbols.find(name);
    expect(more).toEqual([]);
    expect(symbol).toMatchObject({ name, kind: 'public' });
    expect(symbol?.decorated).toBe(decorated);
    expect(symbols.at(symbol?.rva ?? 0).map((s) => s.name)).toContain(name);
  });

  it('takes one leading underscore off public C names on x64 too, none off procedures', () => {
    const symbols = pdbSymbols(NTDLL_10);
    expect(symbols.find('_C_specific_handler')).toMatchObject([{ decorated: '__C_specific_handler' }]);
  });

  it('names code that was moved out of a procedure after the procedure', () => {
    const symbols = pdbSymbols(NTDLL_10);
    // S_SEPCODE of csrinit.obj: ten bytes at 0001:000a8484 belong to 0001:00007e20
    const parent = { name: 'CsrClientConnectToServer', rva: 0x8e20, kind: 'function' };
    expect(symbols.nearest(0xa9484)).toMatchObject(parent);
    expect(symbols.nearest(0xa948d)).toMatchObject(parent);
    expect(symbols.nearest(0xa948e)).toMatchObject({ name: 'CsrpConnectToServer' });
  });

  it('names entries of an incremental jump table', () => {
    const symbols = pdbSymbols(CONSOLE);
    const thunk = symbols.nearest(0x3c005 + 12);
    expect(thunk).toMatchObject({ name: 'ILT+10(_set_fmode)', kind: 'thunk', rva: 0x3c00f, size: 5 });
  });

  it('prefers a procedure to the public symbol at its address', () => {
    const symbols = pdbSymbols(CONSOLE);
    const [main] = symbols.find('main');
    expect(main).toMatchObject({ kind: 'function', private: true, size: 489 });
    expect(symbols.nearest((main?.rva ?? 0) + 0x10)).toMatchObject({ name: 'main', kind: 'function' });
    expect([...symbols.match('MAIN')].map((s) => s.name)).toEqual(['main']);
  });
});
