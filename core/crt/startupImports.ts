/**
 * What the start-up code and the file, locale and thread parts of every statically linked Visual C++ runtime import from
 * kernel32, a group for each need. Runtimes of 2008 to 2019, x86, x64 and ARM64, have 12 or 13 of them (sample images);
 * DLLs that use a Win32 heap without a C runtime have two or three.
 */
const NEEDS: readonly (readonly string[])[] = [
  ['GetStdHandle'],
  ['GetFileType'],
  ['GetStartupInfoA', 'GetStartupInfoW'],
  ['GetCPInfo'],
  ['GetACP'],
  ['GetOEMCP'],
  ['IsValidCodePage'],
  ['FreeEnvironmentStringsA', 'FreeEnvironmentStringsW'],
  ['GetStringTypeA', 'GetStringTypeW'],
  ['LCMapStringA', 'LCMapStringW', 'LCMapStringEx'],
  ['RtlUnwind', 'RtlUnwindEx'],
  ['SetHandleCount', 'InitializeSListHead'],
  ['TlsAlloc', 'FlsAlloc'],
];

/** Needs that make a static runtime certain: more than a program's own code has by chance. */
const ENOUGH = 9;

/** How much of a static runtime's start-up code an image's imports show. */
export interface StartupImports {
  readonly found: number;
  readonly of: number;
  readonly enough: boolean;
}

export function startupImports(names: ReadonlySet<string>): StartupImports {
  const found = NEEDS.filter((need) => need.some((name) => names.has(name))).length;
  return { found, of: NEEDS.length, enough: found >= ENOUGH };
}
