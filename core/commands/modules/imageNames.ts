/**
 * The words that !dh, !lmi and our own commands use for the numbers in image headers. Numbers are those of winnt.h
 * (PE Format); the words those of the debugger.
 */

/** IMAGE_FILE_MACHINE_* */
const MACHINES: Readonly<Record<number, string>> = {
  0x14c: 'i386',
  0x1c0: 'ARM',
  0x1c4: 'ARMNT',
  0x200: 'IA64',
  0x8664: 'X64',
  0xa641: 'ARM64EC',
  0xa64e: 'ARM64X',
  0xaa64: 'ARM64',
};

/** IMAGE_SUBSYSTEM_* */
const SUBSYSTEMS: Readonly<Record<number, string>> = {
  1: 'Native',
  2: 'Windows GUI',
  3: 'Windows CUI',
  5: 'OS/2 CUI',
  7: 'Posix CUI',
  9: 'Windows CE GUI',
  10: 'EFI Application',
  11: 'EFI Boot Service Driver',
  12: 'EFI Runtime Driver',
  13: 'EFI ROM',
  14: 'Xbox',
  16: 'Boot Application',
};

/** A flag's bit and its word. */
type Flag = readonly [bit: number, word: string];

/** IMAGE_FILE_* */
const FILE_CHARACTERISTICS: readonly Flag[] = [
  [0x1, 'Relocations stripped'],
  [0x2, 'Executable'],
  [0x4, 'Line numbers stripped'],
  [0x8, 'Symbols stripped'],
  [0x10, 'Aggressively trim working set'],
  [0x20, 'App can handle >2gb addresses'],
  [0x80, 'Bytes reversed'],
  [0x100, '32 bit word machine'],
  [0x200, 'Debug information stripped'],
  [0x400, 'Run from swap if image is on removable media'],
  [0x800, 'Run from swap if image is on the net'],
  [0x1000, 'System'],
  [0x2000, 'DLL'],
  [0x4000, 'Uniprocessor only'],
  [0x8000, 'Bytes reversed'],
];

/** IMAGE_DLLCHARACTERISTICS_* */
const DLL_CHARACTERISTICS: readonly Flag[] = [
  [0x20, 'High entropy VA supported'],
  [0x40, 'Dynamic base'],
  [0x80, 'Check integrity'],
  [0x100, 'NX compatible'],
  [0x200, 'Isolation disabled'],
  [0x400, 'No structured exception handler'],
  [0x800, 'Do not bind'],
  [0x1000, 'AppContainer executable'],
  [0x2000, 'WDM driver'],
  [0x4000, 'Guard'],
  [0x8000, 'Terminal server aware'],
];

/** IMAGE_DLLCHARACTERISTICS_EX_* */
const EXTENDED_DLL_CHARACTERISTICS: readonly Flag[] = [
  [0x1, 'CET compatible'],
  [0x2, 'CET strict mode'],
  [0x4, 'CET set context IP validation relaxed mode'],
  [0x8, 'CET dynamic APIs allowed in process only'],
  [0x40, 'Forward CFI compatible'],
  [0x80, 'Hot patch compatible'],
];

/** IMAGE_SCN_* up to the access bits */
const SECTION_CONTENTS: readonly Flag[] = [
  [0x8, 'No pad'],
  [0x20, 'Code'],
  [0x40, 'Initialized Data'],
  [0x80, 'Uninitialized Data'],
  [0x200, 'Info'],
  [0x800, 'Remove'],
  [0x1000, 'Communal'],
  [0x8000, 'GP relative'],
  [0x1000000, 'Extended relocations'],
  [0x2000000, 'Discardable'],
  [0x4000000, 'Not Cached'],
  [0x8000000, 'Not Paged'],
  [0x10000000, 'Shared'],
];

const SECTION_ACCESS: readonly Flag[] = [
  [0x20000000, 'Execute'],
  [0x40000000, 'Read'],
  [0x80000000, 'Write'],
];

/** The data directories, in their order. */
export const DIRECTORIES: readonly string[] = [
  'Export',
  'Import',
  'Resource',
  'Exception',
  'Security',
  'Base Relocation',
  'Debug',
  'Description',
  'Special',
  'Thread Storage',
  'Load Configuration',
  'Bound Import',
  'Import Address Table',
  'Delay Import',
  'COR20 Header',
  'Reserved',
];

export function machineName(machine: number): string {
  return MACHINES[machine] ?? 'unknown';
}

export function subsystemName(subsystem: number): string {
  return SUBSYSTEMS[subsystem] ?? 'Unknown';
}

export function fileCharacteristics(value: number): string[] {
  return words(FILE_CHARACTERISTICS, value);
}

export function dllCharacteristics(value: number): string[] {
  return words(DLL_CHARACTERISTICS, value);
}

export function extendedDllCharacteristics(value: number): string[] {
  return words(EXTENDED_DLL_CHARACTERISTICS, value);
}

/** What !dh lists under a section's flags: contents, alignment, access. */
export function sectionCharacteristics(value: number): string[] {
  // IMAGE_SCN_ALIGN_*: the power of two plus one, in object files only
  const alignment = (value >>> 20) & 0xf;
  const align = alignment === 0 ? '(no align specified)' : `${2 ** (alignment - 1)} byte align`;
  return [...words(SECTION_CONTENTS, value), align, sectionAccess(value)];
}

/** `Execute Read`, `Read Only`, `Read Write`. */
export function sectionAccess(value: number): string {
  const access = words(SECTION_ACCESS, value).join(' ');
  if (access === 'Read' || access === 'Write') return `${access} Only`;
  return access === '' ? 'No Access' : access;
}

function words(flags: readonly Flag[], value: number): string[] {
  return flags.filter(([bit]) => value & bit).map(([, word]) => word);
}
