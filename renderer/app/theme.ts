import { THEME_CHANGE } from '../theme/readTokens.ts';
import { Store } from '../client/store.ts';
import { THEMES, type Theme } from './themes.ts';

const KEY = 'stillframe.theme';

/** What the person chose; `system` follows the desktop. */
export const chosenTheme = new Store<Theme>(saved());

const dark = matchMedia('(prefers-color-scheme: dark)');
const contrast = matchMedia('(prefers-contrast: more)');

/** Puts the theme on, now and when the desktop changes its own. */
export function startTheme(): void {
  dark.addEventListener('change', apply);
  contrast.addEventListener('change', apply);
  apply();
}

export function chooseTheme(theme: Theme): void {
  chosenTheme.set(theme);
  localStorage.setItem(KEY, theme);
  apply();
}

function apply(): void {
  const theme = chosenTheme.get();
  const own = contrast.matches ? 'contrast' : dark.matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = theme === 'system' ? own : theme;
  document.dispatchEvent(new Event(THEME_CHANGE));
}

function saved(): Theme {
  const text = localStorage.getItem(KEY);
  return THEMES.find((t) => t === text) ?? 'system';
}
