/** What a function that takes memory back does with it, and which of its arguments the memory is. */
export interface FreeFunction {
  readonly kind: 'free' | 'reallocate' | 'check' | 'system';
  /** index of the pointer among the arguments */
  readonly pointer: number;
  /** index of the heap's handle, for functions that are given one */
  readonly handle?: number;
  /** the pointer is to a debug runtime's header, where there is one: the functions below the debug heap */
  readonly base?: boolean;
}

const FREE: FreeFunction = { kind: 'free', pointer: 0 };
const BASE: FreeFunction = { kind: 'free', pointer: 0, base: true };
const REALLOCATE: FreeFunction = { kind: 'reallocate', pointer: 0 };
const CHECK: FreeFunction = { kind: 'check', pointer: 0 };
/** LocalFree and its kin free to the process heap */
const SYSTEM: FreeFunction = { kind: 'system', pointer: 0 };
const HEAP_FREE: FreeFunction = { kind: 'free', pointer: 2, handle: 0, base: true };
const HEAP_REALLOCATE: FreeFunction = { kind: 'reallocate', pointer: 2, handle: 0, base: true };
const HEAP_CHECK: FreeFunction = { kind: 'check', pointer: 2, handle: 0, base: true };

/** Visual C++ runtimes' functions by name (crtdbg.h, malloc.h, the UCRT's sources), kernel32's and ntdll's. */
const FUNCTIONS: ReadonlyMap<string, FreeFunction> = new Map([
  ['free', FREE],
  ['_free_crt', FREE],
  ['_free_dbg', FREE],
  ['_free_dbg_lk', FREE],
  ['_free_dbg_nolock', FREE],
  ['free_dbg_nolock', FREE],
  ['_aligned_free', FREE],
  ['_aligned_free_dbg', FREE],
  ['operator delete', FREE],
  ['operator delete[]', FREE],
  ['_free_base', BASE],
  ['realloc', REALLOCATE],
  ['_realloc_dbg', REALLOCATE],
  ['_recalloc', REALLOCATE],
  ['_expand', REALLOCATE],
  ['_realloc_base', { ...REALLOCATE, base: true }],
  ['_msize', CHECK],
  ['_msize_dbg', CHECK],
  ['_CrtIsValidHeapPointer', CHECK],
  ['LocalFree', SYSTEM],
  ['GlobalFree', SYSTEM],
  ['CoTaskMemFree', SYSTEM],
  ['HeapFree', HEAP_FREE],
  ['RtlFreeHeap', HEAP_FREE],
  ['RtlDebugFreeHeap', HEAP_FREE],
  ['HeapReAlloc', HEAP_REALLOCATE],
  ['RtlReAllocateHeap', HEAP_REALLOCATE],
  ['HeapSize', HEAP_CHECK],
  ['RtlSizeHeap', HEAP_CHECK],
  ['HeapValidate', HEAP_CHECK],
  ['RtlValidateHeap', HEAP_CHECK],
]);

/** What a function of this name does with the memory it is given; undefined for others. */
export function freeFunction(name: string): FreeFunction | undefined {
  return FUNCTIONS.get(name);
}

/** The functions by which a debug runtime says what it found, or stops. */
const REPORTS = new Set([
  ...['_CrtDbgReport', '_CrtDbgReportA', '_CrtDbgReportW', '_CrtDbgReportV', '_CrtDbgReportWV'],
  ...['_VCrtDbgReportA', '_VCrtDbgReportW', '__crtMessageWindowA', '__crtMessageWindowW', 'CrtMessageWindow'],
  ...['__crtMessageBoxA', '__crtMessageBoxW', '_CrtDbgBreak'],
]);

export function isDebugReport(name: string): boolean {
  return REPORTS.has(name);
}
