import type { Action } from './action.ts';
import type { PaneAction } from './paneActions.ts';
import { PANES, type PaneName } from './paneRegistry.tsx';
import { THEMES, type Theme } from './theme.ts';

/** What actions are made of: the window. */
export interface WindowControl {
  openDumps(): void;
  addSymbols(): void;
  closeTab(): void;
  nextTab(by: number): void;
  showPane(name: PaneName): void;
  newPane(name: PaneName): void;
  resetLayout(): void;
  nextPane(by: number): void;
  closePane(): void;
  pane(action: PaneAction): void;
  /** shows the console and has it do something */
  console(action: PaneAction): void;
  openSample(): void;
  palette(): void;
  nextTheme(): void;
  theme(theme: Theme): void;
  stop(): void;
  run(command: string): void;
  saveLog(): void;
}

/** All actions of the window. WinDbg's keys where it has them. */
export function windowActions(w: WindowControl): Action[] {
  const panes = (Object.keys(PANES) as PaneName[]).map((name): Action => {
    const { title, key } = PANES[name];
    return {
      id: `pane.${name}`,
      title,
      menu: 'View',
      keys: [key],
      needsDump: true,
      run: () => w.showPane(name),
    };
  });
  const many = (Object.keys(PANES) as PaneName[])
    .filter((name) => 'many' in PANES[name])
    .map((name): Action => {
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
    { id: 'open', title: 'Open dump…', menu: 'File', keys: ['Ctrl+D', 'Ctrl+O'], run: () => w.openDumps() },
    {
      id: 'symbols',
      title: 'Add symbols and images…',
      menu: 'File',
      keys: ['Ctrl+Shift+S'],
      needsDump: true,
      run: () => w.addSymbols(),
    },
    { id: 'sample', title: 'Open the sample', menu: 'File', keys: ['Ctrl+Alt+E'], run: () => w.openSample() },
    {
      id: 'log',
      title: 'Save console log',
      menu: 'File',
      keys: ['Ctrl+Alt+S'],
      needsDump: true,
      separated: true,
      run: () => w.saveLog(),
    },
    {
      id: 'copyOutput',
      title: 'Copy console output without prompts',
      menu: 'File',
      keys: ['Ctrl+Alt+C'],
      needsDump: true,
      run: () => w.console('copyOutput'),
    },
    {
      id: 'clear',
      title: 'Clear the console',
      menu: 'File',
      keys: ['Ctrl+Alt+K'],
      needsDump: true,
      run: () => w.console('clear'),
    },
    {
      id: 'close',
      title: 'Close dump',
      menu: 'File',
      keys: ['Ctrl+F4', 'Shift+F5'],
      needsDump: true,
      separated: true,
      run: () => w.closeTab(),
    },
    ...panes,
    ...many.map((a, i) => ({ ...a, separated: i === 0 })),
    {
      id: 'layout',
      title: 'Reset layout',
      menu: 'View',
      keys: ['Ctrl+Alt+R'],
      needsDump: true,
      separated: true,
      run: () => w.resetLayout(),
    },
    {
      id: 'closePane',
      title: 'Close pane',
      menu: 'View',
      keys: ['Ctrl+Alt+W'],
      needsDump: true,
      run: () => w.closePane(),
    },
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
    {
      id: 'palette',
      title: 'All commands…',
      menu: 'Go',
      keys: ['Ctrl+K', 'Ctrl+Shift+P'],
      run: () => w.palette(),
    },
    {
      id: 'goto',
      title: 'Go to expression in the pane',
      menu: 'Go',
      keys: ['Ctrl+G'],
      needsDump: true,
      run: () => w.pane('goto'),
    },
    {
      id: 'find',
      title: 'Find in the pane',
      menu: 'Go',
      keys: ['Ctrl+F'],
      needsDump: true,
      run: () => w.pane('find'),
    },
    {
      id: 'fields',
      title: 'Mark the fields of a type in memory',
      menu: 'Go',
      keys: ['Ctrl+Alt+F'],
      needsDump: true,
      run: () => w.pane('fields'),
    },
    {
      id: 'links',
      title: 'Links of the last output',
      menu: 'Go',
      keys: ['Ctrl+Alt+J'],
      needsDump: true,
      run: () => w.console('links'),
    },
    {
      id: 'history',
      title: 'Search earlier commands',
      menu: 'Go',
      keys: ['Ctrl+R'],
      needsDump: true,
      run: () => w.console('history'),
    },
    {
      id: 'back',
      title: 'Back',
      menu: 'Go',
      keys: ['Alt+ArrowLeft'],
      needsDump: true,
      run: () => w.pane('back'),
    },
    {
      id: 'forward',
      title: 'Forward',
      menu: 'Go',
      keys: ['Alt+ArrowRight'],
      needsDump: true,
      run: () => w.pane('forward'),
    },
    {
      id: 'nextPane',
      title: 'Next pane',
      menu: 'Go',
      keys: ['F6'],
      needsDump: true,
      separated: true,
      run: () => w.nextPane(1),
    },
    {
      id: 'previousPane',
      title: 'Previous pane',
      menu: 'Go',
      keys: ['Shift+F6'],
      needsDump: true,
      run: () => w.nextPane(-1),
    },
    {
      id: 'nextTab',
      title: 'Next dump',
      menu: 'Go',
      keys: ['Ctrl+F6'],
      needsDump: true,
      run: () => w.nextTab(1),
    },
    {
      id: 'previousTab',
      title: 'Previous dump',
      menu: 'Go',
      keys: ['Ctrl+Shift+F6'],
      needsDump: true,
      run: () => w.nextTab(-1),
    },
    {
      id: 'stop',
      title: 'Stop the command',
      menu: 'Go',
      keys: ['Ctrl+Pause', 'Ctrl+Cancel', 'Escape'],
      needsDump: true,
      separated: true,
      run: () => w.stop(),
    },
    {
      id: 'analyze',
      title: 'Analyze',
      menu: 'Go',
      keys: ['Ctrl+Alt+V'],
      needsDump: true,
      run: () => w.run('!analyze -v'),
    },
    {
      id: 'exceptionContext',
      title: 'Go to the context of the exception',
      menu: 'Go',
      keys: ['Ctrl+Alt+X'],
      needsDump: true,
      run: () => w.run('.ecxr'),
    },
    {
      id: 'help',
      title: 'Commands of the debugger',
      menu: 'Help',
      keys: ['F1'],
      needsDump: true,
      run: () => w.run('.help'),
    },
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

/** A key press as actions name it. */
export function keyName(event: {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}): string {
  const { key, code } = event;
  // Alt with a digit may type another character on some keyboards: the key's place counts
  const digit = /^Digit(\d)$/.exec(code)?.[1];
  const name = digit !== undefined && event.altKey ? digit : key.length === 1 ? key.toUpperCase() : key;
  const parts = [
    event.ctrlKey || event.metaKey ? 'Ctrl' : '',
    event.altKey ? 'Alt' : '',
    event.shiftKey && (key.length > 1 || /[a-z]/i.test(key) || name === digit) ? 'Shift' : '',
    name,
  ];
  return parts.filter((p) => p !== '').join('+');
}
