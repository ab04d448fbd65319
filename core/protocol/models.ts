import type { CommandResult } from '../engine/index.ts';
import type { Line, Span, SpanKind } from '../output/index.ts';

/**
 * What panes are drawn from. Names and texts come from the dump as they are but for control characters, which are made
 * visible on the engine's side. Absent is unknown. Addresses are bigint; sizes and counts are numbers.
 */

/** What is known of heaps without walking one. */
export interface HeapState {
  readonly walked: number;
  readonly errors: number;
}

/** Where the person stands in the dump: what the title line and the prompt name. */
export interface ContextModel {
  /** rises with each change: panes drawn from an older one are out of date */
  readonly generation: number;
  readonly prompt: string;
  readonly machine: string;
  readonly pointerSize: 4 | 8;
  /** other views of the process that can be chosen (.effmach) */
  readonly machines: readonly string[];
  readonly thread?: { readonly index: number; readonly id: number; readonly name?: string };
  readonly threads: number;
  readonly frame: number;
  /** .ecxr or .cxr is in effect */
  readonly override: boolean;
  /** modules: all, with symbols, not asked for yet */
  readonly symbols: { readonly modules: number; readonly loaded: number; readonly deferred: number };
  /** heaps that somebody had walked by now, and what is damaged in them; absent while nobody has */
  readonly heaps?: HeapState;
  readonly ended: boolean;
}

/** What is known of a dump when it has been opened: its header's facts. */
export interface DumpModel {
  readonly name: string;
  readonly size: number;
  readonly process?: string;
  readonly processId?: number;
  readonly machine: string;
  readonly wow64: boolean;
  readonly isWindows: boolean;
  readonly osName: string;
  readonly osVersion: string;
  readonly servicePack?: string;
  /** seconds since 1970 */
  readonly dumpTime?: number;
  readonly uptimeSeconds?: number;
  readonly kind: 'full' | 'partial';
  /** names of the MINIDUMP_TYPE flags are told by .dumpdebug */
  readonly flags: bigint;
  readonly threads: number;
  readonly modules: number;
  /** bytes of memory that it holds */
  readonly memoryBytes: number;
  readonly problems: readonly string[];
  readonly context: ContextModel;
}

/** How much of what the process could read is in the dump, in bytes. */
export interface CoverageModel {
  readonly readable: number;
  readonly held: number;
}

export interface SourceModel {
  readonly file: string;
  readonly line: number;
}

export interface StackFrameModel {
  readonly index: number;
  readonly instruction: bigint;
  readonly frame: bigint;
  readonly returnAddress?: bigint;
  /** `ntdll!RtlFreeHeap+0x14e` */
  readonly text: string;
  /** the name is that of the nearest export, which may be another function */
  readonly guessedName: boolean;
  readonly module?: string;
  readonly source?: SourceModel;
  readonly inline: boolean;
  /** what it was called with: `argc = 0n1, argv = 0x00620f18`, or the words where arguments lie */
  readonly arguments?: string;
  /** how it was found: `unwind info`, `scan` … (cli.md) */
  readonly how: string;
  readonly warning?: string;
}

export interface StackPaneModel {
  readonly thread?: number;
  readonly current: number;
  readonly frames: readonly StackFrameModel[];
  /** why the walk ended */
  readonly end: string;
  readonly truncated: boolean;
}

export interface ThreadRowModel {
  readonly index: number;
  readonly id: number;
  readonly name?: string;
  readonly teb: bigint;
  readonly suspendCount?: number;
  readonly priority?: number;
  readonly current: boolean;
  /** the exception is this thread's */
  readonly event: boolean;
  /** where it is: `ntdll!NtWaitForSingleObject+0xc` */
  readonly place: string;
}

/** What a thread does, by its stack and by what is loaded of symbols. */
export interface ThreadStateModel {
  readonly index: number;
  /** `blocked`: by another thread; `runs`: nothing is known that it waits for */
  readonly kind: 'faulted' | 'suspended' | 'blocked' | 'waits' | 'idle' | 'runs' | 'unknown';
  /** `waits for critical section app!g_cs, owned by 3 (lockholder)` */
  readonly text: string;
  /** the innermost frame of the program's own code */
  readonly own?: {
    /** without its module, where it has a name: `WaitForWork` */
    readonly name: string;
    readonly text: string;
    readonly frame: number;
    readonly source?: SourceModel;
  };
  /** how that is known */
  readonly evidence?: string;
}

export interface ModuleRowModel {
  readonly name: string;
  readonly start: bigint;
  readonly end: bigint;
  readonly path: string;
  readonly version?: string;
  /** seconds since 1970 where the linker wrote a time */
  readonly timestamp?: number;
  /** TimeDateStamp and CheckSum of the headers: what a symbol server knows an image by */
  readonly stamp: number;
  readonly checksum: number;
  /** as lm prints it: `deferred`, `pdb`, `export`, `none`, `breakpad` */
  readonly symbols: string;
  readonly private: boolean;
  readonly symbolFile?: string;
  /** why it has no better ones, in a sentence, and what to do; absent where there is nothing to do */
  readonly missing?: { readonly why: string; readonly todo: string };
  /** what was tried, in order, where symbols were asked for */
  readonly reason?: string;
  /** the PDB that the image names, and its identity */
  readonly wants?: string;
  readonly unloaded: boolean;
}

export interface RegisterModel {
  readonly name: string;
  readonly value: bigint;
  /** bits */
  readonly width: number;
  readonly group: 'general' | 'flags' | 'segment' | 'float' | 'vector' | 'debug' | 'status';
  /** the symbol it points at, where it points into a module */
  readonly symbol?: string;
  /** what the registers before this frame's call are: `recovered` by the unwinder */
  readonly known: boolean;
  /** in the thread's own context it has another value: this is an outer frame, or .ecxr's context */
  readonly changed: boolean;
  /** as numbers: of a floating-point register, of the elements of a vector by their kind */
  readonly numbers?: readonly { readonly as: string; readonly text: string }[];
}

export interface RegistersModel {
  readonly frame: number;
  readonly machine: string;
  readonly registers: readonly RegisterModel[];
  /** the thread's registers in the other views of the process (WOW64) */
  readonly others: readonly { readonly machine: string; readonly registers: readonly RegisterModel[] }[];
}

/** A parameter or local: a node that may lie in registers. */
export interface LocalRowModel extends TypeNodeModel {
  readonly parameter: boolean;
  /** where it is in place of an address: `ecx` */
  readonly register?: string;
}

export interface LocalsModel {
  readonly frame: number;
  readonly function?: string;
  readonly rows: readonly LocalRowModel[];
  /** why there are none */
  readonly note?: string;
  /** where there are none: the next frame outwards that has some */
  readonly frameWithLocals?: { readonly frame: number; readonly text: string };
}

export interface DisassemblyRowModel {
  readonly address: bigint;
  readonly bytes: string;
  /** the instruction's line without its address and bytes */
  readonly mnemonic: string;
  readonly operands: string;
  /** where a direct call or jump goes */
  readonly target?: bigint;
  readonly targetName?: string;
  readonly flow: string;
  /** stands above the row: a symbol begins here */
  readonly heading?: string;
  readonly source?: SourceModel;
  /** the source line that it was compiled from */
  readonly line?: number;
  /** what its memory operand is, where that can be told: of the frame's instruction, and of fixed addresses */
  readonly operand?: { readonly address: bigint; readonly text: string };
  /** whether the frame's conditional jump is taken */
  readonly taken?: boolean;
  /** no bytes up to `end`; `image` would have them */
  readonly missing?: { readonly end: bigint; readonly image?: string };
}

export interface DisassemblyModel {
  readonly at: bigint;
  /** instruction of the current frame */
  readonly current?: bigint;
  readonly rows: readonly DisassemblyRowModel[];
}

export interface EvaluationModel {
  readonly address: bigint;
  /** `app!main+0x5`, where a symbol is near */
  readonly symbol?: string;
  /** another thread, frame or machine may make it another address */
  readonly ofContext: boolean;
}

/** What a hover shows of an address. */
export interface AddressModel {
  readonly address: bigint;
  readonly symbol?: string;
  readonly source?: string;
  readonly region?: string;
  readonly block?: string;
  readonly inDump: boolean;
  /** it lies in a section of an image that is executed */
  readonly code: boolean;
}

export interface TypeNodeModel {
  readonly name: string;
  readonly offset?: number;
  readonly size?: number;
  readonly type: string;
  /** a type that a click opens: the field's own structure, or what it points to */
  readonly opens?: { readonly type: string; readonly address?: bigint };
  readonly address?: bigint;
  readonly value?: string;
  /** the value of a pointer, which `value` begins with */
  readonly pointer?: bigint;
  readonly missing: boolean;
}

export interface TypeTreeModel {
  readonly type: string;
  readonly module?: string;
  /** other modules that have a type of this name, where no module was named */
  readonly alsoIn: readonly string[];
  readonly size: number;
  readonly address?: bigint;
  readonly nodes: readonly TypeNodeModel[];
  readonly truncated: boolean;
  readonly note?: string;
}

export interface HeapRowModel {
  readonly index: number;
  readonly address: bigint;
  readonly kind: string;
  readonly machine: string;
  readonly flags?: number;
  readonly frontEnd?: string;
  readonly reserved?: number;
  readonly committed?: number;
  readonly busyBlocks?: number;
  readonly busyBytes?: number;
  readonly freeBlocks?: number;
  readonly freeBytes?: number;
  readonly errors?: number;
  readonly missingBytes?: number;
  readonly processHeap: boolean;
  /** runtimes that use it */
  readonly users: readonly string[];
  readonly notes: readonly string[];
  /** why there are no figures */
  readonly problem?: string;
}

export interface HeapsModel {
  readonly heaps: readonly HeapRowModel[];
  /** why there are none */
  readonly note?: string;
}

export interface HeapFindingModel {
  readonly address: bigint;
  readonly kind: string;
  readonly problem: string;
  readonly expected?: string;
  readonly found?: string;
}

/** One of the plain lines that say why the process ended, with what it rests on. */
export interface TriageLineModel {
  readonly label: 'What' | 'Where' | 'Address' | 'Whose' | 'Why' | 'Waits';
  readonly text: string;
  readonly certainty?: 'certain' | 'likely' | 'possible';
  readonly evidence: readonly string[];
  /** the command that says more */
  readonly command?: string;
}

export interface SummaryModel {
  readonly triage: readonly TriageLineModel[];
  readonly stack: readonly StackFrameModel[];
  readonly stackThread?: number;
  /** brings that stack in effect, so that .frame chooses among its frames; absent where no command does */
  readonly stackCommand?: string;
  /** of endless recursion: frames of `stack` from `first` on that the thread has so many times over */
  readonly repeat?: { readonly first: number; readonly length: number; readonly times: number };
  /** no symbols for X: what to do */
  readonly warnings: readonly { readonly text: string; readonly todo?: string; readonly command?: string }[];
  readonly next: readonly { readonly command: string; readonly why: string }[];
}

export interface Completion {
  readonly candidates: readonly string[];
  readonly word: string;
}

export type { CommandResult, Line, Span, SpanKind };
