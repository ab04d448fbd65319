import { frameDescriptionAt } from '../dwarf/ehFrameOf.ts';
import type { ModuleEntry } from '../moduleIndex.ts';
import type { ModuleSymbols } from '../../symbols/index.ts';
import { remembered } from '../remembered.ts';
import type { WalkSpace } from '../walkSpace.ts';

/** A symbol this far below an address is not the function that it is in. */
const MAX_FUNCTION = 0x10000;

const starts = new WeakMap<ModuleSymbols, Map<number, number | undefined>>();

/** The address where the function around `lookup` begins, as far as symbols or the image say. */
export function functionStart(space: WalkSpace, entry: ModuleEntry, lookup: number): number | undefined {
  const description = frameDescriptionAt(space, entry, lookup);
  if (description) return entry.base + description.start;
  const symbols = space.symbolsOf(entry.module);
  // exports are few: the nearest one below may be far from the function
  if (!symbols || symbols.status === 'export') return undefined;
  const rva = lookup - entry.base;
  const start = remembered(starts, symbols, rva, () => symbols.nearest(rva)?.rva);
  return start === undefined || rva - start > MAX_FUNCTION ? undefined : entry.base + start;
}
