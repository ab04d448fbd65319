import { describe, expect, it } from 'vitest';
import type { Action } from '../../renderer/app/action.ts';
import { applyKeymap, parseKeymap } from '../../renderer/settings/keymap.ts';
import { parseColours } from '../../renderer/settings/ownColours.ts';
import { DEFAULTS, readSettings } from '../../renderer/settings/settingsModel.ts';

const done: string[] = [];
const action = (id: string, key: string): Action => ({
  id,
  title: id,
  menu: 'Go',
  keys: [key],
  run: () => done.push(id),
});
const ACTIONS = [action('find', 'Ctrl+F'), action('pane.memory', 'Alt+5'), action('back', 'Alt+ArrowLeft')];
const keysWith = (text: string): Record<string, readonly string[]> => {
  const { value } = parseKeymap(text, ACTIONS);
  const actions = applyKeymap(ACTIONS, value, (command) => done.push(command));
  return Object.fromEntries(actions.map((a) => [a.id, a.keys ?? []]));
};

describe('keys of one\u2019s own', () => {
  it('take the place of an action\u2019s keys, and are taken from the action that had them', () => {
    expect(keysWith('')).toEqual({ find: ['Ctrl+F'], 'pane.memory': ['Alt+5'], back: ['Alt+ArrowLeft'] });
    expect(keysWith('{ "pane.memory": ["ctrl+f", "F9"], "back": [] }')).toEqual({
      find: [],
      'pane.memory': ['Ctrl+F', 'F9'],
      back: [],
    });
  });

  it('are written in any order of modifiers and any case', () => {
    expect(keysWith('{ "find": "shift+alt+CTRL+k", "back": "Alt++" }')).toMatchObject({
      find: ['Ctrl+Alt+Shift+K'],
      back: ['Alt++'],
    });
  });

  it('run commands of the debugger', () => {
    const { value, problems } = parseKeymap('{ "run:!heap -s": "Ctrl+F9" }', ACTIONS);
    expect(problems).toEqual([]);
    done.length = 0;
    const own = applyKeymap(ACTIONS, value, (command) => done.push(command)).at(-1);
    own?.run();
    expect([own?.keys, own?.needsDump, done]).toEqual([['Ctrl+F9'], true, ['!heap -s']]);
  });

  it.each([
    ['{ "find": ', /no JSON/],
    ['["Ctrl+F"]', /are an object/],
    ['{ "find": 5 }', /are an object/],
    ['{ "no.such": "Ctrl+F" }', /no action no\.such/],
    // these begin a command, wherever the focus is
    ['{ "find": "k" }', /is no key/],
    ['{ "find": "Shift+k" }', /is no key/],
    ['{ "find": "Hyper+k" }', /is no key/],
    ['{ "find": "Ctrl+" }', /is no key/],
    ['{ "find": "Ctrl+Alt" }', /is no key/],
    ['{ "find": "Ctrl+F12345" }', /is no key/],
    ['{ "find": "F3", "back": "F3" }', /F3 is given to find and to back/],
  ])('say what is wrong with %s, and what is right in it counts', (text, problem) => {
    const { problems } = parseKeymap(text, ACTIONS);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
    expect(Object.keys(keysWith(text))).toEqual(['find', 'pane.memory', 'back']);
  });
});

describe('colours of one\u2019s own', () => {
  const theme: Readonly<Record<string, string>> = {
    '--ground': '#ffffff',
    '--text': '#1b2127',
    '--text-muted': '#59626b',
    '--line': '#d5d9dd',
  };
  const parse = (text: string): ReturnType<typeof parseColours> =>
    parseColours(text, (name) => (Object.hasOwn(theme, name) ? theme[name] : undefined));

  it('are taken by the names of tokens', () => {
    const { value, problems } = parse('{ "--ground": "#FFFFF0", "--line": "#c0c0c0" }');
    expect([...value]).toEqual([
      ['--ground', '#fffff0'],
      ['--line', '#c0c0c0'],
    ]);
    expect(problems).toEqual([]);
  });

  it.each([
    ['{ "--nothing": "#000000" }', /no colour --nothing/],
    ['{ "constructor": "#000000" }', /no colour constructor/],
    ['{ "--text": "red; } body { display: none" }', /write #rrggbb/],
    ['{ "--text": "url(http://evil.example/)" }', /write #rrggbb/],
    ['[]', /are an object/],
    // it counts, but is told
    ['{ "--text": "#c0c0c0" }', /contrast of 1\.8/],
  ])('say what is wrong with %s', (text, problem) => {
    const { problems } = parse(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  it('tell of every text that a ground makes hard to read', () => {
    const { problems } = parse('{ "--ground": "#404040" }');
    expect(problems.map((p) => p.split(' ')[0])).toEqual(['--text', '--text-muted']);
  });
});

describe('saved settings', () => {
  it('are those that were there, each part by itself', () => {
    expect(readSettings(null)).toEqual(DEFAULTS);
    expect(readSettings('{"textSize":16,"keys":"{}"}')).toEqual({ ...DEFAULTS, textSize: 16, keys: '{}' });
    expect(readSettings('{"textSize":1e9,"dataFace":7,"keys":"{}"}')).toEqual({ ...DEFAULTS, keys: '{}' });
  });

  it.each(['', '{', 'null', '5', '[]'])('that are damaged (%s) are as if none had been', (text) => {
    expect(readSettings(text)).toEqual(DEFAULTS);
  });
});
