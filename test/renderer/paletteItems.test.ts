import { describe, expect, it } from 'vitest';
import type { Action } from '../../renderer/app/action.ts';
import { paletteItems, type PaletteItem } from '../../renderer/app/paletteItems.ts';

const action = (title: string): Action => ({ id: title, title, menu: 'View', run: () => undefined });
const ACTIONS = ['Memory', 'New Memory pane', 'Stack', 'Registers', 'Reset layout', 'Back'].map(action);

function text(item: PaletteItem): string {
  return item.kind === 'action'
    ? item.action.title
    : `${item.kind}: ${item.kind === 'run' ? item.line : item.command}`;
}
const offered = (typed: string, commands: string[] = []): string[] =>
  paletteItems(typed, ACTIONS, commands, true).map(text);

describe('the palette', () => {
  it('puts actions above running what was typed', () => {
    expect(offered('new memory')).toEqual(['New Memory pane', 'run: new memory']);
    expect(offered('mem')).toEqual(['Memory', 'New Memory pane', 'run: mem']);
  });

  it('runs what is a command of the debugger first, unless an action is called so', () => {
    expect(offered('k', ['k', 'kb', 'kv'])[0]).toBe('run: k');
    expect(offered('dt foo', ['dt'])[0]).toBe('run: dt foo');
    expect(offered('!heap -s')[0]).toBe('run: !heap -s');
    expect(offered('r', ['r', 'rF'])[0]).toBe('Registers');
  });

  it('offers commands that begin so, and nothing to run without a dump', () => {
    expect(offered('!hea', ['!heap'])).toEqual(['run: !hea', 'command: !heap']);
    expect(paletteItems('stack', ACTIONS, [], false).map(text)).toEqual(['Stack']);
  });

  it('offers all actions before anything was typed', () => {
    expect(offered('')).toHaveLength(ACTIONS.length);
  });
});
