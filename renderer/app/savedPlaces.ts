import type { DumpModel } from '../../core/protocol/index.ts';
import type { PaneParams } from './panes.ts';

const KEY = 'stillframe.places.1';
/** Dumps whose places are kept: those of the last weeks. */
const MAX_DUMPS = 20;

type Places = Readonly<Record<string, PaneParams>>;

/** Where the panes of a dump were, by panel. An address of one dump means nothing in another: the layout has none. */
export function savedPlaces(dump: DumpModel): Places {
  return read().find(([key]) => key === keyOf(dump))?.[1] ?? {};
}

export function savePlaces(dump: DumpModel, places: Places): void {
  const key = keyOf(dump);
  const others = read().filter(([k]) => k !== key);
  localStorage.setItem(KEY, JSON.stringify([[key, places], ...others.slice(0, MAX_DUMPS - 1)]));
}

/** What tells one dump from another of the same name. */
function keyOf({ name, size, dumpTime, processId }: DumpModel): string {
  return [name, size, dumpTime ?? '', processId ?? ''].join(' ');
}

function read(): [string, Places][] {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(saved) ? (saved as unknown[]).filter(isEntry) : [];
  } catch {
    // damaged: the panes begin where they would for a new dump
    return [];
  }
}

function isEntry(entry: unknown): entry is [string, Places] {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string') return false;
  const places: unknown = entry[1];
  if (typeof places !== 'object' || places === null) return false;
  return Object.values(places).every(
    (params: unknown) =>
      typeof params === 'object' &&
      params !== null &&
      Object.values(params).every((value) => typeof value === 'string'),
  );
}
