import type { Memory } from '../../target/index.ts';
import type { ModuleSymbols } from '../../symbols/index.ts';
import { MAX_UNWIND_INFO, parseUnwindInfo } from './unwindInfo.ts';
import { runtimeFunctionAt, type RuntimeFunction, type UnwindInfo } from './unwindModel.ts';
import type { ModuleEntry } from '../moduleIndex.ts';
import { tableSource, type ReadRva, type TableSource } from '../tableSource.ts';

/** sizeof(RUNTIME_FUNCTION) */
const ENTRY_BYTES = 12;
/** Chains that linkers make have two or three links; longer ones are damage. */
const MAX_CHAIN = 32;
/** Parsed records kept a module. */
const MAX_CACHED = 1 << 16;

/** The unwind tables of one x64 image: RUNTIME_FUNCTION records by RVA, UNWIND_INFO records parsed once. */
export class FunctionTable {
  private readonly view: DataView;
  private readonly count: number;
  private readonly parsed = new Map<number, UnwindInfo | undefined>();

  /** `table` are the records, sorted by their begin. */
  constructor(
    table: Uint8Array,
    private readonly read: ReadRva,
  ) {
    this.view = new DataView(table.buffer, table.byteOffset, table.byteLength);
    let count = Math.floor(table.length / ENTRY_BYTES);
    // incremental linking leaves room at the end
    while (count > 0 && this.view.getUint32((count - 1) * ENTRY_BYTES, true) === 0) count--;
    this.count = count;
  }

  get length(): number {
    return this.count;
  }

  at(index: number): RuntimeFunction {
    return runtimeFunctionAt(this.view, index * ENTRY_BYTES);
  }

  /** The record that covers an RVA. */
  find(rva: number): RuntimeFunction | undefined {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.view.getUint32(middle * ENTRY_BYTES, true) <= rva) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return undefined;
    const found = this.at(low - 1);
    return rva < found.end ? this.resolve(found) : undefined;
  }

  /** The unwind information of a record; undefined where it cannot be read. */
  info(record: RuntimeFunction): UnwindInfo | undefined {
    const cached = this.parsed.get(record.unwind);
    if (cached) return cached;
    const info = parseUnwindInfo(this.read(record.unwind, MAX_UNWIND_INFO));
    if (this.parsed.size >= MAX_CACHED) this.parsed.clear();
    this.parsed.set(record.unwind, info);
    return info;
  }

  /** The records from `record` to the one that its function begins with; cut where they never end. */
  chain(record: RuntimeFunction): RuntimeFunction[] {
    const chain = [record];
    for (let r = this.info(record)?.chained; r && chain.length < MAX_CHAIN; r = this.info(r)?.chained) {
      chain.push((r = this.resolve(r)));
    }
    return chain;
  }

  /** Bit 0 of the unwind RVA: it is the RVA of another record, whose unwind information counts. */
  private resolve(record: RuntimeFunction): RuntimeFunction {
    if ((record.unwind & 1) === 0) return record;
    const other = this.read(record.unwind - 1, ENTRY_BYTES);
    if (other.length < ENTRY_BYTES) return record;
    const { unwind } = runtimeFunctionAt(new DataView(other.buffer, other.byteOffset, ENTRY_BYTES), 0);
    return { ...record, unwind: unwind & ~3 };
  }
}

const tables = new WeakMap<ModuleEntry, TableSource<FunctionTable>>();

/**
 * The function table of a module: from its image, in memory or file, else from the PDB's copy. `unknown` where
 * neither has it.
 */
export function functionTableOf(
  entry: ModuleEntry,
  memory: Memory,
  symbols: () => ModuleSymbols | undefined,
): TableSource<FunctionTable> {
  let found = tables.get(entry);
  if (!found || found === 'unknown') {
    found = tableSource(entry, memory, symbols, (table, read) => new FunctionTable(table, read));
    tables.set(entry, found);
  }
  return found;
}
