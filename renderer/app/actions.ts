import type { Action } from './action.ts';
import { fileActions } from './fileActions.ts';
import { goActions } from './goActions.ts';
import { layoutActions } from './layoutActions.ts';
import { PANES } from './panes.ts';
import { viewActions } from './viewActions.ts';
import type { WindowControl } from './windowControl.ts';

/** All actions of the window. WinDbg's keys where it has them. */
export function windowActions(w: WindowControl): Action[] {
  return [...fileActions(w), ...viewActions(w), ...goActions(w), ...layoutActions(w), ...helpActions(w)];
}

function helpActions(w: WindowControl): Action[] {
  return [
    {
      id: 'help',
      title: 'Commands of the debugger',
      menu: 'Help',
      keys: ['F1'],
      needsDump: true,
      run: () => w.run('.help'),
    },
    {
      id: 'keys',
      title: 'Keys of the window',
      menu: 'Help',
      keys: ['Shift+F1'],
      run: () => w.showPane('settings'),
    },
    {
      id: 'about',
      title: 'About Stillframe',
      menu: 'Help',
      keys: [PANES.about.key],
      separated: true,
      run: () => w.showPane('about'),
    },
  ];
}

/** The action of a key; undefined where the key has none, or none that makes sense now. */
export function actionOf(key: string, actions: readonly Action[], hasDump: boolean): Action | undefined {
  return actions.find((a) => a.keys?.includes(key) && (hasDump || a.needsDump !== true));
}
