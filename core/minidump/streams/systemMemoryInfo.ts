import type { DirectoryEntry, DumpFile } from '../dumpFile.ts';

/**
 * MINIDUMP_SYSTEM_MEMORY_INFO_1: four structures of counters, by Windows' field names. A field is there when the
 * stream is long enough and, for the optional ones, when the flag for it is set.
 */
export interface SystemMemoryInfo {
  readonly revision: number;
  /** MINIDUMP_SYSMEMINFO1_* */
  readonly flags: number;
  readonly basic: ReadonlyMap<string, bigint>;
  readonly fileCache: ReadonlyMap<string, bigint>;
  readonly basicPerformance: ReadonlyMap<string, bigint>;
  readonly performance: ReadonlyMap<string, bigint>;
}

/** A field: its name, bytes, and the flag it needs (0: none). */
type Field = readonly [name: string, size: 4 | 8, flag: number];

const FILECACHE_REPURPOSE_FLAGS = 0x1;
const BASICPERF = 0x2;
const PERF_DIRTY_PAGES = 0x4;
const PERF_RESIDENT_PAGES = 0x8;
const PERF_MDL_PAGES = 0x10;
const PERF_PAGE_TABLE_PAGES = 0x20;

const fields = (size: 4 | 8, flag: number, names: string): Field[] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => [name, size, flag]);

const BASIC: readonly Field[] = [
  ...fields(4, 0, 'TimerResolution PageSize NumberOfPhysicalPages LowestPhysicalPageNumber'),
  ...fields(4, 0, 'HighestPhysicalPageNumber AllocationGranularity'),
  ...fields(8, 0, 'MinimumUserModeAddress MaximumUserModeAddress ActiveProcessorsAffinityMask'),
  ...fields(4, 0, 'NumberOfProcessors'),
];

const FILE_CACHE: readonly Field[] = [
  ...fields(8, 0, 'CurrentSize PeakSize'),
  ...fields(4, 0, 'PageFaultCount'),
  ...fields(8, 0, 'MinimumWorkingSet MaximumWorkingSet'),
  ...fields(8, 0, 'CurrentSizeIncludingTransitionInPages PeakSizeIncludingTransitionInPages'),
  ...fields(4, FILECACHE_REPURPOSE_FLAGS, 'TransitionRePurposeCount Flags'),
];

const BASIC_PERFORMANCE = fields(8, BASICPERF, 'AvailablePages CommittedPages CommitLimit PeakCommitment');

const COUNTERS = `
  IoReadOperationCount IoWriteOperationCount IoOtherOperationCount AvailablePages CommittedPages CommitLimit
  PeakCommitment PageFaultCount CopyOnWriteCount TransitionCount CacheTransitionCount DemandZeroCount
  PageReadCount PageReadIoCount CacheReadCount CacheIoCount DirtyPagesWriteCount DirtyWriteIoCount
  MappedPagesWriteCount MappedWriteIoCount PagedPoolPages NonPagedPoolPages PagedPoolAllocs PagedPoolFrees
  NonPagedPoolAllocs NonPagedPoolFrees FreeSystemPtes ResidentSystemCodePage TotalSystemDriverPages
  TotalSystemCodePages NonPagedPoolLookasideHits PagedPoolLookasideHits AvailablePagedPoolPages
  ResidentSystemCachePage ResidentPagedPoolPage ResidentSystemDriverPage CcFastReadNoWait CcFastReadWait
  CcFastReadResourceMiss CcFastReadNotPossible CcFastMdlReadNoWait CcFastMdlReadWait CcFastMdlReadResourceMiss
  CcFastMdlReadNotPossible CcMapDataNoWait CcMapDataWait CcMapDataNoWaitMiss CcMapDataWaitMiss
  CcPinMappedDataCount CcPinReadNoWait CcPinReadWait CcPinReadNoWaitMiss CcPinReadWaitMiss CcCopyReadNoWait
  CcCopyReadWait CcCopyReadNoWaitMiss CcCopyReadWaitMiss CcMdlReadNoWait CcMdlReadWait CcMdlReadNoWaitMiss
  CcMdlReadWaitMiss CcReadAheadIos CcLazyWriteIos CcLazyWritePages CcDataFlushes CcDataPages ContextSwitches
  FirstLevelTbFills SecondLevelTbFills SystemCalls
`;

const PERFORMANCE: readonly Field[] = [
  ...fields(8, 0, 'IdleProcessTime IoReadTransferCount IoWriteTransferCount IoOtherTransferCount'),
  ...fields(4, 0, COUNTERS),
  ...fields(8, PERF_DIRTY_PAGES, 'CcTotalDirtyPages CcDirtyPageThreshold'),
  ...fields(8, PERF_RESIDENT_PAGES, 'ResidentAvailablePages SharedCommittedPages'),
  ...fields(8, PERF_MDL_PAGES, 'MdlPagesAllocated PfnDatabaseCommittedPages'),
  ...fields(8, PERF_PAGE_TABLE_PAGES, 'SystemPageTableCommittedPages ContiguousPagesAllocated'),
];

const HEADER_SIZE = 4;
const LONGEST = 4096;

export function readSystemMemoryInfo(file: DumpFile, entry: DirectoryEntry): SystemMemoryInfo | undefined {
  const r = file.reader(entry.rva, Math.min(file.available(entry), LONGEST));
  if (!r.has(0, HEADER_SIZE)) {
    file.problems.add(entry.rva, `${entry.name} is too short for its header`);
    return undefined;
  }
  const flags = r.u16(2);
  let at = HEADER_SIZE;
  const next = (part: readonly Field[]): ReadonlyMap<string, bigint> => {
    const values = new Map<string, bigint>();
    for (const [name, size, flag] of part) {
      if (r.has(at, size) && (flag === 0 || flags & flag)) values.set(name, r.pointer(at, size));
      at += size;
    }
    return values;
  };
  return {
    revision: r.u16(0),
    flags,
    basic: next(BASIC),
    fileCache: next(FILE_CACHE),
    basicPerformance: next(BASIC_PERFORMANCE),
    performance: next(PERFORMANCE),
  };
}
