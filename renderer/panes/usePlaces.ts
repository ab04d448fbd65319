import { useEffect, useRef, useState, type RefObject } from 'react';
import type { EvaluationModel } from '../../core/protocol/index.ts';
import { usePaneAction } from '../app/paneActions.ts';
import { useModel } from '../client/useModel.ts';

/** Places that a pane was at; more are forgotten from the far end. */
const MAX_PLACES = 200;

/** An address, which stays; an expression, which is evaluated anew as the context moves; undefined for the frame's own. */
export type CodePlace = bigint | string | undefined;

export interface Places {
  readonly place: CodePlace;
  /** where it is; undefined: where the frame in effect is, or not evaluated yet */
  readonly address: bigint | undefined;
  /** it moves with thread and frame */
  readonly follows: boolean;
  /** why the expression leads nowhere now */
  readonly problem: string | undefined;
  /** rises with each coming, to the same place too */
  readonly turn: number;
  /** goes there, and back with Alt+Left */
  go(place: CodePlace): void;
}

/**
 * Where a pane of addresses is, with Alt+Left and Alt+Right through where it was. `visit` is another one with each link
 * that leads here: then the pane goes to `initial`.
 */
export function usePlaces(pane: RefObject<HTMLElement | null>, initial: CodePlace, visit: string): Places {
  const [{ place, turn }, setPlace] = useState({ place: initial, turn: 0 });
  const past = useRef<CodePlace[]>([]);
  const future = useRef<CodePlace[]>([]);
  const expression = typeof place === 'string' ? place : undefined;
  const asked = useModel('evaluate', expression === undefined ? undefined : { expression }, 'symbols');
  const show = (to: CodePlace): void => setPlace((old) => ({ place: to, turn: old.turn + 1 }));
  const go = (to: CodePlace): void => {
    if (to !== place) {
      past.current = [...past.current.slice(-MAX_PLACES), place];
      future.current = [];
    }
    show(to);
  };
  const latest = useRef(go);
  latest.current = go;
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current && initial !== undefined) latest.current(initial);
    isFirst.current = false;
  }, [visit]);
  usePaneAction(pane, 'back', () => {
    if (past.current.length === 0) return;
    future.current.push(place);
    show(past.current.pop());
  });
  usePaneAction(pane, 'forward', () => {
    if (future.current.length === 0) return;
    past.current.push(place);
    show(future.current.pop());
  });
  // what an expression was before the context moved holds until the answer is there; another expression's does not
  const settled = useRef<{ expression: string; model: EvaluationModel }>(undefined);
  if (expression !== undefined && asked.state === 'ready' && !asked.stale)
    settled.current = { expression, model: asked.model };
  const found = settled.current?.expression === expression ? settled.current?.model : undefined;
  return {
    place,
    address: typeof place === 'bigint' ? place : found?.address,
    follows: place === undefined || found?.ofContext === true,
    problem: expression !== undefined && asked.state === 'failed' ? asked.message : undefined,
    turn,
    go,
  };
}
