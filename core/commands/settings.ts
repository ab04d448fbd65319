import type { Session } from './session.ts';

/** Bits of `.symopt` that something here depends on (symbol-options.md). */
export const SYMOPT = {
  deferredLoads: 0x4,
  loadLines: 0x10,
  loadAnything: 0x40,
  noUnqualifiedLoads: 0x100,
  debug: 0x80000000,
} as const;

/** All bits by dbghelp's names, in the order of the listing (dbghelp.h; symbol-options.md has the meaning of most). */
export const SYMBOL_OPTION_NAMES: readonly (readonly [bit: number, name: string])[] = [
  [0x1, 'SYMOPT_CASE_INSENSITIVE'],
  [0x2, 'SYMOPT_UNDNAME'],
  [0x4, 'SYMOPT_DEFERRED_LOADS'],
  [0x8, 'SYMOPT_NO_CPP'],
  [0x10, 'SYMOPT_LOAD_LINES'],
  [0x20, 'SYMOPT_OMAP_FIND_NEAREST'],
  [0x40, 'SYMOPT_LOAD_ANYTHING'],
  [0x80, 'SYMOPT_IGNORE_CVREC'],
  [0x100, 'SYMOPT_NO_UNQUALIFIED_LOADS'],
  [0x200, 'SYMOPT_FAIL_CRITICAL_ERRORS'],
  [0x400, 'SYMOPT_EXACT_SYMBOLS'],
  [0x800, 'SYMOPT_ALLOW_ABSOLUTE_SYMBOLS'],
  [0x1000, 'SYMOPT_IGNORE_NT_SYMPATH'],
  [0x2000, 'SYMOPT_INCLUDE_32BIT_MODULES'],
  [0x4000, 'SYMOPT_PUBLICS_ONLY'],
  [0x8000, 'SYMOPT_NO_PUBLICS'],
  [0x10000, 'SYMOPT_AUTO_PUBLICS'],
  [0x20000, 'SYMOPT_NO_IMAGE_SEARCH'],
  [0x40000, 'SYMOPT_SECURE'],
  [0x80000, 'SYMOPT_NO_PROMPTS'],
  [0x80000000, 'SYMOPT_DEBUG'],
];

/** Bits of `.typeopt`, by the names it takes for them. */
export const TYPEOPT = { uni: 1, longst: 2, radix: 4, size: 8 } as const;

/** Bits of the source options, by the letters of `l+` and `l-`. */
export const SOURCE_OPTION = { t: 1, l: 2, s: 4, o: 8 } as const;
export type SourceOption = keyof typeof SOURCE_OPTION;

/** WinDbg's own settings: "0x30237 in WinDbg", with source lines. */
export const DEFAULT_SYMOPT = 0x30237;

/** Settings that commands make and others heed, for one session. */
export interface SessionSettings {
  /** `.symopt`, 32 bits unsigned */
  symbolOptions: number;
  /** `!sym prompts`: shown and kept; nothing here ever asks for a password */
  symbolPrompts: boolean;
  /** `.typeopt` */
  typeOptions: number;
  /** `.srcpath` */
  sourcePath: string;
  /** `.srcnoisy`: 1 source files, 2 symbol files */
  noisySource: number;
  /** `l+t` and the like: bits of `SOURCE_OPTION` */
  sourceOptions: number;
  /** `lsp`: source lines before and behind the current one, at the prompt and for ls and lsa */
  promptLines: SourceWindow;
  listLines: SourceWindow;
}

export interface SourceWindow {
  readonly before: number;
  readonly total: number;
}

const settings = new WeakMap<Session, SessionSettings>();

/** The settings of a session; the same object at each call. */
export function settingsOf(session: Session): SessionSettings {
  let found = settings.get(session);
  if (!found) {
    found = {
      symbolOptions: DEFAULT_SYMOPT,
      symbolPrompts: false,
      typeOptions: 0,
      sourcePath: '',
      noisySource: 0,
      sourceOptions: 0,
      promptLines: { before: 0, total: 1 },
      listLines: { before: 4, total: 10 },
    };
    settings.set(session, found);
  }
  return found;
}

/** Whether source lines are shown (`.lines`). */
export function showsLines(session: Session): boolean {
  return (settingsOf(session).symbolOptions & SYMOPT.loadLines) !== 0;
}

/** Sets `.symopt`'s bits, and with them what the symbols of modules loaded from now on are chosen by. */
export function setSymbolOptions(session: Session, options: number): void {
  settingsOf(session).symbolOptions = options;
  session.symbols.options.ignoreMismatch = (options & SYMOPT.loadAnything) !== 0;
  session.symbols.options.loadedOnly = (options & SYMOPT.noUnqualifiedLoads) !== 0;
}
