import { ByteReader, decodeUtf8z } from '../bytes/index.ts';
import { BadFormat } from '../errors/index.ts';

/** IMAGE_DOS_HEADER, by Windows' names (winnt.h). */
export interface DosHeader {
  readonly e_magic: number;
  readonly e_cblp: number;
  readonly e_cp: number;
  readonly e_crlc: number;
  readonly e_cparhdr: number;
  readonly e_minalloc: number;
  readonly e_maxalloc: number;
  readonly e_ss: number;
  readonly e_sp: number;
  readonly e_csum: number;
  readonly e_ip: number;
  readonly e_cs: number;
  readonly e_lfarlc: number;
  readonly e_ovno: number;
  readonly e_oemid: number;
  readonly e_oeminfo: number;
  readonly e_lfanew: number;
}

/** IMAGE_FILE_HEADER. */
export interface FileHeader {
  readonly Machine: number;
  readonly NumberOfSections: number;
  readonly TimeDateStamp: number;
  readonly PointerToSymbolTable: number;
  readonly NumberOfSymbols: number;
  readonly SizeOfOptionalHeader: number;
  readonly Characteristics: number;
}

/** IMAGE_OPTIONAL_HEADER32 or 64 without its directories. Pointer-sized fields are bigint in both. */
export interface OptionalHeader {
  /** 0x10B: PE32, 0x20B: PE32+ */
  readonly Magic: number;
  readonly MajorLinkerVersion: number;
  readonly MinorLinkerVersion: number;
  readonly SizeOfCode: number;
  readonly SizeOfInitializedData: number;
  readonly SizeOfUninitializedData: number;
  readonly AddressOfEntryPoint: number;
  readonly BaseOfCode: number;
  /** only in PE32 */
  readonly BaseOfData?: number;
  readonly ImageBase: bigint;
  readonly SectionAlignment: number;
  readonly FileAlignment: number;
  readonly MajorOperatingSystemVersion: number;
  readonly MinorOperatingSystemVersion: number;
  readonly MajorImageVersion: number;
  readonly MinorImageVersion: number;
  readonly MajorSubsystemVersion: number;
  readonly MinorSubsystemVersion: number;
  readonly Win32VersionValue: number;
  readonly SizeOfImage: number;
  readonly SizeOfHeaders: number;
  readonly CheckSum: number;
  readonly Subsystem: number;
  readonly DllCharacteristics: number;
  readonly SizeOfStackReserve: bigint;
  readonly SizeOfStackCommit: bigint;
  readonly SizeOfHeapReserve: bigint;
  readonly SizeOfHeapCommit: bigint;
  readonly LoaderFlags: number;
  readonly NumberOfRvaAndSizes: number;
}

/** One IMAGE_DATA_DIRECTORY; both 0 where the image has none. */
export interface DataDirectory {
  readonly rva: number;
  readonly size: number;
}

/** One IMAGE_SECTION_HEADER. Offsets and sizes in bytes; `virtualAddress` is an RVA. */
export interface Section {
  readonly name: string;
  readonly virtualAddress: number;
  readonly virtualSize: number;
  readonly rawOffset: number;
  readonly rawSize: number;
  readonly characteristics: number;
  readonly relocationsOffset: number;
  readonly lineNumbersOffset: number;
  readonly relocationCount: number;
  readonly lineNumberCount: number;
}

export interface PeHeaders {
  readonly dos: DosHeader;
  readonly file: FileHeader;
  readonly optional: OptionalHeader;
}

export interface ParsedHeaders {
  readonly headers: PeHeaders;
  /** always 16; those that the image does not have are 0, 0 */
  readonly directories: readonly DataDirectory[];
  readonly sections: readonly Section[];
  readonly problems: readonly string[];
}

/** Gives up to `length` bytes at an offset from the image's first byte: file offset and RVA are the same in headers. */
export type HeaderRead = (offset: number, length: number) => Uint8Array;

const DOS_HEADER_SIZE = 64;
const FILE_HEADER_SIZE = 20;
const SECTION_HEADER_SIZE = 40;
const DIRECTORY_COUNT = 16;
/** The loader takes 96 sections (PE Format, "COFF File Header"); later Windows more, but no linker makes so many. */
const MAX_SECTIONS = 1024;

/**
 * Reads DOS, file and optional header, data directories and the section table (PE Format, MS). Throws `BadFormat`
 * where there is no PE header; what is missing after that is named in `problems`.
 */
export function parseHeaders(read: HeaderRead): ParsedHeaders {
  const dosBytes = read(0, DOS_HEADER_SIZE);
  if (dosBytes.length < DOS_HEADER_SIZE || dosBytes[0] !== 0x4d || dosBytes[1] !== 0x5a) {
    throw new BadFormat('not a PE image: no MZ header');
  }
  const dos = parseDosHeader(new ByteReader(dosBytes));
  const peOffset = dos.e_lfanew;
  const start = new ByteReader(read(peOffset, 4 + FILE_HEADER_SIZE));
  if (start.length < 4 + FILE_HEADER_SIZE || start.u32(0) !== 0x4550) {
    throw new BadFormat(`not a PE image: no PE signature at offset 0x${peOffset.toString(16)}`);
  }
  const file = parseFileHeader(start, 4);
  const optionalOffset = peOffset + 4 + FILE_HEADER_SIZE;
  // a linker may declare a short optional header; the loader reads the standard fields wherever they end
  const optionalBytes = new ByteReader(read(optionalOffset, Math.max(file.SizeOfOptionalHeader, 240)));
  const magic = optionalBytes.has(0, 2) ? optionalBytes.u16(0) : 0;
  if (magic !== 0x10b && magic !== 0x20b) {
    throw new BadFormat(`not a PE image: optional header magic is 0x${magic.toString(16)}`);
  }
  const directoriesAt = magic === 0x20b ? 112 : 96;
  if (!optionalBytes.has(0, directoriesAt))
    throw new BadFormat('not a PE image: optional header is cut short');
  const optional = parseOptionalHeader(optionalBytes);
  const problems: string[] = [];
  const directories = parseDirectories(optionalBytes, directoriesAt, optional.NumberOfRvaAndSizes, problems);
  const sections = parseSections(
    read,
    optionalOffset + file.SizeOfOptionalHeader,
    file.NumberOfSections,
    problems,
  );
  return { headers: { dos, file, optional }, directories, sections, problems };
}

function parseDosHeader(r: ByteReader): DosHeader {
  return {
    e_magic: r.u16(0),
    e_cblp: r.u16(2),
    e_cp: r.u16(4),
    e_crlc: r.u16(6),
    e_cparhdr: r.u16(8),
    e_minalloc: r.u16(10),
    e_maxalloc: r.u16(12),
    e_ss: r.u16(14),
    e_sp: r.u16(16),
    e_csum: r.u16(18),
    e_ip: r.u16(20),
    e_cs: r.u16(22),
    e_lfarlc: r.u16(24),
    e_ovno: r.u16(26),
    e_oemid: r.u16(36),
    e_oeminfo: r.u16(38),
    e_lfanew: r.u32(60),
  };
}

function parseFileHeader(r: ByteReader, at: number): FileHeader {
  return {
    Machine: r.u16(at),
    NumberOfSections: r.u16(at + 2),
    TimeDateStamp: r.u32(at + 4),
    PointerToSymbolTable: r.u32(at + 8),
    NumberOfSymbols: r.u32(at + 12),
    SizeOfOptionalHeader: r.u16(at + 16),
    Characteristics: r.u16(at + 18),
  };
}

function parseOptionalHeader(r: ByteReader): OptionalHeader {
  const is64 = r.u16(0) === 0x20b;
  const pointer = is64 ? 8 : 4;
  const tail = 72 + 4 * pointer;
  return {
    Magic: r.u16(0),
    MajorLinkerVersion: r.u8(2),
    MinorLinkerVersion: r.u8(3),
    SizeOfCode: r.u32(4),
    SizeOfInitializedData: r.u32(8),
    SizeOfUninitializedData: r.u32(12),
    AddressOfEntryPoint: r.u32(16),
    BaseOfCode: r.u32(20),
    BaseOfData: is64 ? undefined : r.u32(24),
    ImageBase: is64 ? r.u64(24) : BigInt(r.u32(28)),
    SectionAlignment: r.u32(32),
    FileAlignment: r.u32(36),
    MajorOperatingSystemVersion: r.u16(40),
    MinorOperatingSystemVersion: r.u16(42),
    MajorImageVersion: r.u16(44),
    MinorImageVersion: r.u16(46),
    MajorSubsystemVersion: r.u16(48),
    MinorSubsystemVersion: r.u16(50),
    Win32VersionValue: r.u32(52),
    SizeOfImage: r.u32(56),
    SizeOfHeaders: r.u32(60),
    CheckSum: r.u32(64),
    Subsystem: r.u16(68),
    DllCharacteristics: r.u16(70),
    SizeOfStackReserve: r.pointer(72, pointer),
    SizeOfStackCommit: r.pointer(72 + pointer, pointer),
    SizeOfHeapReserve: r.pointer(72 + 2 * pointer, pointer),
    SizeOfHeapCommit: r.pointer(72 + 3 * pointer, pointer),
    LoaderFlags: r.u32(tail),
    NumberOfRvaAndSizes: r.u32(tail + 4),
  };
}

function parseDirectories(r: ByteReader, at: number, count: number, problems: string[]): DataDirectory[] {
  const directories: DataDirectory[] = [];
  for (let i = 0; i < DIRECTORY_COUNT; i++) {
    const offset = at + 8 * i;
    const present = i < count && r.has(offset, 8);
    if (i < count && !present) problems.push(`data directory ${i} is not there`);
    directories.push(present ? { rva: r.u32(offset), size: r.u32(offset + 4) } : { rva: 0, size: 0 });
  }
  return directories;
}

function parseSections(read: HeaderRead, offset: number, declared: number, problems: string[]): Section[] {
  const count = Math.min(declared, MAX_SECTIONS);
  if (count < declared) problems.push(`${declared} sections declared, the first ${count} are read`);
  const r = new ByteReader(read(offset, count * SECTION_HEADER_SIZE));
  const sections: Section[] = [];
  for (let i = 0; i < count; i++) {
    const at = i * SECTION_HEADER_SIZE;
    if (!r.has(at, SECTION_HEADER_SIZE)) {
      problems.push(`section table is cut short after ${i} of ${declared} sections`);
      break;
    }
    sections.push({
      // eight bytes of UTF-8, padded with NULs; a name of eight has none
      name: decodeUtf8z(r.slice(at, 8)),
      virtualSize: r.u32(at + 8),
      virtualAddress: r.u32(at + 12),
      rawSize: r.u32(at + 16),
      rawOffset: r.u32(at + 20),
      relocationsOffset: r.u32(at + 24),
      lineNumbersOffset: r.u32(at + 28),
      relocationCount: r.u16(at + 32),
      lineNumberCount: r.u16(at + 34),
      characteristics: r.u32(at + 36),
    });
  }
  return sections;
}
