import type { BlockClasses, HeapMap, HeapOwners } from '../../core/protocol/pictures.ts';
import { addressText, sizeText } from '../picture/addressText.ts';
import { DAMAGED } from './blockColours.ts';

/** What is known of a heap's blocks besides their columns. */
export interface BlockFacts {
  readonly map: HeapMap;
  readonly owners?: HeapOwners;
  readonly classes?: BlockClasses;
}

/** A block's cells in the table. */
export interface BlockRow {
  readonly index: number;
  /** what the program was given; the entry for other than busy blocks */
  readonly address: bigint;
  readonly entry: bigint;
  readonly state: string;
  readonly part: string;
  readonly size: number;
  readonly userSize?: number;
  readonly owner: string;
  readonly type: string;
  readonly className: string;
  readonly damaged: boolean;
}

export function blockRow({ map, owners, classes }: BlockFacts, index: number): BlockRow {
  const state = map.states[map.state[index] ?? 0] ?? '';
  const entry = map.entry[index] ?? 0;
  const userSize = map.userSize[index] ?? -1;
  const type = owners?.type[index] ?? 0;
  return {
    index,
    address: BigInt(state === 'busy' ? entry + (map.userOffset[index] ?? 0) : entry),
    entry: BigInt(entry),
    state,
    part: map.parts[map.part[index] ?? 0] ?? '',
    size: map.size[index] ?? 0,
    userSize: userSize < 0 ? undefined : userSize,
    owner: owners?.owners[owners.owner[index] ?? 0] ?? '',
    type: type === 0 ? '' : (owners?.types[type] ?? ''),
    className: classes?.classes[classes.type[index] ?? 0] ?? '',
    damaged: ((map.marks[index] ?? 0) & DAMAGED) !== 0,
  };
}

/** A block in words: for a hover, and for those who listen. */
export function describeBlock(facts: BlockFacts, index: number): string {
  const row = blockRow(facts, index);
  const bits = facts.map.pointerSize === 4 ? 32 : 64;
  const asked = row.userSize === undefined ? '' : `, ${row.userSize.toLocaleString('en-US')} asked for`;
  const lines = [
    `${addressText(row.address, bits)}  ${row.state}${row.damaged ? ', damaged' : ''} (${row.part})`,
    `${row.size.toLocaleString('en-US')} bytes${row.size >= 1024 ? ` (${sizeText(row.size)})` : ''}${asked}`,
    row.owner && `of ${row.owner}`,
    row.type && `${row.type} block of a debug runtime`,
    row.className,
  ];
  return lines.filter((line) => line !== '').join('\n');
}
