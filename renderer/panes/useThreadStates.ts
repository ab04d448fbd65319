import { useEffect, useRef, useState } from 'react';
import type { ThreadRowModel, ThreadStateModel } from '../../core/protocol/index.ts';
import { useSession, useShown } from '../client/sessionContext.ts';
import { useStore } from '../client/store.ts';

/** Threads that are asked for at once: their states appear together. */
const BATCH = 64;

export type ThreadStates = ReadonlyMap<number, ThreadStateModel>;

/**
 * What threads do, a batch after the other: each stack is walked, which takes time where there are thousands. Asked for
 * again when symbols are loaded, in another view of the process and after a reload; what was known stays meanwhile.
 */
export function useThreadStates(threads: readonly ThreadRowModel[] | undefined): ThreadStates {
  const session = useSession();
  const context = useStore(session.context);
  const reloads = useStore(session.reloads);
  const isShown = useShown();
  const [states, setStates] = useState<ThreadStates>(new Map());
  const latest = useRef(threads);
  latest.current = threads;
  const grounds =
    threads === undefined || !isShown
      ? undefined
      : [
          threads.length,
          context?.machine,
          context?.symbols.loaded,
          context?.symbols.deferred,
          reloads,
        ].join();
  useEffect(() => {
    if (grounds === undefined) return undefined;
    const stop = new AbortController();
    void askAll(orderOf(latest.current ?? []), async (batch) => {
      const found = await session.request('threadStates', { threads: batch }, {}, stop.signal);
      if (stop.signal.aborted) return false;
      setStates((before) => new Map([...before, ...found.map((s) => [s.index, s] as const)]));
      return true;
    });
    return () => stop.abort();
  }, [session, grounds]);
  return states;
}

/** The threads that a person looks at first are asked for first. */
function orderOf(threads: readonly ThreadRowModel[]): number[] {
  const isFirst = (t: ThreadRowModel): boolean => t.current || t.event;
  return [...threads.filter(isFirst), ...threads.filter((t) => !isFirst(t))].map((t) => t.index);
}

async function askAll(indices: readonly number[], ask: (batch: number[]) => Promise<boolean>): Promise<void> {
  for (let i = 0; i < indices.length; i += BATCH) {
    try {
      if (!(await ask(indices.slice(i, i + BATCH)))) return;
    } catch {
      // stopped, or the engine is gone: rows keep saying where the threads are
      return;
    }
  }
}
