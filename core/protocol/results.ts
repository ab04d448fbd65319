import type { CommandResult } from '../engine/index.ts';
import type { Line } from '../output/index.ts';
import type {
  AddressModel,
  Completion,
  ContextModel,
  CoverageModel,
  DisassemblyModel,
  DumpModel,
  EvaluationModel,
  HeapFindingModel,
  HeapsModel,
  LocalsModel,
  ModuleRowModel,
  RegistersModel,
  StackPaneModel,
  SummaryModel,
  ThreadRowModel,
  ThreadStateModel,
  TypeTreeModel,
} from './models.ts';
import type {
  AddressSpace,
  BlockClasses,
  HeapChoice,
  HeapMap,
  HeapOwners,
  MemoryPage,
  MemoryRuns,
  Ownership,
  PointerNote,
  PointerVerdict,
  StructureFields,
} from './pictures.ts';
import type { Method } from './params.ts';

/** What each request gives back. */
export interface Results {
  readonly open: DumpModel;
  /** how many of the files could be of use */
  readonly addFiles: { readonly taken: number };
  readonly banner: readonly Line[];
  readonly execute: readonly CommandResult[];
  readonly complete: Completion;
  readonly dump: DumpModel;
  readonly context: ContextModel;
  /** undefined where the dump does not list the process' memory */
  readonly coverage: CoverageModel | undefined;
  readonly summary: SummaryModel;
  readonly stack: StackPaneModel;
  readonly threads: readonly ThreadRowModel[];
  readonly threadStates: readonly ThreadStateModel[];
  readonly modules: readonly ModuleRowModel[];
  readonly registers: RegistersModel;
  readonly locals: LocalsModel;
  readonly disassembly: DisassemblyModel;
  readonly evaluate: EvaluationModel;
  readonly describe: AddressModel;
  readonly typeNames: readonly string[];
  readonly typeTree: TypeTreeModel;
  readonly memoryRuns: MemoryRuns;
  readonly memory: MemoryPage;
  readonly pointerNotes: readonly PointerNote[];
  /** undefined where nothing more is found */
  readonly findBytes: { readonly address: bigint; readonly length: number } | undefined;
  readonly structureFields: StructureFields;
  readonly heaps: HeapsModel;
  readonly heapChoices: readonly HeapChoice[];
  readonly heapMap: HeapMap;
  readonly heapOwners: HeapOwners;
  readonly heapClasses: BlockClasses;
  readonly heapFindings: readonly HeapFindingModel[];
  readonly ownership: Ownership;
  readonly verdict: PointerVerdict;
  readonly addressSpace: AddressSpace;
}

export type Result<M extends Method> = Results[M];
