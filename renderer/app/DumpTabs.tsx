import type { DumpSession } from '../client/dumpSession.ts';
import type { Dumps } from './useDumps.ts';

/** The tabs of the open dumps, where there are several. */
export function DumpTabs({ sessions, active, activate, close }: Dumps) {
  if (sessions.length < 2) return undefined;
  const nameOf = (s: DumpSession): string => s.dump.get()?.name ?? s.name;
  return (
    <div className="dump-tabs" role="tablist" aria-label="Dumps">
      {sessions.map((s) => (
        <span key={s.number} role="none" className="dump-tab">
          <button type="button" role="tab" aria-selected={s === active} onClick={() => activate(s)}>
            {nameOf(s)}
          </button>
          <button type="button" aria-label={`Close ${nameOf(s)}`} onClick={() => close(s)}>
            ×
          </button>
        </span>
      ))}
    </div>
  );
}
