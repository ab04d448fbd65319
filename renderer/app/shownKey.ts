import type { Host } from '../client/host.ts';
import type { Action } from './action.ts';
import { keyText } from './keyName.ts';

/**
 * Keys that Chromium acts on before a page in a tab hears of them (IsReservedCommandOrKey of its
 * browser_command_controller.cc): closing and opening tabs and windows, going from tab to tab.
 */
const KEPT_BY_BROWSERS: ReadonlySet<string> = new Set([
  'Ctrl+N',
  'Ctrl+Shift+N',
  'Ctrl+T',
  'Ctrl+Shift+T',
  'Ctrl+W',
  'Ctrl+Shift+W',
  'Ctrl+F4',
  'Alt+F4',
  'Ctrl+Tab',
  'Ctrl+Shift+Tab',
  'Ctrl+PageUp',
  'Ctrl+PageDown',
]);

/** Whether a key reaches the page in this host. */
export function isHeard(key: string, host: Host['kind']): boolean {
  return host === 'electron' || !KEPT_BY_BROWSERS.has(key);
}

/** The key of an action as menus show it: the first one that works in this host. */
export function shownKey({ keys = [] }: Action, host: Host['kind'], isMac: boolean): string {
  const key = keys.find((k) => isHeard(k, host));
  return key === undefined ? '' : keyText(key, isMac);
}
