import { PANES, type PaneName } from './paneRegistry.tsx';

/** Something that a menu, a key or the palette does. */
export interface Action {
  readonly id: string;
  readonly title: string;
  readonly menu: 'File' | 'View' | 'Go' | 'Help';
  /** `Ctrl+Shift+K`, as shown and as matched */
  readonly keys?: readonly string[];
  /** it makes no sense without a dump */
  readonly needsDump?: boolean;
  /** a line above it in its menu */
  readonly separated?: boolean;
  run(): void;
}

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
  pane(action: 'goto' | 'find' | 'back' | 'forward'): void;
  palette(): void;
  nextTheme(): void;
  stop(): void;
  run(command: string): void;
  saveLog(): void;
}

/** All actions of the window. WinDbg's keys where it has them. */
export function windowActions(w: WindowControl): Action[] {
  const panes = (Object.keys(PANES) as PaneName[]).map((name): Action => {
    const { title, key } = PANES[name] as { title: string; key?: string };
    return {
      id: `pane.${name}`,
      title,
      menu: 'View',
      keys: key === undefined ? undefined : [key],
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
    { id: 'log', title: 'Save console log', menu: 'File', needsDump: true, run: () => w.saveLog() },
    {
      id: 'close',
      title: 'Close dump',
      menu: 'File',
      keys: ['Ctrl+F4'],
      needsDump: true,
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
    { id: 'theme', title: 'Next theme', menu: 'View', keys: ['Ctrl+Alt+T'], run: () => w.nextTheme() },
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
      id: 'stop',
      title: 'Stop the command',
      menu: 'Go',
      keys: ['Ctrl+Pause', 'Ctrl+Cancel', 'Escape'],
      needsDump: true,
      separated: true,
      run: () => w.stop(),
    },
    { id: 'analyze', title: 'Analyze', menu: 'Go', needsDump: true, run: () => w.run('!analyze -v') },
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
    event.shiftKey && (key.length > 1 || /[a-z]/i.test(key)) ? 'Shift' : '',
    name,
  ];
  return parts.filter((p) => p !== '').join('+');
}
