import type { Target } from '../target/index.ts';

/** A function table that the process made at run time (RtlAddFunctionTable), as a dump's FunctionTable stream has it. */
export interface DynamicFunctionTable {
  /** the addresses it is for, half open */
  readonly start: number;
  readonly end: number;
  /** what its RVAs count from */
  readonly base: number;
  /** RUNTIME_FUNCTION records of the dump's machine, read when asked for */
  entries(): Uint8Array;
}

/** No table of generated code is larger. Bytes. */
const MAX_ENTRIES = 16 * 1024 * 1024;

/** The run-time tables of a target, found by binary search: code generators make thousands. */
export class DynamicTables {
  private readonly sorted: readonly DynamicFunctionTable[];

  constructor(tables: readonly DynamicFunctionTable[]) {
    this.sorted = [...tables].sort((a, b) => a.start - b.start);
  }

  /** The tables of a target's dump, listed once. */
  static of(target: Target): DynamicTables {
    let found = cache.get(target);
    if (!found) cache.set(target, (found = new DynamicTables(fromDump(target))));
    return found;
  }

  find(address: number): DynamicFunctionTable | undefined {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.sorted[middle]?.start ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    const table = this.sorted[low - 1];
    return table && address < table.end ? table : undefined;
  }
}

const cache = new WeakMap<Target, DynamicTables>();

function fromDump({ dump }: Target): DynamicFunctionTable[] {
  const stream = dump?.functionTables;
  if (!dump || !stream) return [];
  return stream.tables.map((table) => ({
    start: Number(table.minimumAddress),
    end: Number(table.maximumAddress),
    base: Number(table.baseAddress),
    entries: () => dump.bytes(table.entries.rva, Math.min(table.entries.size, MAX_ENTRIES)),
  }));
}
