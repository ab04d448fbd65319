import type { Disassembler } from '../../disasm/index.ts';
import type { CriticalSection, MemoryRegion, ProcessView } from '../../process/index.ts';
import type { SymbolService } from '../../symbols/index.ts';
import type { Address, Machine, RegisterContext, Target, Thread } from '../../target/index.ts';
import { walkStack, type StackTrace } from '../../unwind/index.ts';
import type { Suspect } from './model.ts';

/** What the heap manager wrote down of damage that it found. */
export interface HeapFailureSummary {
  /** `heap_failure_buffer_overrun` */
  readonly typeName?: string;
  readonly meaning?: string;
  readonly heap: Address;
  /** the block, 0 if none */
  readonly address: Address;
  readonly record: Address;
  readonly stack: readonly Address[];
}

/**
 * What the analysis works on. It asks for regions, locks and heap failures only when it needs them; what a dump does
 * not have they leave out. Nothing here can be changed through it.
 */
export interface CrashInput {
  readonly target: Target;
  readonly symbols: SymbolService;
  /** for the stacks of all other threads, which would load the symbols of most modules; else `symbols` */
  readonly threadSymbols?: SymbolService;
  /** a view of the process, which gives its structures; undefined where there are none for the machine */
  view(machine: Machine): ProcessView | undefined;
  disassembler(machine: Machine): Disassembler;
  /** the thread that a person looks at: the one analysed where there is no exception */
  readonly thread?: Thread;
  /** the machine in effect */
  readonly machine: Machine;
  /** the address space by region, rising; empty where nothing is known */
  regions(): readonly MemoryRegion[];
  /** all critical sections that can be found */
  sections(): readonly CriticalSection[];
  heapFailure?(machine: Machine): HeapFailureSummary | undefined;
  /** frees of memory by the wrong one, as the heaps and C runtimes show them: ready suspects */
  readonly wrongFrees?: readonly Suspect[];
  /** frames at most */
  readonly frameLimit: number;
}

/** What stacks are walked with. */
export type WalkedInput = Pick<CrashInput, 'target' | 'symbols'>;

/** A thread's stack from registers, in a view of the process. */
export function walk(
  input: WalkedInput,
  machine: Machine,
  thread: Thread | undefined,
  registers: RegisterContext | undefined,
  limit: number,
): StackTrace {
  const { target, symbols } = input;
  return walkStack({ target, symbols, machine, registers, thread, limit });
}
