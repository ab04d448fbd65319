import type { HeapMap } from '../../core/protocol/pictures.ts';
import { sizeText } from '../picture/addressText.ts';
import { sumOf } from './blockSelection.ts';

const count = (value: number): string => value.toLocaleString('en-US');

/** How many blocks there are, are shown and are selected. */
export function blocksText(map: HeapMap, shown?: Uint32Array, chosen?: Uint8Array): string {
  const parts = [
    shown && shown.length !== map.count
      ? `${count(shown.length)} of ${count(map.count)} blocks`
      : `${count(map.count)} blocks`,
    `${count(map.busyBlocks)} busy, ${sizeText(map.busyBytes)}`,
    `${count(map.freeBlocks)} free, ${sizeText(map.freeBytes)}`,
  ];
  if (chosen) {
    const { blocks, bytes } = sumOf(chosen, map.size);
    parts.unshift(`${count(blocks)} selected, ${sizeText(bytes)}`);
  }
  return parts.join(' · ');
}
