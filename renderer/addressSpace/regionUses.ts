import type { SpaceRegion } from '../../core/protocol/pictures.ts';
import type { Pattern } from '../picture/paintCells.ts';

/** What a region is drawn as. */
export interface RegionUse {
  readonly id:
    'image' | 'stack' | 'heap' | 'environment' | 'mapped' | 'private' | 'reserved' | 'unknown' | 'free';
  readonly name: string;
  readonly token: `--${string}`;
  readonly pattern: Pattern;
  readonly letter: string;
  /** the token of the pattern's lines */
  readonly ink?: `--${string}`;
}

const USES: readonly RegionUse[] = [
  { id: 'image', name: 'image', token: '--use-image', pattern: 'solid', letter: 'I' },
  { id: 'stack', name: 'stack', token: '--use-stack', pattern: 'dots', letter: 'S' },
  { id: 'heap', name: 'heap', token: '--use-heap-busy', pattern: 'lines', letter: 'H' },
  { id: 'environment', name: 'PEB, TEB', token: '--use-internal', pattern: 'cross', letter: 'T' },
  { id: 'mapped', name: 'mapped, shared', token: '--use-mapped', pattern: 'back', letter: 'M' },
  { id: 'private', name: 'private', token: '--data-address', pattern: 'grid', letter: 'P' },
  { id: 'reserved', name: 'reserved', token: '--use-reserved', pattern: 'bars', letter: 'R' },
  {
    id: 'unknown',
    name: 'not known',
    token: '--use-missing',
    pattern: 'stripes',
    letter: '?',
    ink: '--data-missing',
  },
  { id: 'free', name: 'free', token: '--use-free', pattern: 'none', letter: '' },
];

/** The uses that there are, in the order of the legend; a broken line tells of free runs. */
export function usesOf(regions: readonly SpaceRegion[]): RegionUse[] {
  const ids = new Set(regions.map((r) => regionUse(r).id));
  return USES.filter((use) => use.id !== 'free' && ids.has(use.id));
}

const BY_ID = new Map(USES.map((use) => [use.id, use]));

export const regionUses: readonly RegionUse[] = USES;

/** What a region is used for, as the picture tells uses apart. Reserved memory of a heap is not yet the heap's blocks. */
export function regionUse({ usage, state, type }: SpaceRegion): RegionUse {
  return useOf(idOf(usage, state, type));
}

function idOf(usage: string, state: SpaceRegion['state'], type: string): RegionUse['id'] {
  if (state === 'free') return 'free';
  if (usage === 'Image') return 'image';
  if (state === 'reserved') return 'reserved';
  if (usage === 'Stack') return 'stack';
  if (usage === 'Heap') return 'heap';
  if (usage === 'TEB' || usage === 'PEB') return 'environment';
  if (type === 'MEM_IMAGE') return 'image';
  if (usage === 'Other' || type === 'MEM_MAPPED') return 'mapped';
  if (type === 'MEM_PRIVATE' || state === 'committed') return 'private';
  return 'unknown';
}

function useOf(id: RegionUse['id']): RegionUse {
  const use = BY_ID.get(id);
  if (!use) throw new Error(`no use is called ${id}`);
  return use;
}
