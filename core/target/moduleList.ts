import type { ModuleRecord } from '../minidump/index.ts';
import { PeImage, type CodeView, type FixedFileInfo } from '../pe/index.ts';
import { BadFormat } from '../errors/index.ts';
import { MACHINES, type Machine } from './machine.ts';
import { readUpTo, type Address, type Memory } from './memory.ts';
import type { Module, ModuleList } from './model.ts';

/** What is known of a module before its image is looked at: a record of the dump, or what a person says. */
export type ModuleFacts = Pick<
  ModuleRecord,
  'base' | 'size' | 'checksum' | 'timestamp' | 'name' | 'version' | 'codeView'
>;

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
    private readonly record: ModuleFacts,
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

/**
 * The modules in the order of the dump; look-ups by address search the sorted bases. A person may take some out and put
 * others in (`.reload`): each change makes `revision` grow, and so do other images.
 */
export class LoadedModules implements ModuleList {
  revision = 0;
  private listed: readonly Module[];
  private sorted: readonly Module[] = [];
  private readonly names = new Map<string, Module>();

  constructor(
    private readonly own: readonly Module[],
    private readonly around: ModuleSurroundings,
  ) {
    this.listed = own;
    this.index();
  }

  get length(): number {
    return this.listed.length;
  }

  at(index: number): Module | undefined {
    return this.listed[index];
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

  /** Puts a module in, in place of those that it overlaps. */
  add(facts: ModuleFacts): Module {
    const end = facts.base + BigInt(facts.size);
    const rest = this.listed.filter((m) => m.end <= facts.base || m.base >= end);
    const taken = new Set(rest.map((m) => m.name.toLowerCase()));
    // the index of a module is its own for as long as the dump is open
    const index = Math.max(-1, ...this.own.map((m) => m.index), ...rest.map((m) => m.index)) + 1;
    const module = new LoadedModule(index, facts, freeName(facts, taken), this.around);
    this.change([...rest, module]);
    return module;
  }

  remove(module: Module): void {
    this.change(this.listed.filter((m) => m !== module));
  }

  /** Those of the dump that were taken out. */
  get removed(): Module[] {
    return this.own.filter((m) => !this.listed.includes(m));
  }

  /** Puts one of the dump's own back, or makes the list what the dump has. */
  restore(module?: Module): void {
    if (!module) return this.change(this.own);
    const rest = this.listed.filter((m) => m.end <= module.base || m.base >= module.end);
    const listed = new Set([...rest, module]);
    this.change([...this.own.filter((m) => listed.has(m)), ...rest.filter((m) => !this.own.includes(m))]);
  }

  /** The base of the first module above an address. */
  nextBase(address: Address): Address | undefined {
    return this.sorted[this.below(address) + 1]?.base;
  }

  [Symbol.iterator](): Iterator<Module> {
    return this.listed[Symbol.iterator]();
  }

  /** Image files were looked for again: what was worked out without them is out of date. */
  imagesMayBeOthers(): void {
    this.revision++;
  }

  private change(listed: readonly Module[]): void {
    this.listed = listed;
    this.revision++;
    this.index();
  }

  private index(): void {
    this.sorted = [...this.listed].sort((a, b) => (a.base < b.base ? -1 : a.base > b.base ? 1 : 0));
    this.names.clear();
    for (const m of this.listed) {
      for (const name of [m.name.toLowerCase(), m.fileName.toLowerCase()]) {
        if (!this.names.has(name)) this.names.set(name, m);
      }
    }
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
    const name = freeName(record, taken);
    taken.add(name.toLowerCase());
    modules.push(new LoadedModule(modules.length, record, name, around));
  }
  return new LoadedModules(modules, around);
}

/** A second module of a name has its base in it. */
function freeName({ name: path, base }: ModuleFacts, taken: ReadonlySet<string>): string {
  const name = moduleName(path, base);
  return taken.has(name.toLowerCase()) ? `${name}_${base.toString(16)}` : name;
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
