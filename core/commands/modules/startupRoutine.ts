import { ByteReader } from '../../bytes/index.ts';
import type { PeImage } from '../../pe/index.ts';

/** What Visual C++'s linker calls the entry points of its C runtime (/ENTRY in the linker's documentation). */
export type StartupRoutine =
  'mainCRTStartup' | 'wmainCRTStartup' | 'WinMainCRTStartup' | 'wWinMainCRTStartup' | '_DllMainCRTStartup';

/** What an entry point's code tells of its start-up routine. */
export interface StartupGuess {
  /** those that it can be: one, or two where nothing tells wide from narrow */
  readonly candidates: readonly StartupRoutine[];
  readonly evidence: string;
}

const IMAGE_FILE_DLL = 0x2000;
const SUBSYSTEM_GUI = 2;
/** __security_init_cookie compares the cookie with its initial value: 0xBB40E64E, 0x00002B992DDFA232 on 64 bits */
const INITIAL_COOKIE_32 = [0x4e, 0xe6, 0x40, 0xbb];
const INITIAL_COOKIE_64 = [0x32, 0xa2, 0xdf, 0x2d, 0x99, 0x2b];
/** How far into __security_init_cookie that constant stands at most. */
const COOKIE_CODE = 0x80;
/** The entry routine is a few instructions: the call of __security_init_cookie is among its first bytes. */
const ENTRY_CODE = 0x60;

/** Functions that only the wide or only the narrow start-up code imports from its C runtime. */
const WIDE_IMPORTS = new Set([
  '__wgetmainargs',
  '_configure_wide_argv',
  '_initialize_wide_environment',
  '_wcmdln',
  '_get_wide_winmain_command_line',
]);
const NARROW_IMPORTS = new Set([
  '__getmainargs',
  '_configure_narrow_argv',
  '_initialize_narrow_environment',
  '_acmdln',
  '_get_narrow_winmain_command_line',
]);

/**
 * Recognises Visual C++'s start-up code without symbols: since 2005 the entry point first calls
 * __security_init_cookie, whose code holds the cookie's initial value. Header and imports tell which of the routines
 * it is. Undefined for other compilers, older ones, and /GS-.
 */
export function guessStartup(image: PeImage): StartupGuess | undefined {
  const cookie = image.is64 ? INITIAL_COOKIE_64 : INITIAL_COOKIE_32;
  const target = callTargets(image).find((rva) => holds(image.readUpTo(rva, COOKIE_CODE), cookie));
  if (target === undefined) return undefined;
  const evidence = 'calls __security_init_cookie';
  if (image.characteristics & IMAGE_FILE_DLL) return { candidates: ['_DllMainCRTStartup'], evidence };
  const gui = image.subsystem === SUBSYSTEM_GUI;
  const narrow: StartupRoutine = gui ? 'WinMainCRTStartup' : 'mainCRTStartup';
  const wide: StartupRoutine = gui ? 'wWinMainCRTStartup' : 'wmainCRTStartup';
  const names = new Set(image.imports().flatMap((dll) => dll.entries.map((e) => e.name ?? '')));
  const isWide = [...WIDE_IMPORTS].find((name) => names.has(name));
  const isNarrow = [...NARROW_IMPORTS].find((name) => names.has(name));
  if (isWide !== undefined && isNarrow === undefined)
    return { candidates: [wide], evidence: `${evidence}, imports ${isWide}` };
  if (isNarrow !== undefined && isWide === undefined)
    return { candidates: [narrow], evidence: `${evidence}, imports ${isNarrow}` };
  return { candidates: [narrow, wide], evidence };
}

/** Where the direct calls (E8) near the entry point lead. x86 and x64 have the same form. */
function callTargets(image: PeImage): number[] {
  const code = image.readUpTo(image.entryPoint, ENTRY_CODE);
  const r = new ByteReader(code);
  const targets: number[] = [];
  for (let at = 0; r.has(at, 5); at++) {
    if (r.u8(at) !== 0xe8) continue;
    const target = image.entryPoint + at + 5 + r.i32(at + 1);
    if (target > 0 && target < image.sizeOfImage) targets.push(target, ...jumpTarget(image, target));
  }
  return targets;
}

/** Incremental linking calls through a table of jumps (E9). */
function jumpTarget(image: PeImage, rva: number): number[] {
  const r = new ByteReader(image.readUpTo(rva, 5));
  return r.has(0, 5) && r.u8(0) === 0xe9 ? [rva + 5 + r.i32(1)] : [];
}

function holds(code: Uint8Array, wanted: readonly number[]): boolean {
  for (let at = 0; at + wanted.length <= code.length; at++) {
    if (wanted.every((byte, i) => code[at + i] === byte)) return true;
  }
  return false;
}
