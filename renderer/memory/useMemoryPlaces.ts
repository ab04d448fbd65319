import { useEffect, useRef, useState } from 'react';
import { messageOf } from '../client/messageOf.ts';
import type { MemorySource } from './memorySource.ts';
import {
  fixedPlace,
  goBack,
  goForward,
  goTo,
  isNumber,
  type MemoryPlace,
  moved,
  type PlaceHistory,
  startHistory,
} from './placeHistory.ts';

/** What a pane follows before anybody typed an expression: the stack of the frame. */
const STACK = '@$csp';

export interface MemoryPlacesOptions {
  /** where the pane opens */
  readonly expression: string;
  /** another one with each link that leads to `expression` */
  readonly visit: string;
  /** another one whenever expressions may mean something else: thread, frame, machine, symbols, dump */
  readonly moment: string;
  /** whether the place is on the screen: who scrolled away from it is not taken along */
  isSeen(): boolean;
  /** the person went somewhere */
  onArrive(): void;
  onPlace(place: MemoryPlace): void;
}

export interface MemoryPlaces {
  readonly place: MemoryPlace | undefined;
  /** another one with each coming, to the same place too */
  readonly visit: number;
  readonly canGoBack: boolean;
  readonly canGoForward: boolean;
  /** what stands in the box */
  readonly typed: string;
  /** why the box's expression leads nowhere */
  readonly problem: string;
  /** what is followed when nothing is: the last expression that was */
  readonly followed: string;
  type(text: string): void;
  say(problem: string): void;
  go(address: bigint): void;
  goToExpression(text: string): Promise<void>;
  back(): void;
  forward(): void;
  /** stays where it is */
  pin(): void;
}

/** Where a memory pane is: what was typed, what the context makes of it, and the way back. */
export function useMemoryPlaces(source: MemorySource, options: MemoryPlacesOptions): MemoryPlaces {
  const [history, setHistory] = useState<PlaceHistory>();
  const [typed, setTyped] = useState(options.expression);
  const [problem, setProblem] = useState('');
  const [visit, setVisit] = useState(0);
  const [followed, setFollowed] = useState(STACK);
  const asked = useRef(0);
  const latest = useRef({ options, history });
  latest.current = { options, history };

  const arrive = (next: PlaceHistory): void => {
    const { current } = next;
    setHistory(next);
    setTyped(current.expression);
    setProblem('');
    setVisit((v) => v + 1);
    if (current.follows) setFollowed(current.expression);
    options.onPlace(current);
  };
  const visitPlace = (place: MemoryPlace): void =>
    arrive(history ? goTo(history, place) : startHistory(place));
  const goToExpression = async (text: string): Promise<void> => {
    const turn = ++asked.current;
    try {
      const { address, ofContext } = await source.evaluate(text);
      // the first answer of a busy engine may come after the person typed something else
      if (turn !== asked.current) return;
      visitPlace({ address, expression: text, follows: ofContext });
      options.onArrive();
    } catch (e) {
      if (turn !== asked.current) return;
      // a pane that just opened shows what memory there is
      const first = history ? undefined : (await source.runs()).starts.at(0);
      if (first !== undefined) visitPlace(fixedPlace(first));
      else setProblem(messageOf(e));
    }
  };
  /** A place of before, where its expression leads now. */
  const revisit = async (next: PlaceHistory): Promise<void> => {
    const turn = ++asked.current;
    const current = await evaluated(source, next.current).catch(() => next.current);
    if (turn === asked.current) arrive({ ...next, current });
  };
  const pin = (from: PlaceHistory): void => {
    const place = fixedPlace(from.current.address);
    setHistory(moved(from, place));
    setTyped((text) => (text === from.current.expression ? place.expression : text));
    options.onPlace(place);
  };

  useEffect(() => {
    void goToExpression(options.expression);
    // only a link from outside moves the pane: the expression follows where it is
  }, [options.visit]);
  useEffect(() => {
    const before = latest.current.history;
    if (!before || isNumber(before.current.expression)) return undefined;
    let isCurrent = true;
    evaluated(source, before.current).then(
      (place) => {
        const { history: now } = latest.current;
        if (!isCurrent || now?.current !== before.current) return;
        setProblem('');
        if (place.address === before.current.address) return;
        if (!latest.current.options.isSeen()) return pin(now);
        setHistory(moved(now, place));
        setVisit((v) => v + 1);
        latest.current.options.onPlace(place);
      },
      (e: unknown) => {
        const { address, expression } = before.current;
        if (isCurrent)
          setProblem(`${messageOf(e)}. ${expression} was at 0x${address.toString(16)}, which is shown.`);
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [options.moment]);

  return {
    place: history?.current,
    visit,
    canGoBack: history !== undefined && history.back.length > 0,
    canGoForward: history !== undefined && history.forward.length > 0,
    typed,
    problem,
    followed,
    type(text) {
      // an answer that is still on its way must not write over what is being typed
      asked.current++;
      setTyped(text);
    },
    say: setProblem,
    go(address) {
      // whoever goes elsewhere is not interested any more in what was asked before
      asked.current++;
      visitPlace(fixedPlace(address));
    },
    goToExpression,
    back: () => history?.back.length && void revisit(goBack(history)),
    forward: () => history?.forward.length && void revisit(goForward(history)),
    pin: () => history && pin(history),
  };
}

async function evaluated(source: MemorySource, place: MemoryPlace): Promise<MemoryPlace> {
  if (isNumber(place.expression)) return place;
  const { address, ofContext } = await source.evaluate(place.expression);
  return { ...place, address, follows: ofContext };
}
