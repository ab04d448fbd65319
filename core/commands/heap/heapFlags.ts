import type { HeapKind } from '../../heap/index.ts';

/** HEAP_* flags by the names of ntrtl.h and winnt.h (HEAPS.md 10). */
const NAMES: readonly (readonly [bit: number, name: string])[] = [
  [0x1, 'HEAP_NO_SERIALIZE'],
  [0x2, 'HEAP_GROWABLE'],
  [0x4, 'HEAP_GENERATE_EXCEPTIONS'],
  [0x8, 'HEAP_ZERO_MEMORY'],
  [0x10, 'HEAP_REALLOC_IN_PLACE_ONLY'],
  [0x20, 'HEAP_TAIL_CHECKING_ENABLED'],
  [0x40, 'HEAP_FREE_CHECKING_ENABLED'],
  [0x80, 'HEAP_DISABLE_COALESCE_ON_FREE'],
  [0x1_0000, 'HEAP_CREATE_ALIGN_16'],
  [0x2_0000, 'HEAP_CREATE_ENABLE_TRACING'],
  [0x4_0000, 'HEAP_CREATE_ENABLE_EXECUTE'],
  [0x2000_0000, 'HEAP_VALIDATE_ALL_ENABLED'],
  [0x4000_0000, 'HEAP_VALIDATE_PARAMETERS_ENABLED'],
];

/** Bits from here on mean other things in SEGMENT_HEAP.GlobalFlags, where 20000000 is seen with +ust. */
const NT_ONLY = 0x10_0000;

/** The names of the flags that are set; the class of heap as `HEAP_CLASS_1`. */
export function flagNames(flags: number, kind: HeapKind | undefined): string[] {
  const named = kind === 'segment' ? flags & (NT_ONLY - 1) : flags;
  const names = NAMES.filter(([bit]) => (named & bit) !== 0).map(([, name]) => name);
  const heapClass = (flags >>> 12) & 0xf;
  return heapClass === 0 ? names : [...names, `HEAP_CLASS_${heapClass}`];
}
