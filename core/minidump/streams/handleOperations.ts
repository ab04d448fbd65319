import type { DirectoryEntry, DumpFile } from '../dumpFile.ts';
import { mapRecords, readSizedList } from './recordList.ts';

/** AVRF_HANDLE_OPERATION (avrfsdk.h): a handle opened, closed or used when bad, as Application Verifier saw it. */
export interface HandleOperation {
  readonly handle: bigint;
  readonly processId: number;
  readonly threadId: number;
  /** eHANDLE_TRACE_OPERATIONS: 1 open, 2 close, 3 bad reference */
  readonly operationType: number;
  readonly traceIndex: number;
  readonly returnAddresses: readonly bigint[];
}

/** AVRF_MAX_TRACES */
const MAX_TRACES = 32;
const TRACES_OFFSET = 32;
const FORM = {
  headerSize: 16,
  minimumRecord: TRACES_OFFSET + MAX_TRACES * 8,
  countOffset: 8,
  countSize: 4,
} as const;

/** HandleOperationListStream, as the file lists it. */
export function readHandleOperations(file: DumpFile, entry: DirectoryEntry): HandleOperation[] {
  return mapRecords(readSizedList(file, entry, FORM), FORM.minimumRecord, (r, at) => {
    const depth = Math.min(r.u32(at + 24), MAX_TRACES);
    return {
      handle: r.u64(at),
      processId: r.u32(at + 8),
      threadId: r.u32(at + 12),
      operationType: r.u32(at + 16),
      traceIndex: r.u32(at + 28),
      returnAddresses: Array.from({ length: depth }, (_, i) =>
        file.address(r.u64(at + TRACES_OFFSET + i * 8)),
      ),
    };
  });
}
