import { FunctionEntries } from '../functionEntries.ts';
import { UnwindTables, type ReadRva } from '../unwindTables.ts';
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
  private readonly entries: FunctionEntries;
  private readonly parsed = new Map<number, Arm64Function>();

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

  /** The record that covers an RVA; undefined where none does or its unwind data cannot be read. */
  find(rva: number): Arm64Function | undefined {
    const index = this.entries.lastAtOrBelow(rva);
    const found = index < 0 ? undefined : this.at(index);
    return found && rva < found.end ? found : undefined;
  }

  at(index: number): Arm64Function | undefined {
    const begin = this.entries.word(index, 0);
    const cached = this.parsed.get(begin);
    if (cached) return cached;
    const unwind = this.parse(this.entries.word(index, 4));
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

/** The function tables of a process's ARM64 code. */
export const arm64Tables = new UnwindTables((table, read) => new Arm64Table(table, read));
