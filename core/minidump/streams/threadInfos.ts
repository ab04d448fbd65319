import type { DirectoryEntry, DumpFile } from '../dumpFile.ts';
import { mapRecords, readSizedList } from './recordList.ts';

/** MINIDUMP_THREAD_INFO. Times are FILETIMEs (100 ns since 1601), spans are in 100 ns units. */
export interface ThreadInfo {
  /** file offset of the record */
  readonly recordRva: number;
  readonly id: number;
  /** MINIDUMP_THREAD_INFO_*: 1 error thread, 2 writing thread, 4 exited, 8 invalid info, 0x10 context, 0x20 TEB */
  readonly dumpFlags: number;
  /** the HRESULT of what went wrong for this thread */
  readonly dumpError: number;
  readonly exitStatus: number;
  readonly createTime: bigint;
  readonly exitTime: bigint;
  readonly kernelTime: bigint;
  readonly userTime: bigint;
  readonly startAddress: bigint;
  readonly affinity: bigint;
}

const FORM = { headerSize: 12, minimumRecord: 64, countOffset: 8, countSize: 4 } as const;

/** ThreadInfoListStream by thread id; of two records for one thread the first stays. */
export function readThreadInfos(file: DumpFile, entry: DirectoryEntry): ReadonlyMap<number, ThreadInfo> {
  const infos = new Map<number, ThreadInfo>();
  const list = readSizedList(file, entry, FORM);
  mapRecords(list, FORM.minimumRecord, (r, at, recordRva) => {
    const id = r.u32(at);
    if (infos.has(id)) return;
    infos.set(id, {
      recordRva,
      id,
      dumpFlags: r.u32(at + 4),
      dumpError: r.u32(at + 8),
      exitStatus: r.u32(at + 12),
      createTime: r.u64(at + 16),
      exitTime: r.u64(at + 24),
      kernelTime: r.u64(at + 32),
      userTime: r.u64(at + 40),
      startAddress: file.address(r.u64(at + 48)),
      affinity: r.u64(at + 56),
    });
  });
  return infos;
}
