import type { Session } from './session.ts';

/** Bits of `.symopt` that something here depends on (symbol-options.md). */
export const SYMOPT = {
  loadLines: 0x10,
  loadAnything: 0x40,
  publicsOnly: 0x4000,
  debug: 0x80000000,
} as const;

/** Bits of `.typeopt`, by the names it takes for them. */
export const TYPEOPT = { uni: 1, longst: 2, radix: 4, size: 8 } as const;

/** WinDbg's own settings: "0x30237 in WinDbg", with source lines. */
const DEFAULT_SYMOPT = 0x30237;

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
  /** `l+t`, `l+l`, `l+s`, `l+o`: 1, 2, 4, 8 */
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
