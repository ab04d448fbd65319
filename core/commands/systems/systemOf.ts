import { UsageError } from '../../errors/index.ts';
import type { OpenSystem, Session } from '../session.ts';

/** The open dump of a number; without one, or with `.` or `#`, the one in effect. */
export function systemOf({ systems }: Session, which: string): OpenSystem {
  const number = /^\d+$/.test(which) ? Number(which) : systems.current;
  const found = systems.list.find((open) => open.number === number);
  if (!found) throw new UsageError(`Illegal system error at '${which}'`, 'unresolved');
  return found;
}
