import type { Action } from './action.ts';
import type { WindowControl } from './windowControl.ts';

/** Opening, saving, closing. */
export function fileActions(w: WindowControl): Action[] {
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
  ];
}
