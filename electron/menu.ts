import { Menu, type MenuItemConstructorOptions } from 'electron';
import { acceleratorOf } from './accelerator.ts';
import { MENUS, type MenuEntry } from './bridge.ts';
import { visible } from '../core/protocol/index.ts';

/** What the system's menu can do. */
export interface MenuControl {
  /** paths, the last one first */
  recent(): readonly string[];
  openRecent(path: string): void;
  clearRecent(): void;
  reload(): void;
  /** what the page's own menus have; none while it is being loaded */
  entries(): readonly MenuEntry[];
  act(id: string): void;
}

/**
 * The system's menu: what the page's own menus have, with their keys, and what belongs to the program. On macOS it is the
 * only one; on Windows and Linux Alt shows it.
 */
export function systemMenu(control: MenuControl): Menu {
  const isMac = process.platform === 'darwin';
  const [file = [], view = [], go = [], window = [], help = []] = MENUS.map((menu) =>
    pageItems(control, menu),
  );
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: 'File',
      submenu: [
        ...file.slice(0, 1),
        recentMenu(control),
        ...file.slice(1),
        { type: 'separator' },
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        ...view,
        { type: 'separator' },
        // WinDbg's Restart. Without the keys of Electron's own items: Ctrl+R searches the console's history, and F5 is Go
        { label: 'Reload', accelerator: 'CmdOrCtrl+Shift+F5', click: () => control.reload() },
      ],
    },
    ...(go.length > 0 ? [{ label: 'Go', submenu: go }] : []),
    ...(window.length > 0
      ? [
          {
            label: 'Window',
            submenu: [...window, { type: 'separator' as const }, { role: 'minimize' as const }],
          },
        ]
      : [{ role: 'windowMenu' as const }]),
    ...(help.length > 0 ? [{ label: 'Help', role: 'help' as const, submenu: help }] : []),
  ];
  return Menu.buildFromTemplate(template);
}

function recentMenu(control: MenuControl): MenuItemConstructorOptions {
  const recent = control.recent();
  return {
    label: 'Open recent',
    enabled: recent.length > 0,
    submenu: [
      ...recent.map((path) => ({ label: menuText(pathText(path)), click: () => control.openRecent(path) })),
      { type: 'separator' },
      { label: 'Clear this list', click: () => control.clearRecent() },
    ],
  };
}

function pageItems(control: MenuControl, menu: MenuEntry['menu']): MenuItemConstructorOptions[] {
  return control
    .entries()
    .filter((entry) => entry.menu === menu)
    .flatMap(({ id, title, key, isEnabled, isSeparated }) => [
      ...(isSeparated ? [{ type: 'separator' as const }] : []),
      {
        id,
        label: menuText(title),
        enabled: isEnabled,
        accelerator: key === undefined ? undefined : acceleratorOf(key),
        // the page hears its keys itself; macOS knows no key that is shown and not heard, and asks the page first
        registerAccelerator: false,
        click: () => control.act(id),
      },
    ]);
}

/** A menu takes `&` for the mark of a key. */
function menuText(text: string): string {
  return text.replaceAll('&', '&&');
}

/** A path as a menu has room for it: its end says which file it is. A file may be called with marks that turn it around. */
function pathText(path: string): string {
  const text = visible(path);
  return text.length > MAX_PATH ? `…${text.slice(-MAX_PATH)}` : text;
}

const MAX_PATH = 160;
