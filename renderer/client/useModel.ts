import { useEffect, useRef, useState } from 'react';
import { RequestFailed, type Method, type Params, type Result } from '../../core/protocol/index.ts';
import { messageOf } from './messageOf.ts';
import type { Progress } from './dumpSession.ts';
import { useSession, useShown } from './sessionContext.ts';
import { useStore } from './store.ts';

/** A model that was asked for. `ready` keeps the last one while the next is on its way (`stale`). */
export type Asked<T> =
  | { readonly state: 'loading'; readonly progress?: Progress }
  | { readonly state: 'ready'; readonly model: T; readonly stale: boolean }
  | { readonly state: 'failed'; readonly message: string };

/** When a model is asked for again: with thread, frame or machine; with symbols too; after a reload alone, as all are. */
export type AskAgain = 'context' | 'symbols' | 'reload';

/** Keys of parameters: bigint has no JSON of its own. */
function keyOf(params: unknown): string {
  return JSON.stringify(params, (_, v: unknown) => (typeof v === 'bigint' ? `0x${v.toString(16)}` : v));
}

/**
 * Asks the engine for a pane's model, and again when what it depends on changes. The old model stays until the new one
 * is there. `params` undefined asks for nothing, and so does a pane that is not seen: it asks when it is shown.
 */
export function useModel<M extends Method>(
  method: M,
  params: Params<M> | undefined,
  again: AskAgain = 'context',
): Asked<Result<M>> {
  const session = useSession();
  const isShown = useShown();
  const generation = useStore(session.context)?.generation ?? 0;
  const symbols = useStore(session.symbols);
  const reloads = useStore(session.reloads);
  const [asked, setAsked] = useState<Asked<Result<M>>>({ state: 'loading' });
  const key = params === undefined ? undefined : keyOf(params);
  const latest = useRef(params);
  latest.current = params;
  const place = again === 'reload' ? String(reloads) : `${reloads}.${generation}`;
  const request = useRef<AbortController>(undefined);
  /** the symbols that the model was computed with */
  const answered = useRef<number>(undefined);
  // of another place the answer is of no use
  useEffect(
    () => () => {
      request.current?.abort();
      request.current = answered.current = undefined;
    },
    [session, method, key, place],
  );
  /** the question that `asked` answers */
  const question = `${key} ${place}`;
  const asksFor = useRef<string>(undefined);
  const names = again === 'symbols' ? symbols : 0;
  useEffect(() => {
    const wanted = latest.current;
    if (!isShown || key === undefined || wanted === undefined) return;
    // what is under way is told of symbols before it is answered
    if (request.current || answered.current === names) return;
    const stop = new AbortController();
    request.current = stop;
    setAsked((before) => (before.state === 'ready' ? { ...before, stale: true } : { state: 'loading' }));
    const progress = (p: Progress): void =>
      setAsked((before) => (before.state === 'loading' ? { state: 'loading', progress: p } : before));
    const end = (to?: Asked<Result<M>>): void => {
      if (stop.signal.aborted) return;
      request.current = undefined;
      answered.current = again === 'symbols' ? session.symbols.get() : 0;
      asksFor.current = question;
      if (to) setAsked(to);
    };
    session.request(method, wanted, { progress }, stop.signal).then(
      (model) => end({ state: 'ready', model, stale: false }),
      (e: unknown) => {
        if (e instanceof RequestFailed && e.code === 'cancelled') end();
        else end({ state: 'failed', message: messageOf(e) });
      },
    );
  }, [isShown, session, method, key, place, names]);
  // the effect that marks it stale comes after this drawing, and only where the pane is seen
  const isOther = asked.state === 'ready' && !asked.stale && asksFor.current !== question;
  return isOther ? { ...asked, stale: true } : asked;
}
