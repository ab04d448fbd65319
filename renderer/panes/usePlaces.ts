import { useEffect, useRef, useState, type RefObject } from 'react';
import { usePaneAction } from '../app/paneActions.ts';
import { useSession } from '../client/sessionContext.ts';

/** Places that a pane was at; more are forgotten from the far end. */
const MAX_PLACES = 200;

export interface Places {
  /** undefined: where the frame in effect is */
  readonly address: bigint | undefined;
  /** goes there, and back with Alt+Left */
  go(address: bigint | undefined): void;
  /** moves on without a step to go back to */
  move(address: bigint | undefined): void;
  /** follows the frame again */
  follow(): void;
}

/** Where a pane of addresses is, with Alt+Left and Alt+Right through where it was. */
export function usePlaces(pane: RefObject<HTMLElement | null>, initial: bigint | string | undefined): Places {
  const session = useSession();
  const [address, setAddress] = useState(typeof initial === 'bigint' ? initial : undefined);
  const past = useRef<(bigint | undefined)[]>([]);
  const future = useRef<(bigint | undefined)[]>([]);
  const go = (to: bigint | undefined): void => {
    past.current = [...past.current.slice(-MAX_PLACES), address];
    future.current = [];
    setAddress(to);
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
  }, [initial, session]);
  usePaneAction(pane, 'back', () => {
    if (past.current.length === 0) return;
    future.current.push(address);
    setAddress(past.current.pop());
  });
  usePaneAction(pane, 'forward', () => {
    if (future.current.length === 0) return;
    past.current.push(address);
    setAddress(future.current.pop());
  });
  return { address, go, move: setAddress, follow: () => go(undefined) };
}

/** An expression of a saved layout may mean nothing any more: the pane stays where it is. */
function ignored(): void {
  return undefined;
}
