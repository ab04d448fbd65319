/** Places that can be gone back to: more than anybody remembers. */
const MAX_PLACES = 200;

/** A place of a memory pane: where its first row is. */
export interface MemoryPlace {
  readonly address: bigint;
  /** what was typed, where a person did */
  readonly expression: string;
  /** the expression means another place in another thread or frame, and the pane goes there with it */
  readonly follows: boolean;
}

/** A place that stays, whatever becomes of the context. */
export function fixedPlace(address: bigint): MemoryPlace {
  return { address, expression: `0x${address.toString(16)}`, follows: false };
}

/** A number, which means the same place always: it needs no second look. */
export function isNumber(expression: string): boolean {
  return /^\s*(?:0x)?[0-9a-f`]+\s*$/i.test(expression);
}

/** Where a pane was, and where it came back from. Each step makes a new one. */
export interface PlaceHistory {
  readonly back: readonly MemoryPlace[];
  readonly current: MemoryPlace;
  readonly forward: readonly MemoryPlace[];
}

export function startHistory(current: MemoryPlace): PlaceHistory {
  return { back: [], current, forward: [] };
}

/** The place is another one because the context is: no step on the person's way. */
export function moved(history: PlaceHistory, current: MemoryPlace): PlaceHistory {
  return { ...history, current };
}

/** Goes to a new place; what lay ahead is forgotten. The same place again is no step. */
export function goTo(history: PlaceHistory, place: MemoryPlace): PlaceHistory {
  if (place.address === history.current.address) return { ...history, current: place };
  return { back: [...history.back, history.current].slice(-MAX_PLACES), current: place, forward: [] };
}

export function goBack(history: PlaceHistory): PlaceHistory {
  const current = history.back.at(-1);
  if (!current) return history;
  return { back: history.back.slice(0, -1), current, forward: [history.current, ...history.forward] };
}

export function goForward(history: PlaceHistory): PlaceHistory {
  const [current, ...forward] = history.forward;
  if (!current) return history;
  return { back: [...history.back, history.current], current, forward };
}
