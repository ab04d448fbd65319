import type { ModuleSymbols } from '../symbols/index.ts';
import type { Memory } from '../target/index.ts';
import type { ModuleEntry } from './moduleIndex.ts';

/** Reads an image's bytes by RVA: up to `length`, none where they are nowhere. */
export type ReadRva = (rva: number, length: number) => Uint8Array;

/** No image's table is larger: 64 MiB are five million functions. */
const MAX_TABLE_BYTES = 64 * 1024 * 1024;

/** Where a module's exception directory is to be had. `none`: the image has no such directory. */
export type TableSource<T> = { readonly table: T; readonly origin: 'image' | 'pdb' } | 'none' | 'unknown';

/** Finds the bytes of an exception directory and makes a table over them. */
export function tableSource<T>(
  entry: ModuleEntry,
  memory: Memory,
  symbols: () => ModuleSymbols | undefined,
  make: (table: Uint8Array, read: ReadRva) => T,
): TableSource<T> {
  const { module } = entry;
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
