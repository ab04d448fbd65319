import type { Address } from '../../target/index.ts';
import type { ProcessView } from '../../process/index.ts';
import type { SymbolService } from '../../symbols/index.ts';
import { addressOf, type AddressReader } from '../addressReader.ts';
import { ntdllData, ntdllVariable } from '../ntdllData.ts';
import { type AllocationTrace, readTraceEntry } from './traceEntry.ts';

/** Offsets in _STACK_TRACE_DATABASE. `added`: the highest index given; `bucketSize`: a list head with or without lock. */
interface DatabaseForm {
  readonly name: 'XP' | 'Vista';
  readonly commitBase: number;
  readonly nextFreeUpper: number;
  readonly added: number;
  readonly indexArray: number;
  readonly bucketCount: number;
  readonly buckets: number;
  readonly bucketSize: number;
}

/**
 * XP and 2003 have an array of pointers to chains, later ones one of RTL_STD_LIST_HEADs. x86 and Vista's from ntdll's
 * types; 2003's x64 follows from XP's by pointer size and agrees with Vista's in what both have.
 */
const FORMS: Readonly<Record<4 | 8, readonly DatabaseForm[]>> = {
  4: [
    {
      name: 'Vista',
      commitBase: 0x48,
      nextFreeUpper: 0x58,
      added: 0x60,
      indexArray: 0x64,
      bucketCount: 0x178,
      buckets: 0x17c,
      bucketSize: 8,
    },
    {
      name: 'XP',
      commitBase: 0x48,
      nextFreeUpper: 0x58,
      added: 0x60,
      indexArray: 0x64,
      bucketCount: 0x68,
      buckets: 0x6c,
      bucketSize: 4,
    },
  ],
  8: [
    {
      name: 'Vista',
      commitBase: 0x88,
      nextFreeUpper: 0xa8,
      added: 0xb4,
      indexArray: 0xb8,
      bucketCount: 0x2d0,
      buckets: 0x2d8,
      bucketSize: 16,
    },
    {
      name: 'XP',
      commitBase: 0x88,
      nextFreeUpper: 0xa8,
      added: 0xb4,
      indexArray: 0xb8,
      bucketCount: 0xc0,
      buckets: 0xc8,
      bucketSize: 8,
    },
  ],
};

/** Vista's major version; those before have XP's form. */
const VISTA = 6;
/** More buckets than any registry setting makes; 19041 has 5,569 */
const MAX_BUCKETS = 0x40000;
const MAX_CHAIN = 0x10000;
const MAX_ENTRIES = 0x1000000;

/** The database of call stacks that +ust keeps (ntdll!RtlpStackTraceDatabase). */
export class TraceDatabase {
  private constructor(
    readonly address: Address,
    /** how it was found: by ntdll's symbol, or as the structure that a value in ntdll's data leads to */
    readonly source: 'symbol' | 'ntdll data',
    /** traces in it, which are numbered from 1 */
    readonly count: number,
    private readonly reader: AddressReader,
    private readonly form: DatabaseForm,
    private readonly pointerSize: 4 | 8,
  ) {}

  /** Finds the database; undefined where the process has none, or the dump does not hold it. */
  static find(
    view: ProcessView,
    symbols: SymbolService | undefined,
    reader: AddressReader,
  ): TraceDatabase | undefined {
    const { pointerSize } = view.machine;
    const form = FORMS[pointerSize].find((f) => (f.name === 'XP') === view.target.system.os.major < VISTA);
    if (!form) return undefined;
    const open = (address: number, source: TraceDatabase['source']): TraceDatabase | undefined => {
      const count = entryCount(reader, address, form, pointerSize);
      return count === undefined
        ? undefined
        : new TraceDatabase(addressOf(address), source, count, reader, form, pointerSize);
    };
    const named = ntdllVariable(view, symbols, 'RtlpStackTraceDatabase');
    if (named && named.value !== 0n) return open(Number(named.value), 'symbol');
    for (const { base, bytes } of ntdllData(view)) {
      const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const misaligned = Number(base % BigInt(pointerSize));
      for (
        let at = misaligned && pointerSize - misaligned;
        at + pointerSize <= bytes.length;
        at += pointerSize
      ) {
        const low = data.getUint32(at, true);
        // it begins a reservation
        if (low % 0x10000 !== 0) continue;
        const high = pointerSize === 8 ? data.getUint32(at + 4, true) : 0;
        if ((low === 0 && high === 0) || high >= 0x8000) continue;
        const found = open(high * 0x1_0000_0000 + low, 'ntdll data');
        if (found) return found;
      }
    }
    return undefined;
  }

  /**
   * The trace of a number, as HEAP_ENTRY_EXTRA has it. Pointers to the entries stand below EntryIndexArray, that of 1
   * nearest; where they are not in the dump the buckets are looked through.
   */
  at(index: number): AllocationTrace | undefined {
    const { reader, form, pointerSize } = this;
    if (index <= 0 || index > this.count) return undefined;
    const array = reader.tryPointer(Number(this.address) + form.indexArray, pointerSize) ?? 0;
    const entry = reader.tryPointer(array - index * pointerSize, pointerSize);
    if (entry !== undefined) {
      const trace = readTraceEntry(reader, entry, pointerSize);
      return trace?.index === (index & 0xffff) ? trace : undefined;
    }
    return this.search(index);
  }

  private search(index: number): AllocationTrace | undefined {
    const { reader, form, pointerSize } = this;
    const base = Number(this.address);
    const count = reader.has(base + form.bucketCount, 4) ? reader.u32(base + form.bucketCount) : 0;
    for (let i = 0; i < Math.min(count, MAX_BUCKETS); i++) {
      let entry = reader.tryPointer(base + form.buckets + i * form.bucketSize, pointerSize) ?? 0;
      // HashChain is the first field of an entry
      for (let length = 0; entry !== 0 && length < MAX_CHAIN; length++) {
        const trace = readTraceEntry(reader, entry, pointerSize);
        if (trace?.index === (index & 0xffff)) return trace;
        entry = reader.tryPointer(entry, pointerSize) ?? 0;
      }
    }
    return undefined;
  }
}

/** The number of entries of a database that is one: it knows where it lies, and its index array ends where it should. */
function entryCount(
  reader: AddressReader,
  address: number,
  form: DatabaseForm,
  pointerSize: 4 | 8,
): number | undefined {
  if (!reader.has(address + form.buckets, pointerSize)) return undefined;
  const pointer = (offset: number): number => reader.pointer(address + offset, pointerSize);
  const array = pointer(form.indexArray);
  const free = pointer(form.nextFreeUpper);
  const buckets = reader.u32(address + form.bucketCount);
  const sound =
    pointer(form.commitBase) === address &&
    array > address &&
    free <= array &&
    buckets > 0 &&
    buckets <= MAX_BUCKETS;
  if (!sound) return undefined;
  const places = (array - free) / pointerSize;
  const added = reader.u32(address + form.added);
  return Number.isInteger(places) && places <= MAX_ENTRIES && added >= places ? places : undefined;
}
