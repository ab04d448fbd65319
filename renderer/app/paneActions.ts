import { useEffect, useRef, type RefObject } from 'react';
import type { PaneAction } from './paneAction.ts';

/** Asks the pane around an element; false where it has nothing to do for it. */
export function sendPaneAction(pane: Element, action: PaneAction, detail = ''): boolean {
  const event = new CustomEvent(`pane-${action}`, { cancelable: true, bubbles: false, detail });
  const targets = [pane, ...pane.querySelectorAll('[data-pane-target]')];
  return targets.some((t) => !t.dispatchEvent(event) || event.defaultPrevented);
}

/** Lets a pane's element answer a key of the window. */
export function usePaneAction(
  element: RefObject<HTMLElement | null>,
  action: PaneAction,
  act: (detail: string) => void,
): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const target = element.current;
    if (!target) return undefined;
    const listener = (event: Event): void => {
      event.preventDefault();
      latest.current(event instanceof CustomEvent && typeof event.detail === 'string' ? event.detail : '');
    };
    target.setAttribute('data-pane-target', '');
    target.addEventListener(`pane-${action}`, listener);
    return () => target.removeEventListener(`pane-${action}`, listener);
  }, [element, action]);
}
