import type { DirectoryEntry, DumpFile } from '../dumpFile.ts';

/** MINIDUMP_PROCESS_VM_COUNTERS 1 and 2, by Windows' field names; bytes, but for the fault count. Absent is unknown. */
export interface ProcessVmCounters {
  readonly revision: number;
  /** MINIDUMP_PROCESS_VM_COUNTERS_*; 0 in revision 1 */
  readonly flags: number;
  readonly pageFaultCount: number;
  readonly values: ReadonlyMap<string, bigint>;
}

const COMMON = [
  'PeakWorkingSetSize',
  'WorkingSetSize',
  'QuotaPeakPagedPoolUsage',
  'QuotaPagedPoolUsage',
  'QuotaPeakNonPagedPoolUsage',
  'QuotaNonPagedPoolUsage',
  'PagefileUsage',
  'PeakPagefileUsage',
];
const VIRTUAL_SIZE = 0x2;
const EX = 0x4;
const EX2 = 0x8;
const JOB = 0x10;
/** Fields of revision 2 behind the common ones, with the flags that say they were filled (any of them). */
const LATER: readonly (readonly [string, number])[] = [
  ['PeakVirtualSize', VIRTUAL_SIZE],
  ['VirtualSize', VIRTUAL_SIZE],
  ['PrivateUsage', EX | EX2],
  ['PrivateWorkingSetSize', EX2],
  ['SharedCommitUsage', EX2],
  ['JobSharedCommitUsage', JOB],
  ['JobPrivateCommitUsage', JOB],
  ['JobPeakPrivateCommitUsage', JOB],
  ['JobPrivateCommitLimit', JOB],
  ['JobTotalCommitLimit', JOB],
];
const HEADER_SIZE = 8;

export function readProcessVmCounters(file: DumpFile, entry: DirectoryEntry): ProcessVmCounters | undefined {
  const r = file.reader(
    entry.rva,
    Math.min(file.available(entry), HEADER_SIZE + (COMMON.length + LATER.length) * 8),
  );
  if (!r.has(0, HEADER_SIZE)) {
    file.problems.add(entry.rva, `${entry.name} is too short for its header`);
    return undefined;
  }
  const revision = r.u16(0);
  // revision 1 has padding where revision 2 has its flags
  const flags = revision >= 2 ? r.u16(2) : 0;
  const fields: (string | undefined)[] =
    revision >= 2
      ? [...COMMON, ...LATER.map(([name, when]) => (flags & when ? name : undefined))]
      : [...COMMON, 'PrivateUsage'];
  const values = new Map<string, bigint>();
  fields.forEach((name, i) => {
    const at = HEADER_SIZE + i * 8;
    if (name && r.has(at, 8)) values.set(name, r.u64(at));
  });
  return { revision, flags, pageFaultCount: r.u32(4), values };
}
