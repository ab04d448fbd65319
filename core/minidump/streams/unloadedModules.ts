import type { DirectoryEntry, DumpFile } from '../dumpFile.ts';
import { mapRecords, readSizedList } from './recordList.ts';

/** MINIDUMP_UNLOADED_MODULE. */
export interface UnloadedModuleRecord {
  /** file offset of the record */
  readonly recordRva: number;
  readonly base: bigint;
  /** bytes */
  readonly size: number;
  readonly checksum: number;
  readonly timestamp: number;
  readonly name: string;
  readonly nameRva: number;
}

const FORM = { headerSize: 12, minimumRecord: 24, countOffset: 8, countSize: 4 } as const;

/** The modules that ntdll remembers as unloaded, as the file lists them. */
export function readUnloadedModules(file: DumpFile, entry: DirectoryEntry): UnloadedModuleRecord[] {
  return mapRecords(readSizedList(file, entry, FORM), FORM.minimumRecord, (r, at, recordRva) => {
    const nameRva = r.u32(at + 20);
    return {
      recordRva,
      base: file.address(r.u64(at)),
      size: r.u32(at + 8),
      checksum: r.u32(at + 12),
      timestamp: r.u32(at + 16),
      name: file.string(nameRva),
      nameRva,
    };
  });
}
