import { visible } from '../output/index.ts';

/** Characters of one text in a pane. A dump may hold a module name of a megabyte: its beginning is enough to know it. */
const MAX_TEXT = 4096;

/**
 * A model as it may be shown: control characters and direction marks in all of its texts made visible, very long ones
 * cut with their length said. Typed arrays and bigints stay as they are. This is the one place where text leaves the
 * engine for panes, as `Output` is for lines.
 */
export function shownModel<T>(model: T): T;
export function shownModel(model: unknown): unknown {
  if (typeof model === 'string') return shownText(model);
  if (typeof model !== 'object' || model === null || ArrayBuffer.isView(model)) return model;
  if (Array.isArray(model)) return model.map((item: unknown) => shownModel(item));
  return Object.fromEntries(Object.entries(model).map(([key, value]) => [key, shownModel(value)]));
}

/** One text as it may be shown. */
function shownText(text: string): string {
  if (text.length <= MAX_TEXT) return visible(text);
  return `${visible(text.slice(0, MAX_TEXT))}… (${text.length} characters)`;
}
