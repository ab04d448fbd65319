/** What is selected of a heap's blocks: one that keys move from, and all from where the selection began to it. */
export interface BlockSelection {
  /** index of a block; -1 for none */
  readonly active: number;
  readonly anchor: number;
  /** 1 for each block that is selected, where it is more than the active one */
  readonly chosen?: Uint8Array;
}

export const NOTHING_SELECTED: BlockSelection = { active: -1, anchor: -1 };

export function selectOne(block: number): BlockSelection {
  return { active: block, anchor: block };
}

/** All rows of a table from where the selection began to one; `blocks` are those of the rows, undefined where all are in order. */
export function selectRows(
  { anchor }: BlockSelection,
  blocks: Uint32Array | undefined,
  count: number,
  row: number,
): BlockSelection {
  const active = blocks ? (blocks[row] ?? -1) : row;
  const began = anchor < 0 ? row : rowOfBlock(blocks, anchor);
  // the block that it began at is not in the table any more
  if (began < 0) return selectOne(active);
  const [from, to] = began < row ? [began, row] : [row, began];
  if (from === to) return selectOne(active);
  const chosen = blocks
    ? litBlocks(count, blocks.subarray(from, to + 1))
    : new Uint8Array(count).fill(1, from, to + 1);
  return { active, anchor: anchor < 0 ? active : anchor, chosen };
}

/** All rows of a table. */
export function selectAll(
  selection: BlockSelection,
  blocks: Uint32Array | undefined,
  count: number,
): BlockSelection {
  const chosen = blocks ? litBlocks(count, blocks) : new Uint8Array(count).fill(1);
  return { ...selection, chosen };
}

/** The row of a block; -1 where the table has it not. */
export function rowOfBlock(blocks: Uint32Array | undefined, block: number): number {
  return block < 0 || !blocks ? block : blocks.indexOf(block);
}

/** A mark for each block of a list, for the picture. */
export function litBlocks(count: number, blocks: Uint32Array): Uint8Array {
  const lit = new Uint8Array(count);
  for (const i of blocks) lit[i] = 1;
  return lit;
}

/** How many blocks are marked, and their bytes. */
export function sumOf(chosen: Uint8Array, size: Float64Array): { blocks: number; bytes: number } {
  let blocks = 0;
  let bytes = 0;
  for (let i = 0; i < chosen.length; i++) {
    if (!chosen[i]) continue;
    blocks++;
    bytes += size[i] ?? 0;
  }
  return { blocks, bytes };
}
