import type { DirectoryEntry, DumpFile, Location } from '../dumpFile.ts';

/** MINIDUMP_FUNCTION_TABLE_DESCRIPTOR: a table of RtlAddFunctionTable or RtlInstallFunctionTableCallback. */
export interface FunctionTable {
  readonly minimumAddress: bigint;
  readonly maximumAddress: bigint;
  /** what the entries' RVAs count from */
  readonly baseAddress: bigint;
  readonly entryCount: number;
  /** the system's own DYNAMIC_FUNCTION_TABLE */
  readonly nativeDescriptor: Location;
  /** RUNTIME_FUNCTIONs, `entrySize` bytes each */
  readonly entries: Location;
}

export interface FunctionTables {
  /** bytes of a RUNTIME_FUNCTION: 12 on x64, 8 on ARM */
  readonly entrySize: number;
  readonly tables: readonly FunctionTable[];
}

const HEADER_SIZE = 24;
const DESCRIPTOR_SIZE = 32;
/** .NET and other code generators have thousands. */
const MAX_TABLES = 1 << 16;

/**
 * FunctionTableStream: header and padding, then for each table a descriptor, the native descriptor, the entries and
 * padding, one after another (minidumpapiset.h gives the sizes, real dumps the order).
 */
export function readFunctionTables(file: DumpFile, entry: DirectoryEntry): FunctionTables {
  const available = file.available(entry);
  const head = file.reader(entry.rva, Math.min(available, HEADER_SIZE));
  if (!head.has(0, HEADER_SIZE)) {
    file.problems.add(entry.rva, `${entry.name} is too short for its header`);
    return { entrySize: 0, tables: [] };
  }
  const descriptorSize = head.u32(4);
  const nativeSize = head.u32(8);
  const entrySize = head.u32(12);
  const claimed = head.u32(16);
  const tables: FunctionTable[] = [];
  let at = head.u32(0) + head.u32(20);
  while (tables.length < Math.min(claimed, MAX_TABLES) && descriptorSize >= DESCRIPTOR_SIZE) {
    if (at + descriptorSize > available) break;
    const r = file.reader(entry.rva + at, DESCRIPTOR_SIZE);
    if (!r.has(0, DESCRIPTOR_SIZE)) break;
    const entryCount = r.u32(24);
    const native = at + descriptorSize;
    const entries = native + nativeSize;
    const end = entries + entryCount * entrySize;
    if (end > available) break;
    tables.push({
      minimumAddress: file.address(r.u64(0)),
      maximumAddress: file.address(r.u64(8)),
      baseAddress: file.address(r.u64(16)),
      entryCount,
      nativeDescriptor: { size: nativeSize, rva: entry.rva + native },
      entries: { size: entryCount * entrySize, rva: entry.rva + entries },
    });
    at = end + r.u32(28);
  }
  if (tables.length < claimed) {
    file.problems.add(entry.rva, `${entry.name} has ${tables.length} of the ${claimed} tables it claims`);
  }
  return { entrySize, tables };
}
