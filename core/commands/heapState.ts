import type { Session } from './session.ts';

/** What is known of a process' heaps by now. */
export interface HeapState {
  /** heaps that were walked */
  readonly walked: number;
  /** what is damaged in them */
  readonly errors: number;
}

const states = new WeakMap<Session, () => HeapState>();

/** Has the heaps of a session asked for what is known of them. Apart from them, so that asking loads no heap code. */
export function noteHeaps(session: Session, state: () => HeapState): void {
  states.set(session, state);
}

/** What was found of the heaps so far; undefined where none was walked. Walks nothing. */
export function heapState(session: Session): HeapState | undefined {
  const state = states.get(session)?.();
  return state && state.walked > 0 ? state : undefined;
}
