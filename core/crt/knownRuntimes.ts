/** What the name of a DLL says of the C runtime in it (CRT.md, section 1). */
export interface KnownRuntime {
  readonly family: RuntimeFamily;
  /** the product it came with: `Visual C++ 2008`, `Windows` */
  readonly product: string;
  readonly debug: boolean;
  /** it has malloc; vcruntime140 and the C++ libraries allocate through another DLL */
  readonly allocates: boolean;
}

/**
 * Runtimes that differ in how they allocate: `msvc` Visual C++ up to 2013 (debug blocks in the old layout), `ucrt` since
 * 2015, `windows` Windows' own msvcrt.dll and its forerunners; `own` allocators that use no Win32 heap.
 */
export type RuntimeFamily = 'msvc' | 'ucrt' | 'windows' | 'borland' | 'own';

const PRODUCTS: Readonly<Record<string, string>> = {
  '60': 'Visual C++ 6',
  '70': 'Visual C++ 2002',
  '71': 'Visual C++ 2003',
  '80': 'Visual C++ 2005',
  '90': 'Visual C++ 2008',
  '100': 'Visual C++ 2010',
  '110': 'Visual C++ 2012',
  '120': 'Visual C++ 2013',
  '140': 'Visual C++ 2015-2022',
};

/** DLLs of allocators that replace the C runtime's or bring their own. */
const OWN: readonly (readonly [RegExp, string])[] = [
  [/^mimalloc(-redirect(32)?|-override|-secure|-debug|-release)?\.dll$/, 'mimalloc'],
  [/^(lib)?jemalloc(-?\d*)?d?\.dll$/, 'jemalloc'],
  [/^(lib)?tcmalloc(_minimal|_debug|_minimal_debug)?(-?\d*)?\.dll$/, 'tcmalloc'],
  [/^tbbmalloc(_proxy)?(_debug)?\.dll$/, 'TBB malloc'],
  [/^(cygwin1|msys-[12]\.0)\.dll$/, 'Cygwin'],
];

/** The C runtime, or the part of one, that a DLL of this name is; undefined for others. Case is ignored. */
export function runtimeOfDll(fileName: string): KnownRuntime | undefined {
  const name = fileName.toLowerCase();
  const own = OWN.find(([pattern]) => pattern.test(name));
  if (own) return { family: 'own', product: own[1], debug: name.includes('debug'), allocates: true };
  if (/^(api|ext)-ms-win-crt-/.test(name)) return ucrt(false);
  const ucrtbase = /^ucrtbase(d?)(_[a-z0-9]+)?\.dll$/.exec(name);
  if (ucrtbase) return ucrt(ucrtbase[1] === 'd');
  const msvcrt = /^(msvcrt(d?)|msvcrt(10|20|40)|crtdll)\.dll$/.exec(name);
  if (msvcrt) {
    const debug = msvcrt[2] === 'd';
    const family = name === 'msvcrt.dll' ? 'windows' : 'msvc';
    return { family, product: debug ? 'Visual C++ 6' : 'Windows', debug, allocates: true };
  }
  // Windows' own copies of the UCRT's C++ library and of its vcruntime
  if (/^(msvcp_win|vcruntime_win|msvcp140_win)\.dll$/.test(name)) {
    return { ...ucrt(false), allocates: false };
  }
  const numbered =
    /^(msvcr|msvcp|vcruntime|msvcm)(60|70|71|80|90|100|110|120|140)(?:_[12])?(d?)(_[a-z0-9_]+)?\.dll$/.exec(
      name,
    );
  if (numbered) {
    const [, part = '', number = '', d] = numbered;
    const family = number === '140' ? 'ucrt' : number === '60' ? 'windows' : 'msvc';
    const product = PRODUCTS[number] ?? 'Visual C++';
    // the C++ library of Visual C++ 6 allocates in msvcrt.dll
    return { family, product, debug: d === 'd', allocates: part === 'msvcr' };
  }
  if (/^(cc32\d*(mt)?|cc32c?\d+(mt)?|borlndmm|cw32\d*(mt)?)\.dll$/.test(name)) {
    return { family: 'borland', product: 'Borland', debug: false, allocates: true };
  }
  if (/^(rtl|vcl)\d+\.bpl$/.test(name)) {
    return { family: 'borland', product: 'Delphi', debug: false, allocates: name.startsWith('rtl') };
  }
  return undefined;
}

/** The DLL that an API set of the C runtime stands for: they all resolve to the one UCRT of the process. */
export function hostOfApiSet(dll: string): string | undefined {
  return /^(api|ext)-ms-win-crt-/i.test(dll) ? 'ucrtbase.dll' : undefined;
}

function ucrt(debug: boolean): KnownRuntime {
  return { family: 'ucrt', product: 'Universal C Runtime', debug, allocates: true };
}

/** The names under which C runtimes export what allocates and frees, C++ names decorated (x86 and x64). */
const ALLOCATING = new Set([
  ...['malloc', 'free', 'calloc', 'realloc', '_malloc_dbg', '_free_dbg', '_calloc_dbg', '_realloc_dbg'],
  ...[
    '_aligned_malloc',
    '_aligned_free',
    '_recalloc',
    '_msize',
    '_strdup',
    '_wcsdup',
    '_malloc_base',
    '_free_base',
  ],
  ...['??2@YAPAXI@Z', '??3@YAXPAX@Z', '??_U@YAPAXI@Z', '??_V@YAXPAX@Z'],
  ...['??2@YAPEAX_K@Z', '??3@YAXPEAX@Z', '??_U@YAPEAX_K@Z', '??_V@YAXPEAX@Z'],
]);

/** Whether a function of this name allocates or frees for its caller. */
export function isAllocating(name: string): boolean {
  return ALLOCATING.has(name);
}
