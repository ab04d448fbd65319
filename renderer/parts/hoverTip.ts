import { Store } from '../client/store.ts';

/** What is known appears after the pointer has rested so long. */
const HOVER_MS = 250;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The window's tip: a text beside the pointer. There is one pointer, and so one tip. */
export const hoverTip: Store<{ readonly text: string; readonly at: Point } | undefined> = new Store<
  { readonly text: string; readonly at: Point } | undefined
>(undefined);

let timer: ReturnType<typeof setTimeout> | undefined;
/** which rest of the pointer an answer belongs to */
let turn = 0;

/** Asks for a tip when the pointer has rested at a place; a failure shows none. */
export function restAt(at: Point, ask: () => Promise<string>): void {
  leave();
  const mine = turn;
  timer = setTimeout(() => {
    ask().then(
      (text) => {
        if (mine === turn && text !== '') hoverTip.set({ text: text.split('\n').map(short).join('\n'), at });
      },
      () => undefined,
    );
  }, HOVER_MS);
}

/** The pointer went on. */
export function leave(): void {
  turn++;
  clearTimeout(timer);
  hoverTip.set(undefined);
}

/** A name of thousands of letters would leave no room for what stands below it. */
function short(line: string): string {
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line;
}

const MAX_LINE = 400;
