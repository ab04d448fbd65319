import { type Disassembler, loadDisassembler } from '../disasm/index.ts';
import type { HeapSet } from '../heap/index.ts';
import { type ProcessView, readPeb } from '../process/index.ts';
import type { ModuleSymbols, SymbolService } from '../symbols/index.ts';
import { type Address, MACHINES, type Machine, type Module, type Target } from '../target/index.ts';

/** What the runtimes of a process are worked out from. */
export interface CrtInput {
  /** the sides of the process, the dump's own first */
  readonly views: readonly ProcessView[];
  readonly heaps: HeapSet;
  readonly symbols: SymbolService;
}

/** Machines whose code is followed. */
const FOLLOWED: readonly Machine[] = [MACHINES.x86, MACHINES.x64];

/** `CrtInput` with what is asked of it again and again. Kept for the life of a session. */
export class CrtContext {
  readonly target: Target;
  private readonly processHeaps = new Set<Address>();
  private missing = false;
  private readonly disassemblers = new Map<Machine['kind'], Disassembler>();

  constructor(readonly input: CrtInput) {
    const [first] = input.views;
    if (!first) throw new Error('a process has at least one view');
    this.target = first.target;
    for (const view of input.views) {
      const peb = view.target.peb(view.machine);
      const heap = peb === undefined ? undefined : readPeb(view, peb).ProcessHeap;
      if (heap) this.processHeaps.add(heap);
    }
  }

  /** Whether an address is PEB.ProcessHeap; undefined where no PEB is in the dump. */
  isProcessHeap(address: Address): boolean | undefined {
    return this.processHeaps.size === 0 ? undefined : this.processHeaps.has(address);
  }

  /** Whether an address is the handle of a heap; undefined where the dump does not tell which heaps there are. */
  isHeap(address: Address): boolean | undefined {
    const { heaps } = this.input;
    if (heaps.indexOf(address) >= 0) return true;
    return heaps.heaps.length === 0 ? undefined : false;
  }

  /** The processor of a module: as its image says, else that of the dump. */
  machineOf(module: Module): Machine {
    return module.machine ?? this.target.system.machine;
  }

  /**
   * The disassembler for a machine; undefined for those whose code is not followed, and before it was loaded: what was
   * missed then is to be done again (`takeMissing`).
   */
  disassembler(machine: Machine): Disassembler | undefined {
    const found = this.disassemblers.get(machine.kind);
    this.missing ||= !found && FOLLOWED.includes(machine);
    return found;
  }

  /** Whether a disassembler was asked for that has to be loaded first. Forgets that it was. */
  takeMissing(): boolean {
    const { missing } = this;
    this.missing = false;
    return missing;
  }

  /** Loads the disassemblers for x86 and x64: they are large, and needed only where code has to be looked at. */
  async loadDisassemblers(): Promise<void> {
    for (const machine of FOLLOWED) {
      if (!this.disassemblers.has(machine.kind))
        this.disassemblers.set(machine.kind, await loadDisassembler(machine));
    }
  }

  /**
   * A module's symbols. They are loaded where they are likely to be the person's own or a runtime's: a process has
   * hundreds of system modules, and a symbol server would be asked for each.
   */
  symbolsOf(module: Module, load: boolean): ModuleSymbols | undefined {
    const { symbols } = this.input;
    return load ? symbols.of(module) : symbols.loaded(module);
  }
}

/** Whether a module lies below the Windows folder. */
export function isSystemModule(module: Module): boolean {
  return /^[a-z]:\\windows\\/i.test(module.path) || /^\\systemroot\\/i.test(module.path);
}
