import type { Action } from './action.ts';
import { PANE_NAMES, PANES } from './panes.ts';
import { THEMES, type Theme } from './themes.ts';
import type { WindowControl } from './windowControl.ts';

/** Panes and the theme. */
export function viewActions(w: WindowControl): Action[] {
  // where people look for it: the Help menu has it
  const panes = PANE_NAMES.filter((name) => name !== 'about').map((name): Action => {
    const { title, key } = PANES[name];
    return {
      id: `pane.${name}`,
      title,
      menu: 'View',
      keys: [key],
      needsDump: !('anywhere' in PANES[name]),
      run: () => w.showPane(name),
    };
  });
  const many = PANE_NAMES.filter((name) => 'many' in PANES[name]).map((name): Action => {
    return {
      id: `new.${name}`,
      title: `New ${PANES[name].title} pane`,
      menu: 'View',
      keys: [newKey(PANES[name].key)],
      needsDump: true,
      run: () => w.newPane(name),
    };
  });
  return [
    ...panes,
    ...many.map((a, i) => ({ ...a, separated: i === 0 })),
    {
      id: 'theme',
      title: 'Next theme',
      menu: 'View',
      keys: ['Ctrl+Alt+T'],
      separated: true,
      run: () => w.nextTheme(),
    },
    ...THEMES.map((theme, i): Action => {
      return {
        id: `theme.${theme}`,
        title: THEME_TITLES[theme],
        menu: 'View',
        keys: [`Ctrl+Alt+Shift+${i + 1}`],
        run: () => w.theme(theme),
      };
    }),
  ];
}

const THEME_TITLES: Readonly<Record<Theme, string>> = {
  system: 'Theme of the desktop',
  light: 'Light theme',
  dark: 'Dark theme',
  contrast: 'High-contrast theme',
};

/** The key for one more pane: that of the pane with Shift. */
function newKey(key: string): string {
  const at = key.lastIndexOf('+');
  return `${key.slice(0, at)}+Shift${key.slice(at)}`;
}
