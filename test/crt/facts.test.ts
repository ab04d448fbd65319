import { describe, expect, it } from 'vitest';
import { LAYOUTS } from '../../core/crt/debug/headerLayout.ts';
import { isAllocating, runtimeOfDll } from '../../core/crt/knownRuntimes.ts';
import { startupImports } from '../../core/crt/startupImports.ts';
import { productOfLinker } from '../../core/crt/toolset.ts';
import { hasCorpus, sharedJson } from '../corpus.ts';

interface LayoutFacts {
  readonly variants: Readonly<
    Record<
      string,
      { readonly size: number; readonly fields: readonly { name: string; offset: number; size: number }[] }
    >
  >;
}

describe.skipIf(!hasCorpus)('the debug header, against the layouts that were collected from sources', () => {
  const facts = hasCorpus ? sharedJson<LayoutFacts>('facts/layouts/crt.json').variants : {};
  it.each([
    ['old', 'vc6-vc12-x86 (msvcrtd, msvcr70d..120d, /MTd)'],
    ['64-bit', 'vc8-vc12-x64 (and IA64/ARM64 64-bit)'],
    ['ucrt', 'ucrt-x86'],
    ['64-bit', 'ucrt-x64'],
  ] as const)('%s is %s', (name, variant) => {
    const layout = LAYOUTS.find((l) => l.name === name);
    const fact = facts[variant];
    const at = (field: string): number | undefined => fact?.fields.find((f) => f.name === field)?.offset;
    expect(layout).toEqual({
      name,
      pointerSize: fact?.fields[0]?.size,
      size: fact?.size,
      next: at('pBlockHeaderNext'),
      prev: at('pBlockHeaderPrev'),
      file: at('szFileName'),
      line: at('nLine'),
      dataSize: at('nDataSize'),
      use: at('nBlockUse'),
      request: at('lRequest'),
      gap: at('gap'),
    });
  });
});

describe('the names of runtimes', () => {
  it.each([
    ['MSVCR90D.dll', 'msvc', 'Visual C++ 2008', true, true],
    ['msvcr120_clr0400.dll', 'msvc', 'Visual C++ 2013', false, true],
    ['msvcp100.dll', 'msvc', 'Visual C++ 2010', false, false],
    ['msvcrt.dll', 'windows', 'Windows', false, true],
    ['MSVCRTD.DLL', 'msvc', 'Visual C++ 6', true, true],
    ['msvcp60.dll', 'windows', 'Visual C++ 6', false, false],
    ['ucrtbase.dll', 'ucrt', 'Universal C Runtime', false, true],
    ['ucrtbased.dll', 'ucrt', 'Universal C Runtime', true, true],
    ['ucrtbase_clr0400.dll', 'ucrt', 'Universal C Runtime', false, true],
    ['api-ms-win-crt-heap-l1-1-0.dll', 'ucrt', 'Universal C Runtime', false, true],
    ['VCRUNTIME140_1D.dll', 'ucrt', 'Visual C++ 2015-2022', true, false],
    ['VCRUNTIME140.dll', 'ucrt', 'Visual C++ 2015-2022', false, false],
    ['msvcp140_2.dll', 'ucrt', 'Visual C++ 2015-2022', false, false],
    ['borlndmm.dll', 'borland', 'Borland', false, true],
    ['rtl250.bpl', 'borland', 'Delphi', false, true],
    ['mimalloc-redirect.dll', 'own', 'mimalloc', false, true],
    ['libtcmalloc_minimal.dll', 'own', 'tcmalloc', false, true],
    ['cygwin1.dll', 'own', 'Cygwin', false, true],
  ])('%s', (name, family, product, debug, allocates) => {
    expect(runtimeOfDll(name)).toEqual({ family, product, debug, allocates });
  });

  it.each(['kernel32.dll', 'msvcirt.dll', 'msvcrtx.dll', 'api-ms-win-core-heap-l1-1-0.dll', 'app.exe', ''])(
    '%s is none',
    (name) => {
      expect(runtimeOfDll(name)).toBeUndefined();
    },
  );

  it('knows what allocates by decorated names of both widths', () => {
    const names = ['malloc', 'free', '??2@YAPAXI@Z', '??3@YAXPEAX@Z', '_aligned_free'];
    expect(names.filter((name) => !isAllocating(name))).toEqual([]);
    expect(isAllocating('printf')).toBe(false);
  });
});

describe('linkers and start-up code', () => {
  it.each([
    [6, 0, 'Visual C++ 6'],
    [7, 10, 'Visual C++ 2003'],
    [9, 0, 'Visual C++ 2008'],
    [14, 0, 'Visual C++ 2015'],
    [14, 16, 'Visual C++ 2017'],
    [14, 29, 'Visual C++ 2019'],
    [14, 38, 'Visual C++ 2022 or later'],
    [2, 38, undefined],
  ])('linker %d.%d', (major, minor, name) => {
    expect(productOfLinker(major, minor)).toBe(name);
  });

  it('tells a static runtime from a program that uses a heap', () => {
    // what llvm-readobj lists of a static program of Visual C++ 2008, of those that count
    const runtime =
      'SetHandleCount GetStdHandle GetFileType GetStartupInfoA GetCPInfo GetACP GetOEMCP IsValidCodePage TlsAlloc FreeEnvironmentStringsA RtlUnwind LCMapStringA GetStringTypeA HeapAlloc';
    expect(startupImports(new Set(runtime.split(' ')))).toMatchObject({ found: 13, enough: true });
    const program = 'HeapAlloc HeapFree GetProcessHeap TlsAlloc GetStdHandle CreateFileW GetACP';
    expect(startupImports(new Set(program.split(' ')))).toMatchObject({ found: 3, enough: false });
  });
});
