import { useEffect, useMemo, useRef, useState } from 'react';
import type { TypeNodeModel } from '../../core/protocol/index.ts';
import { messageOf } from '../client/messageOf.ts';
import { useSession, useShown } from '../client/sessionContext.ts';
import { useStore } from '../client/store.ts';
import { valueRows, type Opens, type ReadTrees, type ValueRow } from './valueRows.ts';

/**
 * The rows of a tree of values. What is opened is read, and read again when thread, frame, symbols or files are others;
 * what is open stays open over that.
 */
export function useValueTree<Node extends TypeNodeModel>(
  nodes: readonly Node[],
): { readonly rows: readonly ValueRow<Node>[]; toggle(row: ValueRow<Node>, isOpen: boolean): void } {
  const session = useSession();
  const generation = useStore(session.context)?.generation ?? 0;
  const symbols = useStore(session.symbols);
  const reloads = useStore(session.reloads);
  const isShown = useShown();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [trees, setTrees] = useState<ReadTrees>(new Map());
  const { rows, wanted } = useMemo(() => valueRows(nodes, open, trees), [nodes, open, trees]);
  const asked = useRef({ turn: '', keys: new Set<string>(), stop: new AbortController() });
  const turn = [generation, symbols, reloads].join('.');
  useEffect(() => {
    if (!isShown) return;
    if (asked.current.turn !== turn) {
      asked.current.stop.abort();
      asked.current = { turn, keys: new Set(), stop: new AbortController() };
    }
    const { keys, stop } = asked.current;
    const ask = (key: string, opens: Opens): void => {
      keys.add(key);
      const set = (tree: typeof trees extends ReadonlyMap<string, infer T> ? T : never): void => {
        if (!stop.signal.aborted) setTrees((before) => new Map(before).set(key, tree));
      };
      session.request('typeTree', opens, {}, stop.signal).then(
        (model) => set({ state: 'ready', model, stale: false }),
        (e: unknown) => set({ state: 'failed', message: messageOf(e) }),
      );
    };
    for (const [key, opens] of wanted) if (!keys.has(key)) ask(key, opens);
  }, [session, turn, wanted, isShown]);
  useEffect(() => () => asked.current.stop.abort(), []);
  const toggle = ({ path }: ValueRow<Node>, isOpen: boolean): void =>
    setOpen((before) => {
      const next = new Set(before);
      if (isOpen) next.add(path);
      else next.delete(path);
      return next;
    });
  return { rows, toggle };
}
