import type { ByteReader } from '../../bytes/index.ts';
import type { CodeView, FixedFileInfo } from '../../pe/index.ts';
import { readLocation, type DirectoryEntry, type DumpFile, type Location } from '../dumpFile.ts';
import { parseCvRecord } from './codeViewRecord.ts';
import { mapRecords, readCountedList } from './recordList.ts';

/** MINIDUMP_MODULE. */
export interface ModuleRecord {
  /** file offset of the record */
  readonly recordRva: number;
  readonly base: bigint;
  /** SizeOfImage, bytes */
  readonly size: number;
  readonly checksum: number;
  readonly timestamp: number;
  readonly name: string;
  readonly nameRva: number;
  /** absent where the record holds none: its signature is checked */
  readonly version?: FixedFileInfo;
  readonly cvRecord: Location;
  readonly codeView?: CodeView;
  /** of an ELF module (Breakpad on other systems) */
  readonly buildId?: Uint8Array;
  readonly miscRecord: Location;
}

const MODULE_SIZE = 108;
const VERSION_OFFSET = 24;
const VS_FFI_SIGNATURE = 0xfeef04bd;
/** An RSDS record is 24 bytes and a path; Windows' paths end at 32 Ki characters, a linker's well before. */
const MAX_CV_RECORD = 0x4000;

/** The module list as it is written: nothing is sorted, merged or left out. */
export function readModules(file: DumpFile, entry: DirectoryEntry): ModuleRecord[] {
  return mapRecords(readCountedList(file, entry, MODULE_SIZE), MODULE_SIZE, (r, at, recordRva) => {
    const nameRva = r.u32(at + 20);
    const cvRecord = readLocation(r, at + 76);
    const cv =
      cvRecord.size > 0 ? file.text(cvRecord.rva, Math.min(cvRecord.size, MAX_CV_RECORD)) : undefined;
    return {
      recordRva,
      base: file.address(r.u64(at)),
      size: r.u32(at + 8),
      checksum: r.u32(at + 12),
      timestamp: r.u32(at + 16),
      name: file.string(nameRva),
      nameRva,
      version: readFixedFileInfo(r, at + VERSION_OFFSET),
      cvRecord,
      ...(cv && parseCvRecord(cv)),
      miscRecord: readLocation(r, at + 84),
    };
  });
}

/** VS_FIXEDFILEINFO (verrsrc.h), or undefined without its signature. */
function readFixedFileInfo(r: ByteReader, at: number): FixedFileInfo | undefined {
  if (r.u32(at) !== VS_FFI_SIGNATURE) return undefined;
  const quad = (o: number): readonly [number, number, number, number] => [
    r.u16(o + 2),
    r.u16(o),
    r.u16(o + 6),
    r.u16(o + 4),
  ];
  return {
    fileVersion: quad(at + 8),
    productVersion: quad(at + 16),
    flagsMask: r.u32(at + 24),
    flags: r.u32(at + 28),
    os: r.u32(at + 32),
    type: r.u32(at + 36),
    subtype: r.u32(at + 40),
    date: (BigInt(r.u32(at + 44)) << 32n) | BigInt(r.u32(at + 48)),
  };
}
