import type { ModuleSymbols } from '../symbols/index.ts';
import type { Memory } from '../target/index.ts';
import type { DynamicFunctionTable } from './dynamicTables.ts';
import type { ModuleEntry } from './moduleIndex.ts';
import type { WalkSpace } from './walkSpace.ts';
import { WordReader } from './wordReader.ts';

/** Reads an image's bytes by RVA: up to `length`, none where they are nowhere. */
export type ReadRva = (rva: number, length: number) => Uint8Array;

/** No image's table is larger: 64 MiB are five million functions. */
const MAX_TABLE_BYTES = 64 * 1024 * 1024;

/** A module's unwind table and where it was to be had. `none`: the image has no such directory. */
export type TableSource<T> = { readonly table: T; readonly origin: 'image' | 'pdb' } | 'none' | 'unknown';

/** A table with the address that its RVAs count from. */
export interface TablePlace<T> {
  readonly table: T;
  readonly base: number;
}

/** The unwind tables of one machine: those of modules, and those that the process made at run time. Each is made once. */
export class UnwindTables<T extends { find(rva: number): unknown }> {
  private readonly ofModules = new WeakMap<ModuleEntry, TableSource<T>>();
  private readonly madeAtRunTime = new WeakMap<DynamicFunctionTable, T>();
  private readonly empty: T;

  /** `make` makes a table of the bytes of an exception directory; `read` gives what its records point to. */
  constructor(private readonly make: (table: Uint8Array, read: ReadRva) => T) {
    this.empty = make(new Uint8Array(0), () => new Uint8Array(0));
  }

  /** A module's table: from its image, in memory or file, else from the PDB's copy. `unknown` where neither has it. */
  of(entry: ModuleEntry, memory: Memory, symbols: () => ModuleSymbols | undefined): TableSource<T> {
    let found = this.ofModules.get(entry);
    if (!found || found === 'unknown') {
      found = tableSource(entry, memory, symbols, this.make);
      this.ofModules.set(entry, found);
    }
    return found;
  }

  /** The table that code at an address is in, empty where its image has none; undefined where it is not known. */
  at(space: WalkSpace, address: number): TablePlace<T> | undefined {
    const entry = space.modules.find(address);
    if (entry) {
      const source = this.of(entry, space.memory, () => space.symbolsOf(entry.module));
      if (source === 'unknown') return undefined;
      return { table: source === 'none' ? this.empty : source.table, base: entry.base };
    }
    const dynamic = space.dynamicTables.find(address);
    if (!dynamic) return undefined;
    let table = this.madeAtRunTime.get(dynamic);
    if (!table) {
      const reader = new WordReader(space.memory);
      table = this.make(dynamic.entries(), (rva, length) => reader.upTo(dynamic.base + rva, length));
      this.madeAtRunTime.set(dynamic, table);
    }
    return { table, base: dynamic.base };
  }
}

/** Whether unwind tables cover code, say that it is a leaf as their image has none for it, or are not to be had. */
export type Coverage = 'covered' | 'leaf' | 'unknown';

export function coverageBy(
  place: TablePlace<{ find(rva: number): unknown }> | undefined,
  address: number,
): Coverage {
  if (!place) return 'unknown';
  return place.table.find(address - place.base) ? 'covered' : 'leaf';
}

/** Finds the bytes of an exception directory and makes a table over them. */
function tableSource<T>(
  { module }: ModuleEntry,
  memory: Memory,
  symbols: () => ModuleSymbols | undefined,
  make: (table: Uint8Array, read: ReadRva) => T,
): TableSource<T> {
  const directory = module.image?.exceptionDirectory;
  if (module.image && !directory) return 'none';
  const readImage: ReadRva = (rva, length) => {
    if (rva >= module.size) return new Uint8Array(0);
    const address = module.base + BigInt(rva);
    const n = memory.available(address, Math.min(length, module.size - rva));
    return n > 0 ? memory.read(address, n) : new Uint8Array(0);
  };
  if (directory) {
    const bytes = readImage(directory.rva, Math.min(directory.size, MAX_TABLE_BYTES));
    if (bytes.length > 0 && bytes.length >= Math.min(directory.size, module.size - directory.rva)) {
      return { table: make(bytes, readImage), origin: 'image' };
    }
  }
  const stored = symbols()?.unwind?.functionTables?.();
  if (!stored) return 'unknown';
  const readStored: ReadRva = (rva, length) => {
    const from = rva - stored.xdataRva;
    return from >= 0 && from < stored.xdata.length
      ? stored.xdata.subarray(from, from + length)
      : readImage(rva, length);
  };
  return { table: make(stored.pdata, readStored), origin: 'pdb' };
}
