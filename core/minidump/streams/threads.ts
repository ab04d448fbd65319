import type { ByteReader } from '../../bytes/index.ts';
import { readLocation, type DirectoryEntry, type DumpFile, type Location } from '../dumpFile.ts';
import { mapRecords, readCountedList } from './recordList.ts';

/** MINIDUMP_MEMORY_DESCRIPTOR: a piece of memory and where the file has it. */
export interface MemoryDescriptor extends Location {
  readonly start: bigint;
}

/** MINIDUMP_THREAD, and of MINIDUMP_THREAD_EX the backing store. */
export interface ThreadRecord {
  /** file offset of the record */
  readonly recordRva: number;
  readonly id: number;
  readonly suspendCount: number;
  readonly priorityClass: number;
  readonly priority: number;
  readonly teb: bigint;
  readonly stack: MemoryDescriptor;
  readonly context: Location;
  /** Itanium's register stack */
  readonly backingStore?: MemoryDescriptor;
}

const THREAD_SIZE = 48;
const THREAD_EX_SIZE = 64;

function readThread(file: DumpFile, r: ByteReader, at: number, recordRva: number): ThreadRecord {
  return {
    recordRva,
    id: r.u32(at),
    suspendCount: r.u32(at + 4),
    priorityClass: r.u32(at + 8),
    priority: r.u32(at + 12),
    teb: file.address(r.u64(at + 16)),
    stack: readMemoryDescriptor(file, r, at + 24),
    context: readLocation(r, at + 40),
  };
}

/** A memory descriptor within a structure. */
function readMemoryDescriptor(file: DumpFile, r: ByteReader, at: number): MemoryDescriptor {
  return { start: file.address(r.u64(at)), ...readLocation(r, at + 8) };
}

/**
 * The threads of ThreadListStream and ThreadExListStream together, in the order of the first: a dump has one of them
 * as a rule. A thread in both keeps its record of the first and gains the backing store of the second.
 */
export function readThreads(
  file: DumpFile,
  list: DirectoryEntry | undefined,
  extended: DirectoryEntry | undefined,
): ThreadRecord[] {
  const plain = list
    ? mapRecords(readCountedList(file, list, THREAD_SIZE), THREAD_SIZE, (r, at, rva) =>
        readThread(file, r, at, rva),
      )
    : [];
  if (!extended) return plain;
  const wide = mapRecords(
    readCountedList(file, extended, THREAD_EX_SIZE),
    THREAD_EX_SIZE,
    (r, at, rva): ThreadRecord => ({
      ...readThread(file, r, at, rva),
      backingStore: readMemoryDescriptor(file, r, at + 48),
    }),
  );
  const byId = new Map(wide.map((t) => [t.id, t]));
  const known = new Set(plain.map((t) => t.id));
  return [
    ...plain.map((t) => ({ ...t, backingStore: byId.get(t.id)?.backingStore })),
    ...wide.filter((t) => !known.has(t.id)),
  ];
}
