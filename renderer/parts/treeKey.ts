/** How the rows of a table lie within each other. */
export interface TreeOf<Row> {
  /** 0 for those at the top */
  level(row: Row): number;
  /** undefined for what cannot be opened */
  isOpen(row: Row): boolean | undefined;
  toggle(row: Row, isOpen: boolean): void;
  /** what stands in place of cells: why there is nothing */
  note(row: Row): string | undefined;
}

/**
 * Right opens a row and then goes into it, left closes it and then goes to the one that it is in, as trees do on
 * Windows. False for other keys.
 */
export function treeKey<Row>(
  key: string,
  {
    rows,
    at,
    tree,
    move,
  }: {
    readonly rows: readonly Row[];
    readonly at: number;
    readonly tree: TreeOf<Row>;
    move(to: number): void;
  },
): boolean {
  const row = rows[at];
  if (row === undefined || (key !== 'ArrowRight' && key !== 'ArrowLeft')) return false;
  const isOpen = tree.isOpen(row);
  if (key === 'ArrowRight') {
    if (isOpen === false) tree.toggle(row, true);
    else if (isOpen) move(at + 1);
  } else if (isOpen) tree.toggle(row, false);
  else {
    const level = tree.level(row);
    const outer = rows.slice(0, at).findLastIndex((r) => tree.level(r) < level);
    if (outer >= 0) move(outer);
  }
  return true;
}
