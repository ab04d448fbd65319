import type { HeapMap } from '../../core/protocol/pictures.ts';
import type { LegendItem } from '../picture/Legend.tsx';
import {
  type BlockColours,
  type ColourMode,
  coloursByClass,
  coloursByOwner,
  coloursBySize,
  coloursByState,
  coloursByType,
  DAMAGED,
} from './blockColours.ts';
import type { BlockFacts } from './describeBlock.ts';

/** What the modes are called, in the order of the choice. */
export const MODE_NAMES: Readonly<Record<ColourMode, string>> = {
  state: 'State',
  size: 'Size class',
  owner: 'Owner module',
  type: 'CRT block type',
  class: 'C++ class',
};

/** What a mode has to be asked for first, where it has not been. */
export function needOf(mode: ColourMode, { owners, classes }: BlockFacts): 'owners' | 'classes' | undefined {
  if ((mode === 'owner' || mode === 'type') && !owners) return 'owners';
  if (mode === 'class' && !classes) return 'classes';
  return undefined;
}

/** The colours of a mode; by state while what the mode needs is not known yet. */
export function coloursOf(mode: ColourMode, { map, owners, classes }: BlockFacts): BlockColours {
  if (mode === 'size') return coloursBySize(map);
  if (mode === 'owner' && owners) return coloursByOwner(map, owners);
  if (mode === 'type' && owners) return coloursByType(map, owners);
  if (mode === 'class' && classes) return coloursByClass(map, classes);
  return coloursByState(map);
}

/** What the picture has colours for: the categories that there are blocks of, damage, and memory that is not there. */
export function legendOf(map: HeapMap, { categories, of }: BlockColours): LegendItem[] {
  const used = new Uint8Array(categories.length);
  let hasDamage = false;
  for (let i = 0; i < map.count; i++) {
    used[of[i] ?? 0] = 1;
    hasDamage ||= ((map.marks[i] ?? 0) & DAMAGED) !== 0;
  }
  const items: LegendItem[] = categories.filter((_, i) => used[i] === 1);
  // two names of one look, as the ground between blocks and a block of it, are one
  const ground = categories.find((c) => c.token === '--ground');
  if (map.uncommitted.length > 0 && ground && !items.includes(ground)) items.push(ground);
  if (hasDamage) items.push({ name: 'damaged', token: '--error', pattern: 'cross' });
  if (map.missing.length > 0) items.push(MISSING);
  return items;
}

const MISSING: LegendItem = {
  name: 'not in the dump',
  token: '--use-missing',
  pattern: 'stripes',
  ink: '--hatch',
};
