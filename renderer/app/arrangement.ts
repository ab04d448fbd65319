import type { Direction } from './neighbour.ts';

/** What a person does to the pane in front by keys, as others do by dragging its tab. */
export type Arrangement =
  | { readonly what: 'move'; readonly to: Direction }
  | { readonly what: 'split'; readonly to: 'right' | 'below' }
  | { readonly what: 'resize'; readonly to: 'wider' | 'narrower' | 'taller' | 'shorter' }
  | { readonly what: 'float' }
  | { readonly what: 'maximize' };
