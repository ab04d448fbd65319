import { Menu, type MenuItemConstructorOptions } from 'electron';

/** What the system's menu can do. */
export interface MenuControl {
  open(): void;
  /** paths, the last one first */
  recent(): readonly string[];
  openRecent(path: string): void;
  clearRecent(): void;
  reload(): void;
}

/** The system's menu: what the page's own menu cannot do. On macOS it is where people look for copy and quit. */
export function systemMenu(control: MenuControl): Menu {
  const isMac = process.platform === 'darwin';
  const recent = control.recent();
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: 'File',
      submenu: [
        { label: 'Open dump…', click: () => control.open() },
        {
          label: 'Open recent',
          enabled: recent.length > 0,
          submenu: [
            ...recent.map((path) => ({ label: menuText(path), click: () => control.openRecent(path) })),
            { type: 'separator' as const },
            { label: 'Clear this list', click: () => control.clearRecent() },
          ],
        },
        { type: 'separator' },
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    // without the key that Electron's own item has: Ctrl+R searches the console's history
    { label: 'View', submenu: [{ label: 'Reload', accelerator: 'F5', click: () => control.reload() }] },
    { role: 'windowMenu' },
  ];
  return Menu.buildFromTemplate(template);
}

/** A menu takes `&` for the mark of a key. */
function menuText(path: string): string {
  return path.replaceAll('&', '&&');
}
