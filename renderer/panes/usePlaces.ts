import { useEffect, useRef, useState, type RefObject } from 'react';
import { usePaneAction } from '../app/paneActions.ts';
import { useSession } from '../client/sessionContext.ts';

/** Places that a pane was at; more are forgotten from the far end. */
const MAX_PLACES = 200;

export interface Places {
  /** undefined: where the frame in effect is */
  readonly address: bigint | undefined;
  /** rises with each coming, to the same place too */
  readonly turn: number;
  /** goes there, and back with Alt+Left */
  go(address: bigint | undefined): void;
  /** follows the frame again */
  follow(): void;
}

/**
 * Where a pane of addresses is, with Alt+Left and Alt+Right through where it was. `visit` is another one with each link
 * that leads here: then the pane goes to `initial`.
 */
export function usePlaces(
  pane: RefObject<HTMLElement | null>,
  initial: bigint | string | undefined,
  visit: string,
): Places {
  const session = useSession();
  const [place, setPlace] = useState({ address: typeof initial === 'bigint' ? initial : undefined, turn: 0 });
  const past = useRef<(bigint | undefined)[]>([]);
  const future = useRef<(bigint | undefined)[]>([]);
  const show = (address: bigint | undefined): void => setPlace((old) => ({ address, turn: old.turn + 1 }));
  const go = (to: bigint | undefined): void => {
    if (to !== place.address) {
      past.current = [...past.current.slice(-MAX_PLACES), place.address];
      future.current = [];
    }
    show(to);
  };
  const latest = useRef(go);
  latest.current = go;
  useEffect(() => {
    if (initial === undefined) return;
    if (typeof initial === 'bigint') latest.current(initial);
    else
      void session
        .request('evaluate', { expression: initial })
        .then((e) => latest.current(e.address), ignored);
  }, [visit, session]);
  usePaneAction(pane, 'back', () => {
    if (past.current.length === 0) return;
    future.current.push(place.address);
    show(past.current.pop());
  });
  usePaneAction(pane, 'forward', () => {
    if (future.current.length === 0) return;
    past.current.push(place.address);
    show(future.current.pop());
  });
  return { ...place, go, follow: () => go(undefined) };
}

/** An expression of a saved layout may mean nothing any more: the pane stays where it is. */
function ignored(): void {
  return undefined;
}
