import type { Action } from './action.ts';

/** A line of the palette. */
export type PaletteItem =
  | { readonly kind: 'action'; readonly action: Action }
  /** a command of the debugger, completed */
  | { readonly kind: 'command'; readonly command: string }
  /** what was typed, run as it is */
  | { readonly kind: 'run'; readonly line: string };

/** Commands that are offered: more nobody reads. */
const MAX_COMMANDS = 40;
/** Debugger commands begin so, and no title does. */
const COMMAND_START = /^[.!~|?]/;

/**
 * What the palette offers for a text, best first: Enter takes the first. Actions whose title holds all words stand
 * above running the text, unless it is plainly a command: a wrong guess would run something that nobody meant.
 */
export function paletteItems(
  text: string,
  actions: readonly Action[],
  /** commands that begin with the text's first word */
  commands: readonly string[],
  canRun: boolean,
): PaletteItem[] {
  const line = text.trim();
  const words = line.toLowerCase().split(/\s+/);
  const ranked = actions
    .map((action) => ({ action, rank: rankOf(action, line.toLowerCase(), words) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank);
  const found = ranked.map(({ action }): PaletteItem => ({ kind: 'action', action }));
  if (!canRun || line === '') return found;
  const run: PaletteItem[] = [{ kind: 'run', line }];
  const first = words[0] ?? '';
  const completed = commands
    .filter((c) => c !== line && words.length === 1)
    .slice(0, MAX_COMMANDS)
    .map((command): PaletteItem => ({ kind: 'command', command }));
  const isCommand =
    COMMAND_START.test(line) || (commands.includes(first) && !ranked.some(({ rank }) => rank >= STARTS));
  return isCommand ? [...run, ...completed, ...found] : [...found, ...completed, ...run];
}

const STARTS = 3;

/** How well an action fits: its title begins with the text, words of it do, the text is within; 0 for not at all. */
function rankOf({ title, menu }: Action, text: string, words: readonly string[]): number {
  const name = title.toLowerCase();
  if (text === '') return 1;
  if (name.startsWith(text)) return STARTS;
  const own = name.split(/[^a-z0-9]+/);
  if (words.every((w) => own.some((o) => o.startsWith(w)))) return 2;
  return words.every((w) => name.includes(w) || menu.toLowerCase().startsWith(w)) ? 1 : 0;
}
