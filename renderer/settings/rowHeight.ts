import { useStore } from '../client/store.ts';
import { settings } from './settings.ts';

/** Pixels of a row of data by those of its text: 20 by 13, and so on. The token `--row` is the same. */
export function rowHeight(textSize: number): number {
  return Math.round((textSize * 20) / 13);
}

/** The height of a row of data, again when the text's size changes. */
export function useRowHeight(): number {
  return rowHeight(useStore(settings).textSize);
}
