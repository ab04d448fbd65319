import { z } from 'zod';
import { messageOf } from '../client/messageOf.ts';
import type { Action } from '../app/action.ts';

/** Keys by the ids of actions; `run:!heap -s` is an action of one's own. */
export type Keymap = ReadonlyMap<string, readonly string[]>;

/** What a text of settings says, and what is wrong with it, a sentence each. What is right in it counts. */
export interface Parsed<T> {
  readonly value: T;
  readonly problems: readonly string[];
}

const keymapSchema = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const RUN = 'run:';
/** Longer an id is in no menu (`bridgeSchemas.ts`); so many actions of one's own nobody remembers. */
const MAX_ID = 64;
const MAX_OWN = 50;
/** Named keys that may be given to an action: those that no field needs by themselves go with Ctrl or Alt. */
const NAMED: ReadonlySet<string> = new Set([
  ...['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'],
  ...['Insert', 'Delete', 'Backspace', 'Enter', 'Escape', 'Tab', 'Pause', 'Cancel'],
]);
const MODIFIERS = ['Ctrl', 'Alt', 'Shift'] as const;

/** Reads `{ "pane.memory": "Ctrl+M", "find": ["Ctrl+F", "F3"], "run:!heap -s": "Ctrl+F9" }`. */
export function parseKeymap(text: string, actions: readonly Action[]): Parsed<Keymap> {
  const keymap = new Map<string, readonly string[]>();
  if (text.trim() === '') return { value: keymap, problems: [] };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (e) {
    return { value: keymap, problems: [`This is no JSON: ${messageOf(e)}`] };
  }
  const parsed = keymapSchema.safeParse(json);
  if (!parsed.success)
    return {
      value: keymap,
      problems: ['Keys are an object: the id of an action, then a key or a list of keys.'],
    };
  const problems: string[] = [];
  const owners = new Map<string, string>();
  let own = 0;
  for (const [id, given] of Object.entries(parsed.data)) {
    if (id.startsWith(RUN) && (id.length > MAX_ID || ++own > MAX_OWN)) {
      problems.push(
        `${id.slice(0, MAX_ID)}: commands have ${MAX_ID} characters at most, and are ${MAX_OWN}.`,
      );
      continue;
    }
    if (!id.startsWith(RUN) && !actions.some((a) => a.id === id)) {
      problems.push(`There is no action ${id}.`);
      continue;
    }
    const keys: string[] = [];
    for (const written of [given].flat()) {
      const key = normalKey(written);
      const owner = key === undefined ? undefined : owners.get(key);
      if (key === undefined)
        problems.push(
          `${written} of ${id} is no key: write Ctrl, Alt or Shift and a key, as Ctrl+M, or F1 to F24.`,
        );
      else if (owner !== undefined) problems.push(`${key} is given to ${owner} and to ${id}.`);
      else {
        owners.set(key, id);
        keys.push(key);
      }
    }
    keymap.set(id, keys);
  }
  return { value: keymap, problems };
}

/** The actions with keys of one's own. A key that is taken for one action is taken from the one that had it. */
export function applyKeymap(
  actions: readonly Action[],
  keymap: Keymap,
  run: (command: string) => void,
): readonly Action[] {
  if (keymap.size === 0) return actions;
  const taken = new Set([...keymap.values()].flat());
  const own = [...keymap].filter(([id]) => id.startsWith(RUN));
  return [
    ...actions.map((action) => {
      const keys = keymap.get(action.id) ?? action.keys?.filter((k) => !taken.has(k));
      return { ...action, keys };
    }),
    ...own.map(([id, keys], i): Action => {
      const command = id.slice(RUN.length);
      return {
        id,
        title: command,
        menu: 'Go',
        keys,
        needsDump: true,
        separated: i === 0,
        run: () => run(command),
      };
    }),
  ];
}

/** A key as `keyName` has it; undefined for what is none, and for a bare character, which begins a command. */
function normalKey(written: string): string | undefined {
  const parts = written.trim().split(/\+(?=.)/);
  const name = parts.pop() ?? '';
  const modifiers = parts.map((p) => MODIFIERS.find((m) => m.toLowerCase() === p.toLowerCase()));
  if (name === '' || modifiers.includes(undefined)) return undefined;
  const isCharacter = name.length === 1;
  const isFunction = /^F(?:[1-9]|1\d|2[0-4])$/i.test(name);
  if (isCharacter && !modifiers.includes('Ctrl') && !modifiers.includes('Alt')) return undefined;
  if (!isCharacter && !isFunction && !NAMED.has(name)) return undefined;
  const ordered = MODIFIERS.filter((m) => modifiers.includes(m));
  return [...ordered, isCharacter || isFunction ? name.toUpperCase() : name].join('+');
}
