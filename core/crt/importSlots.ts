import type { ImportedDll, PeImage } from '../pe/index.ts';
import {
  type Address,
  type Memory,
  type Module,
  type ModuleList,
  readPointer,
  tryRead,
} from '../target/index.ts';

/** One imported function of a module, with what its slot in the import address table holds in the process. */
export interface ImportSlot {
  /** the DLL as the image names it: `KERNEL32.dll`, `api-ms-win-crt-heap-l1-1-0.dll`; empty where it is not known */
  readonly dll: string;
  /** the function's name; of an import without one (by ordinal, or names lost) the name of the export it leads to */
  readonly name: string | undefined;
  /** address of the slot */
  readonly slot: number;
  readonly delayed: boolean;
  /** where the slot points, as the dump has it; undefined where the dump does not hold it or it is not bound yet */
  readonly value: Address | undefined;
}

/** A whole import table, as one list of slots. Values are read when asked for: most are never needed. */
export class ImportSlots {
  readonly dlls: readonly ImportedDll[];

  constructor(
    readonly module: Module,
    readonly image: PeImage,
    private readonly memory: Memory,
    private readonly modules: ModuleList,
  ) {
    this.dlls = [...image.imports(), ...image.delayImports()];
  }

  /** The slots of the DLLs that `wanted` says yes to. */
  *of(wanted: (dll: string) => boolean): Iterable<ImportSlot> {
    for (const dll of this.dlls) {
      const name = dll.dll ?? '';
      if (wanted(name)) yield* this.slotsOf(dll, name);
    }
  }

  /** The names of all imported functions, without a look at their slots. */
  *names(): Iterable<string> {
    for (const dll of this.dlls)
      for (const entry of dll.entries) if (entry.name !== undefined) yield entry.name;
  }

  /** The module that a slot's value lies in. */
  targetOf({ value }: ImportSlot): Module | undefined {
    return value === undefined ? undefined : this.modules.find(value);
  }

  private *slotsOf(dll: ImportedDll, name: string): Iterable<ImportSlot> {
    for (const entry of dll.entries) {
      const slot = this.module.base + BigInt(entry.slotRva);
      const value = this.valueAt(slot);
      yield {
        dll: name,
        name: entry.name ?? (value === undefined ? undefined : this.exportAt(value)),
        slot: Number(slot),
        delayed: dll.delayed,
        value,
      };
    }
  }

  /** What the loader wrote; image files hold something else there. */
  private valueAt(slot: Address): Address | undefined {
    if (this.memory.origin(slot) !== 'dump') return undefined;
    const value = tryRead(() => readPointer(this.memory, slot, this.image.pointerSize));
    return value === 0n ? undefined : value;
  }

  private exportAt(address: Address): string | undefined {
    const module = this.modules.find(address);
    const rva = module && Number(address - module.base);
    const found = rva === undefined ? undefined : module?.image?.exports().nearest(rva);
    return found && found.rva === rva ? found.name : undefined;
  }
}
