import type { Action } from './action.ts';
import type { Arrangement } from './arrangement.ts';
import type { WindowControl } from './windowControl.ts';

/** What is done to the pane in front: by keys, all that a pointer does to its tab and its borders. */
const ARRANGEMENTS: readonly (readonly [title: string, key: string, arrangement: Arrangement])[] = [
  ['Maximize the pane, or back', 'Ctrl+Alt+M', { what: 'maximize' }],
  ['Float the pane, or dock it', 'Ctrl+Alt+L', { what: 'float' }],
  ['Split off to the right', 'Ctrl+Alt+I', { what: 'split', to: 'right' }],
  ['Split off below', 'Ctrl+Alt+U', { what: 'split', to: 'below' }],
  ['Move to the left', 'Ctrl+Alt+Shift+ArrowLeft', { what: 'move', to: 'left' }],
  ['Move to the right', 'Ctrl+Alt+Shift+ArrowRight', { what: 'move', to: 'right' }],
  ['Move up', 'Ctrl+Alt+Shift+ArrowUp', { what: 'move', to: 'above' }],
  ['Move down', 'Ctrl+Alt+Shift+ArrowDown', { what: 'move', to: 'below' }],
  ['Wider', 'Alt+Shift+ArrowRight', { what: 'resize', to: 'wider' }],
  ['Narrower', 'Alt+Shift+ArrowLeft', { what: 'resize', to: 'narrower' }],
  ['Taller', 'Alt+Shift+ArrowDown', { what: 'resize', to: 'taller' }],
  ['Shorter', 'Alt+Shift+ArrowUp', { what: 'resize', to: 'shorter' }],
];

/** Going through panes and tabs, arranging them. */
export function layoutActions(w: WindowControl): Action[] {
  const arranging = ARRANGEMENTS.map(([title, key, arrangement]): Action => {
    return {
      id: `arrange.${arrangement.what}${'to' in arrangement ? `.${arrangement.to}` : ''}`,
      title,
      menu: 'Window',
      keys: [key],
      needsDump: true,
      run: () => w.arrange(arrangement),
    };
  });
  return [
    {
      id: 'nextPane',
      title: 'Next pane',
      menu: 'Window',
      keys: ['F6'],
      needsDump: true,
      run: () => w.nextPane(1),
    },
    {
      id: 'previousPane',
      title: 'Previous pane',
      menu: 'Window',
      keys: ['Shift+F6'],
      needsDump: true,
      run: () => w.nextPane(-1),
    },
    {
      id: 'nextTab',
      title: 'Next dump',
      menu: 'Window',
      keys: ['Ctrl+F6'],
      needsDump: true,
      run: () => w.nextTab(1),
    },
    {
      id: 'previousTab',
      title: 'Previous dump',
      menu: 'Window',
      keys: ['Ctrl+Shift+F6'],
      needsDump: true,
      run: () => w.nextTab(-1),
    },
    {
      id: 'closePane',
      title: 'Close pane',
      menu: 'Window',
      keys: ['Ctrl+Alt+W'],
      needsDump: true,
      separated: true,
      run: () => w.closePane(),
    },
    ...arranging,
    {
      id: 'layout',
      title: 'Reset layout',
      menu: 'Window',
      keys: ['Ctrl+Alt+R'],
      needsDump: true,
      separated: true,
      run: () => w.resetLayout(),
    },
  ];
}
