import { useCallback, useEffect, useState } from 'react';
import { DumpSession } from '../client/dumpSession.ts';
import type { DumpSource, Host } from '../client/host.ts';

/** Why a file could not be opened. */
export interface OpenFailure {
  readonly name: string;
  readonly reason: string;
}

/** The dumps of the window's tabs. */
export interface Dumps {
  /** in the order in which they were asked for */
  readonly sessions: readonly DumpSession[];
  /** the one in front */
  readonly active: DumpSession | undefined;
  readonly failure: OpenFailure | undefined;
  activate(session: DumpSession | undefined): void;
  fail(failure: OpenFailure | undefined): void;
  /** Opens a dump in a tab of its own, with the files beside it. */
  open(dump: DumpSource, beside?: readonly unknown[]): Promise<void>;
  close(session: DumpSession): void;
}

/** Opens what the host brings, and keeps which dumps are open. */
export function useDumps(host: Host): Dumps {
  const [sessions, setSessions] = useState<readonly DumpSession[]>([]);
  /** those that are being opened */
  const [coming, setComing] = useState<readonly DumpSession[]>([]);
  const [active, activate] = useState<DumpSession>();
  const [failure, fail] = useState<OpenFailure>();

  const open = useCallback(
    async (dump: DumpSource, beside: readonly unknown[] = []): Promise<void> => {
      fail(undefined);
      const session = new DumpSession(host, dump);
      setComing((all) => [...all, session]);
      await session.open();
      const reason = session.failure.get();
      if (reason === undefined && beside.length > 0) await session.addFiles(beside);
      setComing((all) => all.filter((s) => s !== session));
      if (reason !== undefined) {
        session.close();
        fail({ name: session.name, reason });
        return;
      }
      setSessions((all) => inOrder([...all, session]));
      activate((a) => (a && a.number > session.number ? a : session));
    },
    [host],
  );
  const close = useCallback((session: DumpSession): void => {
    session.close();
    setSessions((all) => {
      const rest = all.filter((s) => s !== session);
      activate((a) => (a === session ? rest.at(-1) : a));
      return rest;
    });
  }, []);

  useEffect(() => {
    void host.initialDumps().then((dumps) => {
      for (const dump of dumps) void open(dump);
    });
    host.onOpenDump((dump) => void open(dump));
  }, [host, open]);

  useEffect(
    () => host.shownDumps?.(inOrder([...sessions, ...coming]).map((s) => s.source)),
    [host, sessions, coming],
  );

  return { sessions, active, failure, activate, fail, open, close };
}

function inOrder(sessions: readonly DumpSession[]): DumpSession[] {
  return sessions.toSorted((a, b) => a.number - b.number);
}
