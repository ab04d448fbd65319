import type { ModuleRecord } from '../minidump/index.ts';
import { PeImage, type CodeView, type FixedFileInfo } from '../pe/index.ts';
import { BadFormat } from '../errors/index.ts';
import { MACHINES, type Machine } from './machine.ts';
import { readUpTo, type Address, type Memory } from './memory.ts';
import type { Module, ModuleList } from './model.ts';

/** What the modules of a target share: where their headers are read from. */
export interface ModuleSurroundings {
  readonly memory: Memory;
  readonly machine: Machine;
}

/** A module of the dump. Its image is looked at only when asked for. */
export class LoadedModule implements Module {
  readonly end: Address;
  readonly fileName: string;
  private parsed: PeImage | undefined;
  private tried = false;

  constructor(
    readonly index: number,
    private readonly record: ModuleRecord,
    readonly name: string,
    private readonly around: ModuleSurroundings,
  ) {
    this.end = record.base + BigInt(record.size);
    this.fileName = fileNameOf(record.name);
  }

  get base(): Address {
    return this.record.base;
  }

  get size(): number {
    return this.record.size;
  }

  get path(): string {
    return this.record.name;
  }

  get timestamp(): number {
    return this.record.timestamp;
  }

  get checksum(): number {
    return this.record.checksum;
  }

  get version(): FixedFileInfo | undefined {
    return this.record.version ?? this.image?.versionResource()?.fixed;
  }

  get codeView(): CodeView | undefined {
    return this.record.codeView ?? this.image?.codeView;
  }

  get image(): PeImage | undefined {
    if (!this.tried) {
      this.tried = true;
      this.parsed = this.parse();
    }
    return this.parsed;
  }

  /** Looks for the headers again when they are next asked for, if they were nowhere. */
  lookForImage(): void {
    if (!this.parsed) this.tried = false;
  }

  get machine(): Machine | undefined {
    const wanted = this.image?.machine;
    return Object.values(MACHINES).find((m) => m.imageMachine === wanted);
  }

  private parse(): PeImage | undefined {
    const { memory } = this.around;
    const reader = {
      read: (rva: number, length: number) =>
        readUpTo(memory, this.base + BigInt(rva), Math.min(length, this.size - rva)),
    };
    try {
      return PeImage.fromMemory(reader, this.size, this.base);
    } catch (e) {
      // its headers are not in the dump, or what lies there is no image
      if (e instanceof BadFormat) return undefined;
      throw e;
    }
  }
}

/** The modules in the order of the dump; look-ups by address search the sorted bases. */
export class LoadedModules implements ModuleList {
  private readonly sorted: readonly Module[];
  private readonly names = new Map<string, Module>();

  constructor(private readonly modules: readonly Module[]) {
    this.sorted = [...modules].sort((a, b) => (a.base < b.base ? -1 : a.base > b.base ? 1 : 0));
    for (const m of modules) {
      for (const name of [m.name.toLowerCase(), m.fileName.toLowerCase()]) {
        if (!this.names.has(name)) this.names.set(name, m);
      }
    }
  }

  get length(): number {
    return this.modules.length;
  }

  at(index: number): Module | undefined {
    return this.modules[index];
  }

  find(address: Address): Module | undefined {
    // of overlapping modules (damaged dumps) the one with the highest base below the address is meant
    const i = this.below(address);
    const module = this.sorted[i];
    return module && address < module.end ? module : undefined;
  }

  byName(name: string): Module | undefined {
    return this.names.get(name.toLowerCase());
  }

  /** The base of the first module above an address. */
  nextBase(address: Address): Address | undefined {
    return this.sorted[this.below(address) + 1]?.base;
  }

  [Symbol.iterator](): Iterator<Module> {
    return this.modules[Symbol.iterator]();
  }

  /** Index of the last module whose base is at or below the address, or -1. */
  private below(address: Address): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const module = this.sorted[middle];
      if (module && module.base <= address) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** Builds the list from the dump's records. A base that stands twice (WOW64 writers do that) counts once. */
export function loadModules(records: readonly ModuleRecord[], around: ModuleSurroundings): LoadedModules {
  const seen = new Set<Address>();
  const taken = new Set<string>();
  const modules: Module[] = [];
  for (const record of records) {
    if (seen.has(record.base)) continue;
    seen.add(record.base);
    let name = moduleName(record.name, record.base);
    if (taken.has(name.toLowerCase())) name = `${name}_${record.base.toString(16)}`;
    taken.add(name.toLowerCase());
    modules.push(new LoadedModule(modules.length, record, name, around));
  }
  return new LoadedModules(modules);
}

/** The last part of a Windows (or Unix) path. */
export function fileNameOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1);
}

/**
 * WinDbg's name for a module: the file name without its last extension, with what an expression could not hold
 * replaced by `_`; `image00400000` where nothing is left.
 */
function moduleName(path: string, base: Address): string {
  const file = fileNameOf(path);
  const dot = file.lastIndexOf('.');
  const stem = (dot > 0 ? file.slice(0, dot) : file).replace(/[^\p{L}\p{N}_.$~]/gu, '_');
  return stem === '' ? `image${base.toString(16).padStart(8, '0')}` : stem;
}
