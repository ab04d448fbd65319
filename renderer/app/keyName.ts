/** What of a key press tells which key it is. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/**
 * A key press as actions name it: `Ctrl+Shift+K`. On a Mac Command counts as Ctrl, and its Control, which edits text
 * there, as `Control`. Shift is told with letters, digits and named keys only: other characters are what it made.
 */
export function keyName(event: KeyPress, isMac: boolean): string {
  const { ctrlKey, metaKey, altKey, shiftKey, key } = event;
  const name = nameOf(event);
  const parts = [
    (isMac ? metaKey : ctrlKey || metaKey) ? 'Ctrl' : '',
    isMac && ctrlKey ? 'Control' : '',
    altKey ? 'Alt' : '',
    shiftKey && (key.length > 1 || /^[A-Z0-9]$/.test(name)) ? 'Shift' : '',
    name,
  ];
  return parts.filter((p) => p !== '').join('+');
}

function nameOf({ key, code, altKey, metaKey }: KeyPress): string {
  // Alt with a digit may type another character on some keyboards: the key's place counts
  const digit = /^Digit(\d)$/.exec(code)?.[1];
  if (digit !== undefined && altKey) return digit;
  // a Mac's Option makes another letter of nearly every one
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined && altKey && metaKey) return letter;
  return key.length === 1 ? key.toUpperCase() : key;
}

/** Names of keys that a person reads in another way than the browser has them. */
const SHOWN: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Pause: 'Break',
  Cancel: 'Break',
};
const MAC: Readonly<Record<string, string>> = { Ctrl: '⌘', Alt: '⌥', Shift: '⇧' };

/** A key as menus show it: `Alt+←`, `Ctrl+Break`; on a Mac `⌘⇧K`. */
export function keyText(name: string, isMac: boolean): string {
  // the plus itself is a key, and stands last
  const parts = name.split(/\+(?=.)/);
  const shown = parts.map((p) => (isMac ? MAC[p] : undefined) ?? SHOWN[p] ?? p);
  return shown.join(isMac ? '' : '+');
}

/** The key as `aria-keyshortcuts` has it. */
export function keyShortcut(name: string): string {
  return name.replace(/^Ctrl\b/, 'Control');
}
