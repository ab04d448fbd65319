import type { ITheme } from '@xterm/xterm';
import { readTokens } from '../theme/readTokens.ts';

/** The terminal's palette from the theme's tokens: `ansi.ts` says which colour means what. */
export function terminalTheme(): ITheme {
  // the root's: a pane may be drawn before it is in the page
  const token = readTokens(document.documentElement);
  return {
    background: token('--ground'),
    foreground: token('--text'),
    cursor: token('--ground'),
    selectionBackground: token('--ground-selected'),
    selectionForeground: token('--text'),
    red: token('--error'),
    green: token('--data-file'),
    yellow: token('--data-symbol'),
    blue: token('--data-address'),
    magenta: token('--data-type'),
    cyan: token('--accent'),
    brightBlack: token('--data-missing'),
    brightYellow: token('--warning'),
  };
}
