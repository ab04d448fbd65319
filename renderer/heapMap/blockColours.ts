import type { BlockClasses, HeapMap, HeapOwners } from '../../core/protocol/pictures.ts';
import type { Pattern } from '../picture/paintCells.ts';

/** What a colour means. */
export interface Category {
  readonly name: string;
  /** a token of the theme, or a hue of the series (`series`) */
  readonly token: `--${string}`;
  readonly pattern: Pattern;
  /** the letter that stands in cells large enough */
  readonly letter: string;
}

export const COLOUR_MODES = ['state', 'size', 'owner', 'type', 'class'] as const;
export type ColourMode = (typeof COLOUR_MODES)[number];

/** How blocks are coloured: an index in `categories` for each block. */
export interface BlockColours {
  readonly mode: ColourMode;
  readonly categories: readonly Category[];
  readonly of: Uint8Array;
}

/** Bits of `BlockMark` (core/heap): a finding names the block. */
export const DAMAGED = 1;
/** Owners and classes that have a colour of their own: more hues cannot be told apart. */
const MAX_SERIES = 7;

const FREE: Category = { name: 'free', token: '--use-heap-free', pattern: 'stripes', letter: 'F' };
const INTERNAL: Category = { name: "the heap's own", token: '--use-internal', pattern: 'dots', letter: 'I' };
/** Nothing is there: the ground is seen. */
const EMPTY: Category = { name: 'not committed', token: '--ground', pattern: 'none', letter: '' };
const BUSY: Category = { name: 'busy', token: '--use-heap-busy', pattern: 'solid', letter: 'B' };

/** The hues of a series, in the order of their use; patterns take turns with them. */
const SERIES: readonly { readonly token: `--${string}`; readonly pattern: Pattern }[] = [
  { token: '--use-heap-busy', pattern: 'solid' },
  { token: '--use-image', pattern: 'back' },
  { token: '--use-mapped', pattern: 'dots' },
  { token: '--use-stack', pattern: 'lines' },
  { token: '--data-type', pattern: 'bars' },
  { token: '--data-address', pattern: 'cross' },
  { token: '--warning', pattern: 'grid' },
];
const OTHERS = { token: '--text-faint', pattern: 'dots', letter: 'o' } as const;

/** Upper bounds of the size classes in bytes, and their names. */
const SIZE_CLASSES: readonly (readonly [below: number, name: string])[] = [
  [65, 'up to 64 bytes'],
  [257, 'up to 256 bytes'],
  [1025, 'up to 1 KB'],
  [4097, 'up to 4 KB'],
  [65537, 'up to 64 KB'],
  [Infinity, 'over 64 KB'],
];

/** Colours by state: what a block is to the heap. */
export function coloursByState(map: HeapMap): BlockColours {
  const order = [BUSY, FREE, EMPTY, INTERNAL];
  const categories = map.states.map((_, i) => order[i] ?? INTERNAL);
  return { mode: 'state', categories, of: map.state };
}

/** Colours of busy blocks by bytes from one entry to the next. */
export function coloursBySize(map: HeapMap): BlockColours {
  const series = SIZE_CLASSES.map(([, name], i) => seriesCategory(name, i, String(i + 1)));
  return fill(map, 'size', series, (i) => {
    const size = map.size[i] ?? 0;
    let k = 0;
    while (size >= (SIZE_CLASSES[k]?.[0] ?? Infinity)) k++;
    return k;
  });
}

/** Colours of busy blocks by the module that asked for them. */
export function coloursByOwner(map: HeapMap, owners: HeapOwners): BlockColours {
  return ranked(map, 'owner', owners.owner, owners.owners, 'not known');
}

/** Colours of busy blocks by the debug runtime's type. */
export function coloursByType(map: HeapMap, { type, types }: HeapOwners): BlockColours {
  const series = types.map((name, i) =>
    i === 0
      ? { ...OTHERS, name: 'no debug header' }
      : name === 'damaged'
        ? { name, token: '--error' as const, pattern: 'cross' as const, letter: '!' }
        : seriesCategory(`${name} block`, i - 1, name.slice(0, 1).toUpperCase()),
  );
  return fill(map, 'type', series, (i) => type[i] ?? 0);
}

/** Colours of busy blocks by C++ class. */
export function coloursByClass(map: HeapMap, { type, classes }: BlockClasses): BlockColours {
  return ranked(map, 'class', type, classes, 'no vtable');
}

/** The names with most bytes get a hue, all others one together; number 0 means none. */
function ranked(
  map: HeapMap,
  mode: ColourMode,
  column: Uint16Array,
  names: readonly string[],
  none: string,
): BlockColours {
  const bytes = new Float64Array(names.length);
  for (let i = 0; i < map.count; i++) {
    if (map.state[i] !== 0) continue;
    const n = column[i] ?? 0;
    bytes[n] = (bytes[n] ?? 0) + (map.size[i] ?? 0);
  }
  const order = [...bytes.keys()].filter((n) => n > 0 && (bytes[n] ?? 0) > 0);
  order.sort((a, b) => (bytes[b] ?? 0) - (bytes[a] ?? 0));
  const shown = order.slice(0, order.length > MAX_SERIES ? MAX_SERIES - 1 : MAX_SERIES);
  const series: Category[] = [{ ...OTHERS, name: none, letter: '?' }];
  const place = new Uint8Array(names.length);
  shown.forEach((n, i) => {
    place[n] = series.push(seriesCategory(names[n] ?? '', i, String.fromCharCode(65 + i))) - 1;
  });
  if (order.length > shown.length) {
    const rest =
      series.push({ ...OTHERS, name: `${order.length - shown.length} others`, pattern: 'bars' }) - 1;
    for (const n of order.slice(shown.length)) place[n] = rest;
  }
  return fill(map, mode, series, (i) => place[column[i] ?? 0] ?? 0);
}

/** Busy blocks by a series, all others by what they are. */
function fill(
  map: HeapMap,
  mode: ColourMode,
  series: readonly Category[],
  ofBusy: (block: number) => number,
): BlockColours {
  const categories = [...series, FREE, EMPTY, INTERNAL];
  const of = new Uint8Array(map.count);
  for (let i = 0; i < map.count; i++) {
    const state = map.state[i] ?? 0;
    of[i] = state === 0 ? ofBusy(i) : series.length + state - 1;
  }
  return { mode, categories, of };
}

function seriesCategory(name: string, i: number, letter: string): Category {
  const { token, pattern } = SERIES[i % SERIES.length] ?? { token: '--text-muted', pattern: 'solid' };
  return { name, token, pattern, letter };
}
