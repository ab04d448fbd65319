import type { SymbolService } from '../../symbols/index.ts';
import { type Address, type Module, readPointer, type Target, tryRead } from '../../target/index.ts';
import { classByRtti } from './rtti.ts';

/** IMAGE_SCN_MEM_EXECUTE, IMAGE_SCN_MEM_WRITE */
const EXECUTABLE = 0x2000_0000;
const WRITABLE = 0x8000_0000;

/** What an object is by the vtable pointer that it begins with. */
export interface ObjectClass {
  /** `ns::Circle`; where nothing names it `vtable at app+0x1234` */
  readonly name: string;
  /** the module that holds the vtable */
  readonly module: Module;
  readonly vtable: Address;
  readonly by: 'symbol' | 'rtti' | 'address';
}

/** Tells classes by vtable pointers. Each pointer is looked at once. */
export class VtableNames {
  private readonly known = new Map<number, ObjectClass | undefined>();
  /** all modules, rising: first and behind the last address, as numbers */
  private readonly bounds: { readonly start: number; readonly end: number; readonly module: Module }[];

  constructor(
    private readonly target: Target,
    /** without symbols only RTTI tells */
    private readonly symbols: SymbolService | undefined,
    private readonly pointerSize: 4 | 8,
  ) {
    this.bounds = [...target.modules]
      .map((module) => ({ start: Number(module.base), end: Number(module.end), module }))
      .sort((a, b) => a.start - b.start);
  }

  /**
   * The class whose vtable stands at an address, which is a number; undefined where no vtable stands there. May throw
   * `AwaitFirst` while symbols load.
   */
  classAt(vtable: number): ObjectClass | undefined {
    const module = this.moduleAt(vtable);
    if (!module) return undefined;
    if (this.known.has(vtable)) return this.known.get(vtable);
    const found = this.look(vtable, module);
    this.known.set(vtable, found);
    return found;
  }

  private look(at: number, module: Module): ObjectClass | undefined {
    const { pointerSize } = this;
    if (at % pointerSize !== 0) return undefined;
    const vtable = BigInt(at);
    if (!this.mayHoldVtables(module, at - Number(module.base))) return undefined;
    const { memory } = this.target;
    const bySymbol = this.symbolClass(vtable);
    if (bySymbol !== undefined) return { name: bySymbol, module, vtable, by: 'symbol' };
    const first = tryRead(() => readPointer(memory, vtable, pointerSize));
    if (first === undefined || !this.isCode(first)) return undefined;
    const byRtti = classByRtti(memory, vtable, pointerSize);
    if (byRtti !== undefined) return { name: byRtti, module, vtable, by: 'rtti' };
    const name = `vtable at ${module.name}+0x${(vtable - module.base).toString(16)}`;
    return { name, module, vtable, by: 'address' };
  }

  /** Vtables stand in constant data. */
  private mayHoldVtables(module: Module, rva: number): boolean {
    const section = sectionAt(module, rva);
    return !module.image || (section !== undefined && (section & (EXECUTABLE | WRITABLE)) === 0);
  }

  private isCode(address: Address): boolean {
    const module = this.target.modules.find(address);
    if (!module) return false;
    const section = sectionAt(module, Number(address - module.base));
    return !module.image || (section !== undefined && (section & EXECUTABLE) !== 0);
  }

  /** `ns::Circle` of the symbol `` ns::Circle::`vftable'{for `Base'} `` at just this address. */
  private symbolClass(vtable: Address): string | undefined {
    const found = this.symbols?.nearest(vtable);
    if (found?.displacement !== 0n) return undefined;
    const end = found.symbol.name.indexOf("::`vftable'");
    return end < 0 ? undefined : found.symbol.name.slice(0, end).replace(/^const /, '');
  }

  private moduleAt(address: number): Module | undefined {
    const { bounds } = this;
    let from = 0;
    let to = bounds.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((bounds[middle]?.start ?? 0) <= address) from = middle + 1;
      else to = middle;
    }
    const found = bounds[from - 1];
    return found && address < found.end ? found.module : undefined;
  }
}

function sectionAt(module: Module, rva: number): number | undefined {
  return module.image?.sections.find((s) => rva >= s.virtualAddress && rva < s.virtualAddress + s.virtualSize)
    ?.characteristics;
}
