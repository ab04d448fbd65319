import type { Address } from '../../target/index.ts';
import type { Session } from '../session.ts';

const saved = new WeakMap<Session, readonly Address[]>();

/** Keeps what `s -[s]` found, for `s -[r]`. */
export function saveHits(session: Session, hits: readonly Address[]): void {
  saved.set(session, hits);
}

/** The hits that were kept last; none at first. */
export function savedHits(session: Session): readonly Address[] {
  return saved.get(session) ?? [];
}
