import { ByteReader, hex } from '../../bytes/index.ts';
import type { FixedFileInfo, PeImage, VersionStrings } from '../../pe/index.ts';
import type { Module } from '../../target/index.ts';
import type { ModuleSymbolStatus } from './symbolStatus.ts';
import { describeTimestamp } from './timestamp.ts';

const COR20_DIRECTORY = 14;
/** IMAGE_COR20_HEADER.Flags and COMIMAGE_FLAGS_TRACKDEBUGDATA (corhdr.h) */
const COR20_FLAGS_OFFSET = 16;
const COR20_TRACK_DEBUG_DATA = 0x10000;

/** The order in which lmv shows the strings of the version resource. */
const STRINGS = [
  'CompanyName',
  'ProductName',
  'InternalName',
  'OriginalFilename',
  'ProductVersion',
  'FileVersion',
  'PrivateBuild',
  'SpecialBuild',
  'FileDescription',
  'LegalCopyright',
  'LegalTrademarks',
  'Comments',
];

/** VS_FF_* (verrsrc.h) as lmv names them. */
const FILE_FLAGS: readonly (readonly [number, string])[] = [
  [0x1, 'Debug'],
  [0x2, 'Pre-release'],
  [0x4, 'Patched'],
  [0x8, 'Private'],
  [0x10, 'Info inferred'],
  [0x20, 'Special'],
];
/** VOS_*: the high half is the system, the low half what runs on it */
const SYSTEMS = ['Unknown', 'DOS', 'OS/2 16-bit', 'OS/2 32-bit', 'NT', 'Windows CE'];
const ENVIRONMENTS = ['Base', 'Win16', 'PM-16', 'PM-32', 'Win32'];
/** VFT_* */
const FILE_TYPES = ['Unknown', 'App', 'Dll', 'Driver', 'Font', 'VxD', 'Unknown', 'Static library'];

/** The lines that `lmv` puts under a module, without their indentation. What is unknown is left out. */
export function moduleDetails(module: Module, symbols: ModuleSymbolStatus): string[] {
  const { image } = module;
  const lines: string[] = [];
  if (symbols.status !== 'deferred') lines.push(`Loaded symbol image file: ${module.fileName}`);
  lines.push(`Image path: ${module.path}`, `Image name: ${module.fileName}`);
  if (image?.reproducible) lines.push('Image was built with /Brepro flag.');
  const clr = image && clrLine(image);
  if (clr) lines.push(clr);
  lines.push(
    field('Timestamp', describeTimestamp(module.timestamp, image?.reproducible ?? false)),
    field('CheckSum', hex(module.checksum, 8).toUpperCase()),
    field('ImageSize', hex(module.size, 8).toUpperCase()),
  );
  if (module.version) lines.push(...versionLines(module.version));
  const resource = image?.versionResource();
  if (resource && resource.translations.length > 0) {
    const pairs = resource.translations.map((t) => `${hex(t.language, 4)}.${hex(t.codePage, 4)}`);
    lines.push(field('Translations', pairs.join(' ')));
  }
  const strings = resource?.tables[0];
  if (strings) lines.push('Information from resource tables:', ...stringLines(strings));
  return lines;
}

/** The version resource's fixed part, as lmv shows it. */
function versionLines(v: FixedFileInfo): string[] {
  const flags = FILE_FLAGS.filter(([bit]) => v.flags & bit).map(([, name]) => ` ${name}`);
  const system = SYSTEMS[v.os >>> 16] ?? 'Unknown';
  const environment = ENVIRONMENTS[v.os & 0xffff] ?? 'Unknown';
  const type = FILE_TYPES[v.type] ?? 'Unknown';
  const date = hex(v.date, 16);
  return [
    field('File version', v.fileVersion.join('.')),
    field('Product version', v.productVersion.join('.')),
    field(
      'File flags',
      `${hex(v.flags).toUpperCase()} (Mask ${hex(v.flagsMask).toUpperCase()})${flags.join('')}`,
    ),
    field('File OS', `${hex(v.os).toUpperCase()} ${system} ${environment}`),
    field('File type', `${hex(v.type).toUpperCase()}.${hex(v.subtype).toUpperCase()} ${type}`),
    field('File date', `${date.slice(0, 8)}.${date.slice(8)}`),
  ];
}

function stringLines({ strings }: VersionStrings): string[] {
  return STRINGS.flatMap((name) => {
    const value = strings.get(name);
    return value ? [`    ${field(name, value)}`] : [];
  });
}

function clrLine(image: PeImage): string | undefined {
  const directory = image.directories[COR20_DIRECTORY];
  if (!directory?.rva) return undefined;
  const flags = image.read(directory.rva + COR20_FLAGS_OFFSET, 4);
  if (!flags) return 'Has CLR image header';
  const tracked = (new ByteReader(flags).u32(0) & COR20_TRACK_DEBUG_DATA) !== 0;
  return `Has CLR image header, track-debug-data flag ${tracked ? '' : 'not '}set`;
}

function field(name: string, value: string): string {
  return `${name}:`.padEnd(18) + value;
}
