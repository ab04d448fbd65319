import { describe, expect, it } from 'vitest';
import { actionOf, windowActions } from '../../renderer/app/actions.ts';
import { keyName, keyShortcut, keyText, type KeyPress } from '../../renderer/app/keyName.ts';
import { isHeard, shownKey } from '../../renderer/app/shownKey.ts';
import type { WindowControl } from '../../renderer/app/windowControl.ts';

/** A key press: modifiers as letters, the character, the key's place. */
function press(modifiers: string, key: string, code = ''): KeyPress {
  return {
    key,
    code,
    ctrlKey: modifiers.includes('c'),
    altKey: modifiers.includes('a'),
    shiftKey: modifiers.includes('s'),
    metaKey: modifiers.includes('m'),
  };
}

describe('names of keys', () => {
  it.each([
    ['c', 'k', 'KeyK', 'Ctrl+K'],
    ['cs', 'P', 'KeyP', 'Ctrl+Shift+P'],
    ['a', 'ArrowLeft', 'ArrowLeft', 'Alt+ArrowLeft'],
    ['s', 'F6', 'F6', 'Shift+F6'],
    ['c', 'Cancel', 'Pause', 'Ctrl+Cancel'],
    // a person who types a question mark has pressed Shift, and means the character
    ['s', '?', 'Slash', '?'],
    ['s', '!', 'Digit1', '!'],
    ['', '.', 'Period', '.'],
    // Alt and digits by their place: AZERTY and others have other characters there
    ['a', '&', 'Digit1', 'Alt+1'],
    ['as', '!', 'Digit1', 'Alt+Shift+1'],
    ['cas', '"', 'Digit2', 'Ctrl+Alt+Shift+2'],
    // AltGr of Windows is Ctrl and Alt: what it types is no key of ours
    ['ca', '€', 'KeyE', 'Ctrl+Alt+€'],
  ])('of %j %s (%s) is %s', (modifiers, key, code, name) => {
    expect(keyName(press(modifiers, key, code), false)).toBe(name);
  });

  it.each([
    ['m', 'k', 'KeyK', 'Ctrl+K'],
    ['ma', '¥', 'KeyY', 'Ctrl+Alt+Y'],
    ['a', '¡', 'Digit1', 'Alt+1'],
    // its Control moves the caret in fields: the beginning of a line is not a key of the window
    ['c', 'k', 'KeyK', 'Control+K'],
  ])('of %j %s (%s) on a Mac is %s', (modifiers, key, code, name) => {
    expect(keyName(press(modifiers, key, code), true)).toBe(name);
  });

  it.each([
    ['Ctrl+Shift+K', 'Ctrl+Shift+K', '⌘⇧K'],
    ['Alt+ArrowLeft', 'Alt+←', '⌥←'],
    ['Ctrl+Pause', 'Ctrl+Break', '⌘Break'],
    ['Ctrl++', 'Ctrl++', '⌘+'],
  ])('show %s as %s, on a Mac as %s', (name, text, mac) => {
    expect(keyText(name, false)).toBe(text);
    expect(keyText(name, true)).toBe(mac);
  });

  it('are told to assistive technology as ARIA has them', () => {
    expect(keyShortcut('Ctrl+Alt+R')).toBe('Control+Alt+R');
    expect(keyShortcut('F6')).toBe('F6');
  });
});

describe('actions of the window', () => {
  const done: string[] = [];
  const control = new Proxy({} as WindowControl, {
    get:
      (_, name) =>
      (...args: unknown[]) =>
        done.push([String(name), ...args.map(String)].join(' ')),
  });
  const actions = windowActions(control);

  it('each have an id of their own and a key that nothing else has', () => {
    expect(new Set(actions.map((a) => a.id)).size).toBe(actions.length);
    const keys = actions.flatMap((a) => a.keys ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    expect(actions.filter((a) => (a.keys ?? []).length === 0)).toEqual([]);
  });

  it('each have a key that the browser leaves to the page', () => {
    for (const action of actions) expect(shownKey(action, 'web', false), action.id).not.toBe('');
    expect(isHeard('Ctrl+W', 'web')).toBe(false);
    expect(isHeard('Ctrl+W', 'electron')).toBe(true);
    const close = actionOf('Ctrl+F4', actions, true);
    expect(close?.id).toBe('close');
    expect(close && shownKey(close, 'web', false)).toBe('Shift+F5');
    expect(close && shownKey(close, 'electron', false)).toBe('Ctrl+F4');
  });

  it.each([
    // WinDbg's
    ['Ctrl+D', 'openDumps'],
    ['Alt+1', 'showPane console'],
    ['Alt+3', 'showPane locals'],
    ['Alt+4', 'showPane registers'],
    ['Alt+5', 'showPane memory'],
    ['Alt+6', 'showPane stack'],
    ['Alt+7', 'showPane disassembly'],
    ['Alt+9', 'showPane threads'],
    ['Ctrl+Pause', 'stop'],
    ['Ctrl+F', 'pane find'],
    ['Ctrl+G', 'pane goto'],
    ['F1', 'run .help'],
    // the window's
    ['Ctrl+K', 'palette'],
    ['F6', 'nextPane 1'],
    ['Shift+F6', 'nextPane -1'],
    ['Alt+ArrowLeft', 'pane back'],
    ['Alt+Shift+5', 'newPane memory'],
    ['Ctrl+Alt+R', 'resetLayout'],
  ])('%s does %s', (key, what) => {
    done.length = 0;
    actionOf(key, actions, true)?.run();
    expect(done).toEqual([what]);
  });

  it('do nothing without a dump where they need one', () => {
    expect(actionOf('Alt+1', actions, false)).toBeUndefined();
    expect(actionOf('Ctrl+D', actions, false)?.id).toBe('open');
    expect(actionOf('Ctrl+J', actions, true)).toBeUndefined();
  });
});
