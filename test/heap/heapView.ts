import type { ProcessView } from '../../core/process/index.ts';
import { MACHINES, type Module, type Target } from '../../core/target/index.ts';
import { BuiltInTypes, createStructLayouts, loadLayout } from '../../core/types/index.ts';
import type { HeapMemory } from './heapMemory.ts';
import { fakeModules } from '../process/fakeModules.ts';

/** Where fake processes have their PEB and the array of heaps. */
const PEB = 0x7ffd0000;
const HEAP_ARRAY = 0x7ffd8000;

export interface FakeProcess {
  readonly kind: 'x86' | 'x64';
  readonly os: { readonly major: number; readonly minor: number; readonly build: number };
  readonly memory: HeapMemory;
  /** handles, the process heap first */
  readonly heaps: readonly number[];
  readonly modules?: readonly Module[];
}

/** A view of a process that has nothing but heaps: a PEB that lists them, and the memory a test wrote. */
export async function heapView({ kind, os, memory, heaps, modules = [] }: FakeProcess): Promise<ProcessView> {
  const machine = MACHINES[kind];
  const layouts = createStructLayouts([new BuiltInTypes(await loadLayout(os, kind))]);
  const p = machine.pointerSize;
  memory.map(PEB, 0x1000);
  memory.map(HEAP_ARRAY, heaps.length * p + p);
  const put = (field: string, size: 4 | 8, value: number): void => {
    memory.put(PEB + layouts.offset('_PEB', field), size, value);
  };
  put('ProcessHeap', p, heaps[0] ?? 0);
  put('ProcessHeaps', p, HEAP_ARRAY);
  put('NumberOfHeaps', 4, heaps.length);
  put('MaximumNumberOfHeaps', 4, Math.max(16, heaps.length));
  heaps.forEach((heap, i) => memory.put(HEAP_ARRAY + i * p, p, heap));
  const target: Target = {
    name: 'fake',
    system: { machine, os, wine: false },
    machines: [machine],
    memory,
    modules: fakeModules(modules),
    unloadedModules: [],
    threads: [],
    peb: () => BigInt(PEB),
  };
  return { target, machine, layouts };
}
