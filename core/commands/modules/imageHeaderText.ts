import { ByteReader, decodeLatin1z, hex } from '../../bytes/index.ts';
import { formatFlat, formatTimestamp } from '../../output/index.ts';
import { type DebugEntry, type PeImage, type Section, parseCodeView } from '../../pe/index.ts';
import { dashed } from './debugEntryText.ts';
import {
  DIRECTORIES,
  dllCharacteristics,
  extendedDllCharacteristics,
  fileCharacteristics,
  machineName,
  sectionCharacteristics,
  subsystemName,
} from './imageNames.ts';

const IMAGE_FILE_DLL = 0x2000;
const DEBUG_DIRECTORY = 6;
/** What !dh calls the types of debug entries; others are shown by number. */
const DEBUG_WORDS: Readonly<Record<number, string>> = {
  1: 'coff',
  2: 'cv',
  3: 'fpo',
  4: 'misc',
  5: 'except',
  6: 'fixup',
  7: '-> src',
  8: 'src ->',
  9: 'borland',
  20: 'dllchar',
};
/** IMAGE_DEBUG_MISC: DataType, Length, Unicode and three bytes of padding stand before the name */
const MISC_NAME = 12;

/** File header, optional header and directories, as !dh prints them. */
export function fileHeaderLines(image: PeImage): string[] {
  const { file, optional: o } = image.headers;
  const isDll = (file.Characteristics & IMAGE_FILE_DLL) !== 0;
  return [
    `File Type: ${isDll ? 'DLL' : 'EXECUTABLE IMAGE'}`,
    'FILE HEADER VALUES',
    row(file.Machine, `machine (${machineName(file.Machine)})`),
    row(file.NumberOfSections, 'number of sections'),
    row(
      file.TimeDateStamp,
      image.reproducible
        ? 'time date stamp (reproducible build file hash)'
        : `time date stamp ${formatTimestamp(file.TimeDateStamp)}`,
    ),
    '',
    row(file.PointerToSymbolTable, 'file pointer to symbol table'),
    row(file.NumberOfSymbols, 'number of symbols'),
    row(file.SizeOfOptionalHeader, 'size of optional header'),
    row(file.Characteristics, 'characteristics'),
    ...indented(fileCharacteristics(file.Characteristics), 12),
    '',
    'OPTIONAL HEADER VALUES',
    row(o.Magic, 'magic #'),
    version(o.MajorLinkerVersion, o.MinorLinkerVersion, 'linker version'),
    row(o.SizeOfCode, 'size of code'),
    row(o.SizeOfInitializedData, 'size of initialized data'),
    row(o.SizeOfUninitializedData, 'size of uninitialized data'),
    row(o.AddressOfEntryPoint, 'address of entry point'),
    row(o.BaseOfCode, 'base of code'),
    '         ----- new -----',
    wide(image, o.ImageBase, 'image base'),
    row(o.SectionAlignment, 'section alignment'),
    row(o.FileAlignment, 'file alignment'),
    row(o.Subsystem, `subsystem (${subsystemName(o.Subsystem)})`),
    version(o.MajorOperatingSystemVersion, o.MinorOperatingSystemVersion, 'operating system version'),
    version(o.MajorImageVersion, o.MinorImageVersion, 'image version'),
    version(o.MajorSubsystemVersion, o.MinorSubsystemVersion, 'subsystem version'),
    row(o.SizeOfImage, 'size of image'),
    row(o.SizeOfHeaders, 'size of headers'),
    row(o.CheckSum, 'checksum'),
    wide(image, o.SizeOfStackReserve, 'size of stack reserve'),
    wide(image, o.SizeOfStackCommit, 'size of stack commit'),
    wide(image, o.SizeOfHeapReserve, 'size of heap reserve'),
    wide(image, o.SizeOfHeapCommit, 'size of heap commit'),
    row(o.DllCharacteristics, ' DLL characteristics'),
    ...indented(dllCharacteristics(o.DllCharacteristics), 12),
    ...image.directories.map(
      ({ rva, size }, i) => `${number(rva)} [${number(size)}] address [size] of ${DIRECTORIES[i]} Directory`,
    ),
  ];
}

/** Section headers; the debug directory follows the section that holds it. */
export function sectionLines(image: PeImage): string[] {
  const debugAt = image.directories[DEBUG_DIRECTORY]?.rva ?? 0;
  const holder = image.sectionAt(debugAt);
  const lines = image.sections.flatMap((section, i) => [
    ...sectionHeader(section, i + 1),
    '',
    ...(section === holder ? debugDirectoryLines(image) : []),
  ]);
  return holder ? lines : [...lines, ...debugDirectoryLines(image)];
}

function sectionHeader(s: Section, index: number): string[] {
  return [
    `SECTION HEADER #${hex(index).toUpperCase()}`,
    `${s.name.padStart(8)} name`,
    row(s.virtualSize, 'virtual size'),
    row(s.virtualAddress, 'virtual address'),
    row(s.rawSize, 'size of raw data'),
    row(s.rawOffset, 'file pointer to raw data'),
    row(s.relocationsOffset, 'file pointer to relocation table'),
    row(s.lineNumbersOffset, 'file pointer to line numbers'),
    row(s.relocationCount, 'number of relocations'),
    row(s.lineNumberCount, 'number of line numbers'),
    row(s.characteristics, 'flags'),
    ...indented(sectionCharacteristics(s.characteristics), 9),
  ];
}

/** The debug directory with a blank line before and after; nothing where there is none. */
export function debugDirectoryLines(image: PeImage): string[] {
  const entries = image.debugEntries;
  if (entries.length === 0) return [];
  const extended = entries.find((e) => e.typeName === 'EX_DLLCHARACTERISTICS');
  return [
    '',
    `Debug Directories(${entries.length})`,
    '\tType       Size     Address  Pointer',
    ...entries.map((entry) => debugRow(image, entry)),
    ...(extended ? extendedLines(image, extended) : []),
    '',
  ];
}

function debugRow(image: PeImage, entry: DebugEntry): string {
  const word = DEBUG_WORDS[entry.type] ?? `(${String(entry.type).padStart(6)})`;
  const columns = `${word.padEnd(7)}${lower(entry.size)}    ${lower(entry.rva)} ${lower(entry.fileOffset)}`;
  const format = debugFormat(image, entry);
  return `\t${columns}${format === undefined ? '' : `\t${format}`}`;
}

function debugFormat(image: PeImage, entry: DebugEntry): string | undefined {
  const bytes = entry.type === 2 || entry.type === 4 ? image.debugData(entry) : undefined;
  if (!bytes) return undefined;
  if (entry.type === 4) return `Image Name: ${decodeLatin1z(bytes.subarray(MISC_NAME))}`;
  const c = parseCodeView(bytes);
  if (!c) return undefined;
  return c.kind === 'rsds'
    ? `Format: RSDS, {${dashed(c.guid)}}, ${hex(c.age)}, ${c.pdb}`
    : `Format: NB10, ${hex(c.signature)}, ${hex(c.age)}, ${c.pdb}`;
}

function extendedLines(image: PeImage, entry: DebugEntry): string[] {
  const bytes = image.debugData(entry);
  if (!bytes || bytes.length < 4) return [];
  const value = new ByteReader(bytes).u32(0);
  return [
    '',
    `${hex(value, 8)} extended DLL characteristics`,
    ...indented(extendedDllCharacteristics(value), 10),
  ];
}

function number(value: number): string {
  return hex(value).toUpperCase().padStart(8);
}

function lower(value: number): string {
  return hex(value).padStart(8);
}

function row(value: number, words: string): string {
  return `${number(value)} ${words}`;
}

function wide(image: PeImage, value: bigint, words: string): string {
  return `${formatFlat(value, image.pointerSize)} ${words}`;
}

function version(major: number, minor: number, words: string): string {
  return `${String(major).padStart(5)}.${String(minor).padStart(2, '0')} ${words}`;
}

function indented(lines: readonly string[], by: number): string[] {
  return lines.map((line) => ' '.repeat(by) + line);
}
