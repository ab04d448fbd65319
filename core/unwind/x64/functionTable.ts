import { FunctionEntries } from '../functionEntries.ts';
import { UnwindTables, type ReadRva } from '../unwindTables.ts';
import { MAX_UNWIND_INFO, parseUnwindInfo } from './unwindInfo.ts';
import { runtimeFunctionAt, type RuntimeFunction, type UnwindInfo } from './unwindModel.ts';

/** sizeof(RUNTIME_FUNCTION) */
const ENTRY_BYTES = 12;
/** Chains that linkers make have two or three links; longer ones are damage. */
const MAX_CHAIN = 32;
/** Parsed records kept a module. */
const MAX_CACHED = 1 << 16;

/** The unwind tables of one x64 image: RUNTIME_FUNCTION records by RVA, UNWIND_INFO records parsed once. */
export class FunctionTable {
  private readonly entries: FunctionEntries;
  private readonly parsed = new Map<number, UnwindInfo | undefined>();

  /** `table` are the records, sorted by their begin. */
  constructor(
    table: Uint8Array,
    private readonly read: ReadRva,
  ) {
    this.entries = new FunctionEntries(table, ENTRY_BYTES);
  }

  get length(): number {
    return this.entries.length;
  }

  at(index: number): RuntimeFunction {
    const { entries } = this;
    return { begin: entries.word(index, 0), end: entries.word(index, 4), unwind: entries.word(index, 8) };
  }

  /** The record that covers an RVA. */
  find(rva: number): RuntimeFunction | undefined {
    const index = this.entries.lastAtOrBelow(rva);
    if (index < 0) return undefined;
    const found = this.at(index);
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

/** The function tables of a process's x64 code. */
export const functionTables = new UnwindTables((table, read) => new FunctionTable(table, read));
