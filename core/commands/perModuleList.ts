import type { Session } from './session.ts';

/** `make`'s result, kept for a session until its module list changes (`.reload`). */
export function perModuleList<T>(make: (session: Session) => T): (session: Session) => T {
  const kept = new WeakMap<Session, { readonly revision: number | undefined; readonly value: T }>();
  return (session) => {
    const { revision } = session.target.modules;
    const known = kept.get(session);
    if (known && known.revision === revision) return known.value;
    const value = make(session);
    kept.set(session, { revision, value });
    return value;
  };
}
