import type { Action } from './action.ts';
import type { WindowControl } from './windowControl.ts';

/** Moving about, and what is run most. */
export function goActions(w: WindowControl): Action[] {
  return [
    {
      id: 'palette',
      title: 'All commands…',
      menu: 'Go',
      keys: ['Ctrl+K', 'Ctrl+Shift+P'],
      run: () => w.palette(),
    },
    { id: 'menu', title: 'Menu', menu: 'Go', keys: ['F10'], run: () => w.menu() },
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
  ];
}
