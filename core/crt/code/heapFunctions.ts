/** The functions of the Win32 heap that a C runtime is built on. */
export type HeapFunction = 'create' | 'processHeap' | 'allocate' | 'free' | 'reallocate' | 'size';

interface HeapFunctionFacts {
  readonly kind: HeapFunction;
  /** bytes of arguments on x86, where all of them are stdcall (heapapi.h, ntdll's exports) */
  readonly popped: number;
}

const FUNCTIONS: ReadonlyMap<string, HeapFunctionFacts> = new Map([
  ['HeapCreate', { kind: 'create', popped: 12 }],
  ['RtlCreateHeap', { kind: 'create', popped: 24 }],
  ['GetProcessHeap', { kind: 'processHeap', popped: 0 }],
  ['HeapAlloc', { kind: 'allocate', popped: 12 }],
  ['RtlAllocateHeap', { kind: 'allocate', popped: 12 }],
  ['HeapFree', { kind: 'free', popped: 12 }],
  ['RtlFreeHeap', { kind: 'free', popped: 12 }],
  ['HeapReAlloc', { kind: 'reallocate', popped: 16 }],
  ['RtlReAllocateHeap', { kind: 'reallocate', popped: 16 }],
  ['HeapSize', { kind: 'size', popped: 12 }],
  ['RtlSizeHeap', { kind: 'size', popped: 12 }],
]);

/** What a function of this name does with a heap; undefined for others. */
export function heapFunction(name: string): HeapFunctionFacts | undefined {
  return FUNCTIONS.get(name);
}
