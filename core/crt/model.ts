import type { Address, Module } from '../target/index.ts';
import type { RuntimeFamily } from './knownRuntimes.ts';

/** How a module came by its C runtime. `none`: it has none; `unknown`: the dump does not tell. */
export type Linkage = 'dynamic' | 'static' | 'none' | 'unknown';

/** What a verdict rests on, from the strongest to the weakest. */
const EVIDENCE_ORDER = [
  'symbol',
  'code',
  'imports',
  'exports',
  'debug blocks',
  'rich header',
  'resources',
  'strings',
  'sections',
  'linker',
  'version',
  'name',
] as const;
export type EvidenceKind = (typeof EVIDENCE_ORDER)[number];

export interface Evidence {
  readonly kind: EvidenceKind;
  /** a short statement: `imports malloc, free and 12 more of MSVCR90D.dll` */
  readonly text: string;
}

/** The variable in which a runtime keeps the handle of its heap, and what lies in it. */
export interface HeapHandle {
  /** how the variable was found */
  readonly how: 'symbol' | 'export' | 'code';
  /** undefined where the dump shows the heap without one */
  readonly variable?: Address;
  /** `_crtheap`, `__acrt_heap`, where a symbol names it */
  readonly name?: string;
  /** what the variable holds; undefined where the dump does not have it */
  readonly value?: Address;
  /** whether `value` is a heap of this process; undefined where the dump does not tell */
  readonly isHeap?: boolean;
  /** whether it is PEB.ProcessHeap */
  readonly isProcessHeap?: boolean;
}

/** One copy of a C runtime, or of another allocator, in the process. Two DLLs of one name are two. */
export interface RuntimeCopy {
  /** counts from 1 in the order of the module list: what the tables of `!crt` number them by */
  readonly id: number;
  /** whose code and data it is */
  readonly module: Module;
  /** a DLL that others link, or part of the one module it is linked into */
  readonly form: 'dll' | 'static';
  readonly family: RuntimeFamily;
  /** `MSVCR90D.dll`, `static C runtime of RuntimeTest.exe` */
  readonly name: string;
  /** `9.0.30729.1`: of a DLL */
  readonly version?: string;
  /** `Visual C++ 2008` */
  readonly product?: string;
  readonly debug?: boolean;
  readonly handle?: HeapHandle;
  /** modules that allocate through it, its own first */
  readonly users: readonly Module[];
}

/** What is known of one module's C runtime. */
export interface CrtModule {
  readonly module: Module;
  readonly linkage: Linkage;
  /** the copy it allocates through */
  readonly runtime?: RuntimeCopy;
  /** copies that it imports besides */
  readonly others: readonly RuntimeCopy[];
  /** what stands for the runtime where no copy of it is loaded or known: `MSVCR90.dll (not loaded)`, `Go` */
  readonly runtimeName?: string;
  readonly debug?: boolean;
  /** who built it */
  readonly toolset?: string;
  /** strongest first */
  readonly evidence: readonly Evidence[];
  /** why nothing is known, or what is unusual: sentences for the person */
  readonly notes: readonly string[];
}

/** The C runtimes of a process. */
export interface CrtMap {
  readonly modules: readonly CrtModule[];
  readonly runtimes: readonly RuntimeCopy[];
  /** The module's row. */
  of(module: Module): CrtModule | undefined;
  /** The copies whose heap this is. */
  usersOfHeap(heap: Address): readonly RuntimeCopy[];
}

/** Evidence in the order of its strength; what is equally strong stays as it was. */
export function byStrength(evidence: readonly Evidence[]): Evidence[] {
  return [...evidence].sort((a, b) => EVIDENCE_ORDER.indexOf(a.kind) - EVIDENCE_ORDER.indexOf(b.kind));
}
