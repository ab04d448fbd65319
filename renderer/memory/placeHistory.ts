/** Places that can be gone back to: more than anybody remembers. */
const MAX_PLACES = 200;

/** A place of a memory pane: where its first row is. */
export interface MemoryPlace {
  readonly address: bigint;
  /** what was typed, where a person did */
  readonly expression: string;
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
