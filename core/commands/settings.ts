import type { PublicSymbolUse, SymbolOptions } from '../symbols/index.ts';
import type { Session } from './session.ts';

/** Bits of `.symopt` that something here depends on (symbol-options.md, SymSetOptions). */
export const SYMOPT = {
  caseInsensitive: 0x1,
  undecorate: 0x2,
  deferredLoads: 0x4,
  noCpp: 0x8,
  loadLines: 0x10,
  loadAnything: 0x40,
  ignoreCodeView: 0x80,
  noUnqualifiedLoads: 0x100,
  exactSymbols: 0x400,
  absoluteSymbols: 0x800,
  publicsOnly: 0x4000,
  noPublics: 0x8000,
  autoPublics: 0x10000,
  noImageSearch: 0x20000,
  secure: 0x40000,
  noPrompts: 0x80000,
  overwrite: 0x100000,
  ignoreImageFolder: 0x200000,
  debug: 0x80000000,
} as const;

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
  /** `.typeopt` */
  typeOptions: number;
  /** `rm`: what r shows; undefined for the machine's own choice */
  registerMask?: number;
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

/** Makes a session that was opened beside another share its settings. */
export function shareSettings(session: Session, other: Session): void {
  settings.set(session, settingsOf(other));
  setSymbolOptions(session, settingsOf(other).symbolOptions);
}

/** Whether source lines are shown (`.lines`). */
export function showsLines(session: Session): boolean {
  return (settingsOf(session).symbolOptions & SYMOPT.loadLines) !== 0;
}

/** Sets `.symopt`'s bits, and with them how names are shown and what symbols of modules loaded from now on are. */
export function setSymbolOptions(session: Session, wanted: number): void {
  const settings = settingsOf(session);
  // secure mode cannot be left (activating-secure-mode.md)
  const bits = (wanted | (settings.symbolOptions & SYMOPT.secure)) >>> 0;
  const has = (bit: number): boolean => (bits & bit) !== 0;
  settings.symbolOptions = bits;
  const options: SymbolOptions = {
    caseSensitive: !has(SYMOPT.caseInsensitive),
    decorated: !has(SYMOPT.undecorate),
    withoutCpp: has(SYMOPT.noCpp),
    ignoreMismatch: has(SYMOPT.loadAnything),
    exact: has(SYMOPT.exactSymbols),
    ignoreCodeView: has(SYMOPT.ignoreCodeView),
    fetchImages: !has(SYMOPT.noImageSearch),
    ignoreImageFolder: has(SYMOPT.ignoreImageFolder),
    absolute: has(SYMOPT.absoluteSymbols),
    publics: publicsOf(has),
    loadedOnly: has(SYMOPT.noUnqualifiedLoads),
    offline: has(SYMOPT.secure),
  };
  Object.assign(session.symbols.options, options);
}

function publicsOf(has: (bit: number) => boolean): PublicSymbolUse {
  if (has(SYMOPT.publicsOnly)) return 'only';
  if (has(SYMOPT.noPublics)) return 'never';
  return has(SYMOPT.autoPublics) ? 'last' : 'too';
}
