/**
 * A tree of values as the rows of a table: the values at the top, and below each one that is open what was read of it.
 * What is open and not read yet is told, so that somebody reads it.
 */
import type { TypeNodeModel, TypeTreeModel } from '../../core/protocol/index.ts';
import type { Asked } from '../client/useModel.ts';

/** Structures within structures: a list of itself would have no end. */
const MAX_LEVELS = 64;

export type Opens = NonNullable<TypeNodeModel['opens']>;

export interface ValueRow<Node extends TypeNodeModel = TypeNodeModel> {
  /** names on the way to it: the same for the same field of another frame */
  readonly path: string;
  readonly level: number;
  /** absent in rows that say why there are no values */
  readonly node?: Node | TypeNodeModel;
  readonly note?: string;
  /** absent for what cannot be opened */
  readonly isOpen?: boolean;
}

/** What was read so far, by `keyOf`. */
export type ReadTrees = ReadonlyMap<string, Asked<TypeTreeModel>>;

/** What a click on a value reads: one reading for all that lead to it. */
export function keyOf({ type, address }: Opens): string {
  return `${type} ${address?.toString(16) ?? ''}`;
}

/** The rows that are to be seen, and what has to be read for them. */
export function valueRows<Node extends TypeNodeModel>(
  nodes: readonly Node[],
  open: ReadonlySet<string>,
  trees: ReadTrees,
): { readonly rows: readonly ValueRow<Node>[]; readonly wanted: ReadonlyMap<string, Opens> } {
  const rows: ValueRow<Node>[] = [];
  const wanted = new Map<string, Opens>();
  const add = (list: readonly (Node | TypeNodeModel)[], level: number, above: string): void => {
    for (const [i, node] of list.entries()) {
      const path = `${above}/${node.name}#${node.offset ?? i}`;
      const { opens } = node;
      const canOpen = opens !== undefined && level < MAX_LEVELS;
      const isOpen = canOpen && open.has(path);
      rows.push({ path, level, node, isOpen: canOpen ? isOpen : undefined });
      if (isOpen) within(opens, level + 1, path);
    }
  };
  const within = (opens: Opens, level: number, path: string): void => {
    const key = keyOf(opens);
    wanted.set(key, opens);
    const tree = trees.get(key);
    const say = (note: string): void => {
      rows.push({ path: `${path}/`, level, note });
    };
    if (!tree || tree.state === 'loading') say('Reading…');
    else if (tree.state === 'failed') say(tree.message);
    else {
      add(tree.model.nodes, level, path);
      if (tree.model.nodes.length === 0) say('It has no fields.');
      if (tree.model.truncated)
        say('There is more than can be shown: dt with an index or a field shows the rest.');
    }
  };
  add(nodes, 0, '');
  return { rows, wanted };
}
