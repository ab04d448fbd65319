import { useCallback, useEffect, useState } from 'react';
import { CommandHistory } from '../client/commandHistory.ts';
import { DumpSession } from '../client/dumpSession.ts';
import type { DumpSource, Host, Initial, InitialDump } from '../client/host.ts';

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
  /** dumps of before that are not opened again */
  readonly lost: Initial['lost'];
  activate(session: DumpSession | undefined): void;
  fail(failure: OpenFailure | undefined): void;
  /** Opens a dump in a tab of its own, with the files beside it, and puts it in front. */
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
  const [lost, setLost] = useState<Initial['lost']>();

  const add = useCallback(
    async (session: DumpSession, beside: readonly unknown[], isFront?: boolean): Promise<void> => {
      fail(undefined);
      setComing((all) => [...all, session]);
      await session.open();
      const reason = session.failure.get();
      if (reason === undefined) await session.addFiles(beside);
      setComing((all) => all.filter((s) => s !== session));
      if (reason !== undefined) {
        session.close();
        fail({ name: session.name, reason });
        return;
      }
      setLost(undefined);
      setSessions((all) => inOrder([...all, session]));
      activate((a) => {
        // of those that are opened at once the last one, whichever is ready first
        const isWanted = isFront ?? !(a && a.number > session.number);
        return isWanted || !a ? session : a;
      });
    },
    [],
  );
  const open = useCallback(
    (dump: DumpSource, beside: readonly unknown[] = []) =>
      add(new DumpSession(host, dump, [], window, new CommandHistory(localStorage)), beside),
    [host, add],
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
    void host.initialDumps().then((initial) => {
      setLost(initial.lost);
      for (const dump of initial.dumps)
        void add(
          new DumpSession(host, dump, dump.added, window, new CommandHistory(localStorage)),
          [],
          frontOf(dump, initial.dumps),
        );
    });
    host.onOpenDump((dump) => void open(dump));
  }, [host, add, open]);

  useEffect(() => {
    const all = inOrder([...sessions, ...coming]);
    const tell = (): void =>
      host.shownDumps(
        all.map((session) => ({
          dump: session.source,
          added: session.added.get(),
          isFront: session === active,
          isOpen: sessions.includes(session),
        })),
      );
    tell();
    const ends = all.map((session) => session.added.subscribe(tell));
    return () => ends.forEach((end) => end());
  }, [host, sessions, coming, active]);

  return { sessions, active, failure, lost, activate, fail, open, close };
}

/** Whether a dump of before was in front; undefined where none of them was. */
function frontOf(dump: InitialDump, all: readonly InitialDump[]): boolean | undefined {
  return all.some((d) => d.isFront) ? dump.isFront : undefined;
}

function inOrder(sessions: readonly DumpSession[]): DumpSession[] {
  return sessions.toSorted((a, b) => a.number - b.number);
}
