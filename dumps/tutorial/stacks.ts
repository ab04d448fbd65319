import {
  CRT_HEAP,
  DLL_CRT_HEAP,
  KERNEL32,
  MSVCR90D,
  NTDLL,
  project,
  source,
  type CodeFunction,
} from './addresses.ts';

/** A frame of the stack: its ebp, where it returns to, and its arguments where they are known. */
export interface StackFrame {
  readonly ebp: number;
  readonly returnTo: number;
  readonly args?: readonly number[];
}

/** bytes that the program asked for: new char[100] */
export const BUFFER_SIZE = 100;
/** what the debug runtime asks the heap for: header, data, gap */
const WITH_HEADER = 0x20 + BUFFER_SIZE + 4;

const BELOW_WMAIN: readonly StackFrame[] = [
  { ebp: 0x0037fb20, returnTo: 0x01081b9f },
  { ebp: 0x0037fb28, returnTo: 0x758a343d },
  { ebp: 0x0037fb34, returnTo: 0x771c9832, args: [0x7ffd4000] },
  { ebp: 0x0037fb74, returnTo: 0x771c9805, args: [0x01081b90, 0x7ffd4000] },
  { ebp: 0x0037fb8c, returnTo: 0, args: [0x01081b90, 0x7ffd4000] },
];

/** /MDd: the executable's new goes through MSVCR90D. Innermost first; the first is at RtlAllocateHeap's entry. */
export const STACK_MD: readonly StackFrame[] = [
  { ebp: 0x0037f77c, returnTo: 0x50c70206, args: [WITH_HEADER] },
  { ebp: 0x0037f7c4, returnTo: 0x50c6ffbf, args: [BUFFER_SIZE, 1, 0, 0] },
  { ebp: 0x0037f7e4, returnTo: 0x50c6ff6c, args: [BUFFER_SIZE, 0, 1, 0, 0] },
  { ebp: 0x0037f80c, returnTo: 0x50c7b5eb, args: [BUFFER_SIZE, 0, 1, 0, 0] },
  { ebp: 0x0037f82c, returnTo: 0x50c5db81, args: [BUFFER_SIZE] },
  { ebp: 0x0037f848, returnTo: 0x01081fbe, args: [BUFFER_SIZE] },
  { ebp: 0x0037f87c, returnTo: 0x010817b2, args: [BUFFER_SIZE] },
  { ebp: 0x0037f88c, returnTo: 0x010815af, args: [BUFFER_SIZE] },
  { ebp: 0x0037fad0, returnTo: 0x01081d58, args: [1] },
  ...BELOW_WMAIN,
];
export const ENTRY_MD = { ebp: 0x0037f760, returnTo: 0x50c6151e, args: [CRT_HEAP, 0, WITH_HEADER] };

/** /MTd: the DLL's AllocateMem goes through the runtime that is linked into the DLL. */
export const STACK_MT: readonly StackFrame[] = [
  { ebp: 0x0037f690, returnTo: 0x50ae0eb6, args: [WITH_HEADER] },
  { ebp: 0x0037f6d8, returnTo: 0x50ae0c3f, args: [BUFFER_SIZE, 1, 0, 0] },
  { ebp: 0x0037f6f8, returnTo: 0x50ae0bdc, args: [BUFFER_SIZE, 0, 1, 0, 0] },
  { ebp: 0x0037f720, returnTo: 0x50ae068b, args: [BUFFER_SIZE, 0, 1, 0, 0] },
  { ebp: 0x0037f740, returnTo: 0x50ae93f1, args: [BUFFER_SIZE] },
  { ebp: 0x0037f75c, returnTo: 0x50adf04e, args: [BUFFER_SIZE] },
  { ebp: 0x0037f790, returnTo: 0x50adde32, args: [BUFFER_SIZE] },
  { ebp: 0x0037f7a0, returnTo: 0x50add77a, args: [BUFFER_SIZE] },
  { ebp: 0x0037f894, returnTo: 0x0108156c, args: [BUFFER_SIZE] },
  { ebp: 0x0037fad0, returnTo: 0x01081d58, args: [1] },
  ...BELOW_WMAIN,
];
export const ENTRY_MT = { ebp: 0x0037f674, returnTo: 0x50af5d7e, args: [DLL_CRT_HEAP, 0, WITH_HEADER] };

/** From the thread's start to wmain: the same in both builds. */
const START_UP: readonly CodeFunction[] = [
  {
    module: 'ntdll',
    name: '_RtlUserThreadStart',
    start: 0x771c97ea,
    calls: [{ returnTo: 0x771c9805, target: 0x771c97c2 }],
  },
  { module: 'ntdll', name: 'RtlAllocateHeap', start: NTDLL + 0x2e046, calls: [] },
  { module: 'ntdll', name: 'RtlFreeHeap', start: NTDLL + 0x2de60, calls: [] },
  { module: 'kernel32', name: 'BaseThreadInitThunk', start: 0x758a342f, calls: [{ returnTo: 0x758a343d }] },
  { module: 'kernel32', name: 'HeapCreate', start: KERNEL32 + 0x14a2d, calls: [] },
  {
    module: 'exe',
    name: 'wmainCRTStartup',
    start: 0x01081b90,
    calls: [{ returnTo: 0x01081b9f, target: 0x01081bb0 }],
    file: source('crtexe.c'),
    lines: [
      [0x01081b90, 399],
      [0x01081b9a, 403],
    ],
  },
  {
    module: 'exe',
    name: '__tmainCRTStartup',
    start: 0x01081bb0,
    calls: [{ returnTo: 0x01081d58, target: 0x01081410 }],
    file: source('crtexe.c'),
    lines: [
      [0x01081bb0, 426],
      [0x01081d40, 583],
    ],
  },
];

/** __RtlUserThreadStart goes on behind _RtlUserThreadStart: its call stands in a part of its own. */
export const THREAD_START_CALL = { start: 0x771c97c2, returnTo: 0x771c9832 };

/** Code of the /MDd build; `slotOfNew` is where the executable's import of operator new lies. */
export function codeMd(slots: { readonly operatorNew: number; readonly heapAlloc: number }): CodeFunction[] {
  return [
    ...START_UP,
    {
      module: 'exe',
      name: 'wmain',
      start: 0x01081410,
      calls: [{ returnTo: 0x010815af, target: 0x010817a0 }],
      file: project('runtimetest\\runtimetest.cpp'),
      lines: [
        [0x01081410, 22],
        [0x01081580, 49],
      ],
    },
    {
      module: 'exe',
      name: 'operator new[]',
      start: 0x010817a0,
      calls: [{ returnTo: 0x010817b2, target: 0x01081f80 }],
      file: source('newaopnt.cpp'),
      lines: [
        [0x010817a0, 14],
        [0x010817a8, 15],
      ],
    },
    {
      module: 'exe',
      name: 'operator new',
      start: 0x01081f80,
      calls: [{ returnTo: 0x01081fbe, slot: slots.operatorNew }],
      file: source('newopnt.cpp'),
      lines: [
        [0x01081f80, 16],
        [0x01081fa0, 18],
      ],
    },
    {
      module: 'crt',
      name: 'operator new',
      start: 0x50c5db70,
      calls: [{ returnTo: 0x50c5db81, target: 0x50c7b5d0 }],
    },
    {
      module: 'crt',
      name: 'malloc',
      start: 0x50c7b5d0,
      calls: [{ returnTo: 0x50c7b5eb, target: 0x50c6ff40 }],
    },
    {
      module: 'crt',
      name: '_nh_malloc_dbg',
      start: 0x50c6ff40,
      calls: [
        { returnTo: 0x50c6ff6c, target: 0x50c6ff80 },
        { returnTo: 0x50c6ffbf, target: 0x50c70000 },
        { returnTo: 0x50c70206, target: 0x50c614c0 },
      ],
    },
    {
      module: 'crt',
      name: '_heap_alloc_base',
      start: 0x50c614c0,
      calls: [{ returnTo: 0x50c6151e, slot: slots.heapAlloc }],
    },
    { module: 'crt', name: 'free', start: MSVCR90D + 0x8b650, calls: [] },
  ];
}

/** Code of the /MTd build. */
export function codeMt(slots: { readonly heapAlloc: number }): CodeFunction[] {
  return [
    ...START_UP,
    {
      module: 'exe',
      name: 'wmain',
      start: 0x01081410,
      calls: [{ returnTo: 0x0108156c, target: 0x01081a00 }],
      file: project('runtimetest\\runtimetest.cpp'),
      lines: [
        [0x01081410, 22],
        [0x01081550, 40],
      ],
    },
    {
      module: 'dll',
      name: 'AllocateMem',
      start: 0x50add750,
      calls: [{ returnTo: 0x50add77a, target: 0x50adde20 }],
      file: project('runtimedll\\runtimedll.cpp'),
      lines: [
        [0x50add750, 18],
        [0x50add76a, 20],
      ],
    },
    {
      module: 'dll',
      name: 'operator new[]',
      start: 0x50adde20,
      calls: [{ returnTo: 0x50adde32, target: 0x50adf010 }],
      file: source('newaopnt.cpp'),
      lines: [
        [0x50adde20, 14],
        [0x50adde28, 15],
      ],
    },
    {
      module: 'dll',
      name: 'operator new',
      start: 0x50adf010,
      calls: [{ returnTo: 0x50adf04e, target: 0x50ae93e0 }],
      file: source('newopnt.cpp'),
      lines: [
        [0x50adf010, 16],
        [0x50adf030, 18],
      ],
    },
    {
      module: 'dll',
      name: 'operator new',
      start: 0x50ae93e0,
      calls: [{ returnTo: 0x50ae93f1, target: 0x50ae0670 }],
      file: source('new.cpp'),
      lines: [
        [0x50ae93e0, 57],
        [0x50ae93e8, 59],
      ],
    },
    {
      module: 'dll',
      name: 'malloc',
      start: 0x50ae0670,
      calls: [{ returnTo: 0x50ae068b, target: 0x50ae0bb0 }],
      file: source('dbgmalloc.c'),
      lines: [
        [0x50ae0670, 54],
        [0x50ae0678, 56],
      ],
    },
    {
      module: 'dll',
      name: '_nh_malloc_dbg',
      start: 0x50ae0bb0,
      calls: [{ returnTo: 0x50ae0bdc, target: 0x50ae0c20 }],
      file: source('dbgheap.c'),
      lines: [
        [0x50ae0bb0, 290],
        [0x50ae0bc0, 296],
      ],
    },
    {
      module: 'dll',
      name: '_nh_malloc_dbg_impl',
      start: 0x50ae0c20,
      calls: [{ returnTo: 0x50ae0c3f, target: 0x50ae0cc0 }],
      file: source('dbgheap.c'),
      lines: [
        [0x50ae0c20, 232],
        [0x50ae0c30, 239],
      ],
    },
    {
      module: 'dll',
      name: '_heap_alloc_dbg_impl',
      start: 0x50ae0cc0,
      calls: [{ returnTo: 0x50ae0eb6, target: 0x50af5d20 }],
      file: source('dbgheap.c'),
      lines: [
        [0x50ae0cc0, 329],
        [0x50ae0ea0, 427],
      ],
    },
    {
      module: 'dll',
      name: '_heap_alloc_base',
      start: 0x50af5d20,
      calls: [{ returnTo: 0x50af5d7e, slot: slots.heapAlloc }],
      file: source('malloc.c'),
      lines: [
        [0x50af5d20, 85],
        [0x50af5d60, 105],
      ],
    },
  ];
}
