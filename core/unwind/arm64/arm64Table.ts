import type { Memory } from '../../target/index.ts';
import type { ModuleSymbols } from '../../symbols/index.ts';
import type { ModuleEntry } from '../moduleIndex.ts';
import { tableSource, type ReadRva, type TableSource } from '../tableSource.ts';
import {
  arm64RecordLength,
  parseArm64Record,
  RECORD_HEAD_BYTES,
  unpackArm64,
  type Arm64Unwind,
} from './unwindRecord.ts';

/** sizeof(RUNTIME_FUNCTION) of ARM64: the begin RVA, and a packed record or the RVA of one */
const ENTRY_BYTES = 8;
/** Parsed records kept a module. */
const MAX_CACHED = 1 << 16;

/** A function, or a fragment of a large one. */
export interface Arm64Function {
  /** RVAs, half open */
  readonly begin: number;
  readonly end: number;
  readonly unwind: Arm64Unwind;
}

/** The unwind tables of one ARM64 image. */
export class Arm64Table {
  private readonly view: DataView;
  private readonly count: number;
  private readonly parsed = new Map<number, Arm64Function>();

  constructor(
    table: Uint8Array,
    private readonly read: ReadRva,
  ) {
    this.view = new DataView(table.buffer, table.byteOffset, table.byteLength);
    let count = Math.floor(table.length / ENTRY_BYTES);
    while (count > 0 && this.view.getUint32((count - 1) * ENTRY_BYTES, true) === 0) count--;
    this.count = count;
  }

  get length(): number {
    return this.count;
  }

  /** The record that covers an RVA; undefined where none does or its unwind data cannot be read. */
  find(rva: number): Arm64Function | undefined {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.view.getUint32(middle * ENTRY_BYTES, true) <= rva) low = middle + 1;
      else high = middle;
    }
    const found = low === 0 ? undefined : this.at(low - 1);
    return found && rva < found.end ? found : undefined;
  }

  at(index: number): Arm64Function | undefined {
    const begin = this.view.getUint32(index * ENTRY_BYTES, true);
    const cached = this.parsed.get(begin);
    if (cached) return cached;
    const unwind = this.parse(this.view.getUint32(index * ENTRY_BYTES + 4, true));
    if (!unwind) return undefined;
    const made = { begin, end: begin + unwind.length * 4, unwind };
    if (this.parsed.size >= MAX_CACHED) this.parsed.clear();
    this.parsed.set(begin, made);
    return made;
  }

  private parse(word: number): Arm64Unwind | undefined {
    if ((word & 3) !== 0) return (word & 3) === 3 ? undefined : unpackArm64(word);
    const length = arm64RecordLength(this.read(word, RECORD_HEAD_BYTES));
    return length ? parseArm64Record(this.read(word, length)) : undefined;
  }
}

const tables = new WeakMap<ModuleEntry, TableSource<Arm64Table>>();

/** The unwind table of an ARM64 module: from its image, in memory or file, else from the PDB's copy. */
export function arm64TableOf(
  entry: ModuleEntry,
  memory: Memory,
  symbols: () => ModuleSymbols | undefined,
): TableSource<Arm64Table> {
  let found = tables.get(entry);
  if (!found || found === 'unknown') {
    found = tableSource(entry, memory, symbols, (table, read) => new Arm64Table(table, read));
    tables.set(entry, found);
  }
  return found;
}
