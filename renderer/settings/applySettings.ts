import { THEME_CHANGE } from '../theme/readTokens.ts';
import { parseColours } from './ownColours.ts';
import { rowHeight } from './rowHeight.ts';
import { settings } from './settings.ts';
import { TEXT_SIZE } from './settingsModel.ts';

/** what was put on the root, to be taken off before other settings are put on */
const put = new Set<string>();

/** Puts the settings on the page, now and whenever they change: sizes, the face of data, colours of one's own. */
export function startSettings(): void {
  settings.subscribe(apply);
  apply();
}

function apply(): void {
  const { style } = document.documentElement;
  for (const name of put) style.removeProperty(name);
  put.clear();
  const own = ownTokens();
  for (const [name, value] of own) {
    style.setProperty(name, value);
    put.add(name);
  }
  document.dispatchEvent(new Event(THEME_CHANGE));
}

function ownTokens(): Map<string, string> {
  const { textSize, dataFace, colours } = settings.get();
  const tokens = new Map(parseColours(colours, themeToken).value);
  if (textSize !== TEXT_SIZE.normal) {
    tokens.set('--size', `${textSize}px`);
    tokens.set('--size-small', `${textSize - 1}px`);
    tokens.set('--row', `${rowHeight(textSize)}px`);
  }
  const face = dataFace.replaceAll(/["\\;{}]/g, '').trim();
  if (face !== '') tokens.set('--mono', `"${face}", ${themeToken('--mono') ?? 'monospace'}`);
  return tokens;
}

/** A token as the theme has it; undefined where it has none of this name. */
export function themeToken(name: string): string | undefined {
  const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return value === '' ? undefined : value;
}
