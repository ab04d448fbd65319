import type { Session } from './session.ts';

interface Kept<T> {
  readonly modules: number | undefined;
  readonly symbols: number;
  readonly value: T;
}

/** `make`'s result, kept for a session until modules, images or symbols may be others (`.reload`, added files). */
export function perModuleList<T>(make: (session: Session) => T): (session: Session) => T {
  const kept = new WeakMap<Session, Kept<T>>();
  return (session) => {
    const { revision: modules } = session.target.modules;
    const { revision: symbols } = session.symbols;
    const known = kept.get(session);
    if (known && known.modules === modules && known.symbols === symbols) return known.value;
    const value = make(session);
    kept.set(session, { modules, symbols, value });
    return value;
  };
}
