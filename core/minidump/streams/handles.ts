import type { DirectoryEntry, DumpFile, Location } from '../dumpFile.ts';
import { parseHandleObjectInfo, type HandleObjectDetail } from './handleObjectInfo.ts';
import { mapRecords, readSizedList } from './recordList.ts';

/** MINIDUMP_HANDLE_OBJECT_INFORMATION: one link of the chain that a handle's descriptor starts. */
export interface HandleObjectInfo {
  /** MINIDUMP_HANDLE_OBJECT_INFORMATION_TYPE */
  readonly type: number;
  /** where the raw information lies */
  readonly location: Location;
  /** what it says, where its layout is known */
  readonly detail?: HandleObjectDetail;
}

/** MINIDUMP_HANDLE_DESCRIPTOR, and of version 2 the object information. */
export interface HandleRecord {
  /** file offset of the record */
  readonly recordRva: number;
  readonly handle: bigint;
  /** `Event`; empty where the writer could not ask */
  readonly typeName: string;
  readonly objectName: string;
  readonly attributes: number;
  readonly grantedAccess: number;
  readonly handleCount: number;
  readonly pointerCount: number;
  readonly objectInfo: readonly HandleObjectInfo[];
}

const FORM = { headerSize: 16, minimumRecord: 32, countOffset: 8, countSize: 4 } as const;
const DESCRIPTOR_2_SIZE = 40;
const INFO_HEADER_SIZE = 12;
/** Windows chains two (a mutant's state and its owner). */
const MAX_CHAIN = 16;
/** The largest known is 48 bytes. */
const MAX_INFO = 4096;

/** HandleDataStream of either version, as the file lists it. */
export function readHandles(file: DumpFile, entry: DirectoryEntry): HandleRecord[] {
  const list = readSizedList(file, entry, FORM);
  return mapRecords(list, FORM.minimumRecord, (r, at, recordRva) => ({
    recordRva,
    handle: r.u64(at),
    typeName: file.string(r.u32(at + 8)),
    objectName: file.string(r.u32(at + 12)),
    attributes: r.u32(at + 16),
    grantedAccess: r.u32(at + 20),
    handleCount: r.u32(at + 24),
    pointerCount: r.u32(at + 28),
    objectInfo:
      list.stride >= DESCRIPTOR_2_SIZE && r.has(at, DESCRIPTOR_2_SIZE) ? readChain(file, r.u32(at + 32)) : [],
  }));
}

function readChain(file: DumpFile, first: number): HandleObjectInfo[] {
  const chain: HandleObjectInfo[] = [];
  const seen = new Set<number>();
  for (let rva = first; rva !== 0 && !seen.has(rva) && chain.length < MAX_CHAIN;) {
    seen.add(rva);
    const head = file.reader(rva, INFO_HEADER_SIZE);
    if (!head.has(0, INFO_HEADER_SIZE)) {
      file.problems.add(rva, 'information on a handle lies outside the file');
      break;
    }
    const type = head.u32(4);
    const location = { size: head.u32(8), rva: rva + INFO_HEADER_SIZE };
    const bytes = file.text(location.rva, Math.min(location.size, MAX_INFO));
    chain.push({ type, location, detail: parseHandleObjectInfo(type, bytes) });
    rva = head.u32(0);
  }
  return chain;
}
