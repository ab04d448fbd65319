import type { Address } from '../../target/index.ts';
import type { Session } from '../session.ts';

/** User-mode Windows has flat segments, but for the one that holds the TEB: fs on x86, gs on x64. */
export function segmentBase(session: Session, name: string): Address | undefined {
  const { kind } = session.machine;
  if (kind !== 'x86' && kind !== 'x64') return undefined;
  if (name === (kind === 'x86' ? 'fs' : 'gs')) return session.thread?.tebFor(session.machine);
  return ['cs', 'ds', 'es', 'ss'].includes(name) ? 0n : undefined;
}
