/** Windows' own names for the numbers in a dump's header and system stream. */

/** MINIDUMP_TYPE (minidumpapiset.h), without its prefix `MiniDump`; index is the bit. */
const FLAG_NAMES = [
  'WithDataSegs',
  'WithFullMemory',
  'WithHandleData',
  'FilterMemory',
  'ScanMemory',
  'WithUnloadedModules',
  'WithIndirectlyReferencedMemory',
  'FilterModulePaths',
  'WithProcessThreadData',
  'WithPrivateReadWriteMemory',
  'WithoutOptionalData',
  'WithFullMemoryInfo',
  'WithThreadInfo',
  'WithCodeSegs',
  'WithoutAuxiliaryState',
  'WithFullAuxiliaryState',
  'WithPrivateWriteCopyMemory',
  'IgnoreInaccessibleMemory',
  'WithTokenInformation',
  'WithModuleHeaders',
  'FilterTriage',
  'WithAvxXStateContext',
  'WithIptTrace',
  'ScanInaccessiblePartialPages',
  'FilterWriteCombinedMemory',
];

export interface DumpFlag {
  readonly value: bigint;
  /** `MiniDumpWithFullMemory`; undefined for a bit that has no name */
  readonly name?: string;
}

/** The bits that are set in a dump's flags, the lowest first. */
export function dumpFlags(flags: bigint): DumpFlag[] {
  const set: DumpFlag[] = [];
  for (let bit = 0n; bit < 64n; bit++) {
    const value = 1n << bit;
    const name = FLAG_NAMES[Number(bit)];
    if (flags & value) set.push({ value, name: name && `MiniDump${name}` });
  }
  return set;
}

/** PROCESSOR_ARCHITECTURE_* (winnt.h). */
const ARCHITECTURES: Readonly<Record<number, string>> = {
  0: 'INTEL',
  1: 'MIPS',
  2: 'ALPHA',
  3: 'PPC',
  4: 'SHX',
  5: 'ARM',
  6: 'IA64',
  7: 'ALPHA64',
  8: 'MSIL',
  9: 'AMD64',
  10: 'IA32_ON_WIN64',
  12: 'ARM64',
  13: 'ARM32_ON_WIN64',
  14: 'IA32_ON_ARM64',
  0xffff: 'UNKNOWN',
};

export function architectureName(architecture: number): string | undefined {
  const name = ARCHITECTURES[architecture];
  return name && `PROCESSOR_ARCHITECTURE_${name}`;
}

/** VER_PLATFORM_* (winnt.h); above those, what Breakpad and Crashpad write for other systems. */
const PLATFORMS: Readonly<Record<number, string>> = {
  0: 'VER_PLATFORM_WIN32s',
  1: 'VER_PLATFORM_WIN32_WINDOWS',
  2: 'VER_PLATFORM_WIN32_NT',
  3: 'VER_PLATFORM_WIN32_HH',
  0x8000: 'Unix',
  0x8101: 'macOS',
  0x8102: 'iOS',
  0x8201: 'Linux',
  0x8202: 'Solaris',
  0x8203: 'Android',
  0x8204: 'PS3',
  0x8205: 'NaCl',
  0x8206: 'Fuchsia',
};

export function platformName(platformId: number): string | undefined {
  return PLATFORMS[platformId];
}

/** Breakpad's ids of other systems begin here (minidump_format.h). */
const FIRST_FOREIGN = 0x8000;

/** The system of a process that is none of Windows: Breakpad and Crashpad write dumps of others too. */
export function foreignSystem(platformId: number | undefined): string | undefined {
  return platformId !== undefined && platformId >= FIRST_FOREIGN
    ? (PLATFORMS[platformId] ?? 'an unknown system')
    : undefined;
}

/** VER_NT_* as the debugger prints it after "Product:". */
export function productName(productType: number): string | undefined {
  return [undefined, 'WinNt', 'LanManNt', 'Server'][productType];
}

/** VER_SUITE_* (winnt.h) as the debugger prints them after "suite:". */
const SUITES: readonly (readonly [number, string])[] = [
  [0x1, 'SmallBusiness'],
  [0x2, 'Enterprise'],
  [0x4, 'BackOffice'],
  [0x10, 'TerminalServer'],
  [0x40, 'EmbeddedNT'],
  [0x80, 'DataCenter'],
  [0x100, 'SingleUserTS'],
  [0x200, 'Personal'],
  [0x400, 'Blade'],
];

export function suiteNames(suiteMask: number): string[] {
  return SUITES.filter(([bit]) => suiteMask & bit).map(([, name]) => name);
}
