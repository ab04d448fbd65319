import type { DirectoryEntry, DumpFile } from './dumpFile.ts';
import { streamTypeName } from './streamTypes.ts';

/** 'MDMP' */
export const MINIDUMP_SIGNATURE = 0x504d444d;
/** The low word of `version`; the high word belongs to the writer. */
const MINIDUMP_VERSION = 0xa793;
export const HEADER_SIZE = 32;
const ENTRY_SIZE = 12;
/** Windows writes a dozen entries, with user streams perhaps a hundred. */
const MAX_STREAMS = 4096;

/** MINIDUMP_HEADER. */
export interface MinidumpHeader {
  readonly signature: number;
  /** low word of Version: 0xa793 */
  readonly version: number;
  /** high word of Version: the writer's own */
  readonly implementationVersion: number;
  readonly streamCount: number;
  readonly directoryRva: number;
  readonly checksum: number;
  /** seconds since 1970, UTC */
  readonly timestamp: number;
  /** MINIDUMP_TYPE */
  readonly flags: bigint;
}

/** Reads the header of a file that is known to start with the signature and to be 32 bytes long at least. */
export function readHeader(file: DumpFile): MinidumpHeader {
  const r = file.reader(0, HEADER_SIZE);
  const version = r.u32(4);
  if ((version & 0xffff) !== MINIDUMP_VERSION) {
    file.problems.add(
      4,
      `the version is 0x${(version & 0xffff).toString(16)}, not 0x${MINIDUMP_VERSION.toString(16)}`,
    );
  }
  return {
    signature: r.u32(0),
    version: version & 0xffff,
    implementationVersion: version >>> 16,
    streamCount: r.u32(8),
    directoryRva: r.u32(12),
    checksum: r.u32(16),
    timestamp: r.u32(20),
    flags: r.u64(24),
  };
}

/** The entries that are in the file, at most `MAX_STREAMS`. */
export function readDirectory(file: DumpFile, header: MinidumpHeader): DirectoryEntry[] {
  const { directoryRva, streamCount } = header;
  const fit = Math.max(0, Math.floor((file.size - directoryRva) / ENTRY_SIZE));
  const count = Math.min(streamCount, fit, MAX_STREAMS);
  if (count < streamCount) {
    file.problems.add(
      directoryRva,
      `the stream directory has ${count} of the ${streamCount} entries it claims`,
    );
  }
  const r = file.reader(directoryRva, count * ENTRY_SIZE);
  const entries: DirectoryEntry[] = [];
  for (let index = 0; index < count && r.has(index * ENTRY_SIZE, ENTRY_SIZE); index++) {
    const at = index * ENTRY_SIZE;
    const type = r.u32(at);
    entries.push({ index, type, name: streamTypeName(type), size: r.u32(at + 4), rva: r.u32(at + 8) });
  }
  return entries;
}
