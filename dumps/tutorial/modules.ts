import { codeOf, type ImageDescription, type ImageFunction } from '../build/image.ts';
import { KERNEL32, NTDLL, type CodeFunction } from './addresses.ts';
import { functionsOf } from './code.ts';
import { allocCall, freeBase, heapInit } from './heapRoutines.ts';
import { THREAD_START_CALL } from './stacks.ts';

/** A module as it is built: its image, and what its symbol file says. */
export interface Built {
  readonly image: ImageDescription;
  readonly path: string;
  readonly guid: string;
  readonly code: readonly CodeFunction[];
  readonly module: CodeFunction['module'];
  readonly data?: readonly { readonly name: string; readonly rva: number }[];
}

export const RTL_ALLOCATE = NTDLL + 0x2e046;
export const RTL_FREE = NTDLL + 0x2de60;
export const HEAP_CREATE = KERNEL32 + 0x14a2d;
export const heapImports = [
  { name: 'HeapAlloc', address: RTL_ALLOCATE }, // kernel32 forwards it to ntdll
  { name: 'HeapFree', address: RTL_FREE },
  { name: 'HeapCreate', address: HEAP_CREATE },
];
export const ntdllParts = {
  text: [0x10000, 0xc0000],
  rdata: [0xe0000, 0x2000],
  data: [0x103000, 0x3000],
} as const;
export const kernelParts = {
  text: [0x10000, 0xb0000],
  rdata: [0xc4000, 0x2000],
  data: [0xd0000, 0x1000],
} as const;
export const crtParts = {
  text: [0x1000, 0xe0000],
  rdata: [0xe1000, 0x2000],
  data: [0x110000, 0x2000],
} as const;
export const exeParts = {
  text: [0x11000, 0x3000],
  rdata: [0x16000, 0x2000],
  data: [0x19000, 0x1000],
} as const;
export const dllParts = {
  text: [0xd000, 0x1a000],
  rdata: [0x2a000, 0x2000],
  data: [0x30000, 0x1000],
} as const;

/** Where a module with a runtime in it keeps what the runtime knows of its heap. */
export function runtimeVariables(dataRva: number): { name: string; rva: number }[] {
  return ['_crtheap', '_pFirstBlock', '_pLastBlock', '_lRequestCurr'].map((name, i) => ({
    name,
    rva: dataRva + 0x420 + 4 * i,
  }));
}

/** The description of an image of which only the parts differ. */
export function image(
  base: number,
  fileName: string,
  size: number,
  parts: ImageDescription['parts'],
  rest: Partial<ImageDescription>,
): ImageDescription {
  return {
    base,
    fileName,
    size,
    timestamp: 0x4a5bd900 + (base >>> 20),
    dll: true,
    parts,
    functions: [],
    entryPoint: parts.text[0],
    ...rest,
  };
}

/** ntdll and kernel32, with the code that the stacks pass through. */
export function systemModules(code: readonly CodeFunction[]): Built[] {
  const continued = {
    module: 'ntdll' as const,
    name: '__RtlUserThreadStart',
    start: THREAD_START_CALL.start,
    calls: [],
  };
  const call: ImageFunction = { name: 'call', rva: THREAD_START_CALL.returnTo - 2 - NTDLL, code: 'ffd0' }; // call eax
  const exported = (module: CodeFunction['module'], base: number): ImageFunction[] =>
    functionsOf(code, module, base).map((f) => ({ ...f, exported: !f.name.startsWith('_') }));
  return [
    {
      module: 'ntdll',
      path: 'C:\\Windows\\SYSTEM32\\ntdll.dll',
      guid: 'A1F5C0DE771900000000000000000001',
      code: [...code, continued],
      image: image(NTDLL, 'ntdll.dll', 0x13d000, ntdllParts, {
        functions: [...exported('ntdll', NTDLL), call],
        entryPoint: 0,
      }),
    },
    {
      module: 'kernel32',
      path: 'C:\\Windows\\system32\\kernel32.dll',
      guid: 'A1F5C0DE758900000000000000000001',
      code,
      image: image(KERNEL32, 'KERNEL32.dll', 0xd4000, kernelParts, {
        functions: exported('kernel32', KERNEL32),
      }),
    },
  ];
}

/** Adds the code of a module that the stacks pass through. */
export function withCode(
  i: ImageDescription,
  code: readonly CodeFunction[],
  module: CodeFunction['module'],
): ImageDescription {
  return { ...i, functions: functionsOf(code, module, i.base) };
}

/** Adds the routines that a runtime keeps its heap with; `allocReturn` is where HeapAlloc returns to in _heap_alloc_base. */
export function withRuntime(
  i: ImageDescription,
  slots: { alloc: number; free: number; create: number },
  crtheap: number,
  allocReturn: number | undefined,
  spare: number,
  exports: boolean,
): ImageDescription {
  const call = allocCall(slots, crtheap);
  const patch =
    allocReturn === undefined
      ? []
      : [{ name: 'call HeapAlloc', rva: allocReturn - codeOf(call).length - i.base, code: call }];
  const routines = [
    { name: '_heap_init', rva: spare, code: heapInit(slots, crtheap) },
    { name: '_free_base', rva: spare + 0x80, code: freeBase(slots, crtheap) },
  ];
  const functions = i.functions.map((f) =>
    exports && (f.name === 'malloc' || f.name === 'free') ? { ...f, exported: true } : f,
  );
  return { ...i, functions: [...functions, ...routines, ...patch] };
}
