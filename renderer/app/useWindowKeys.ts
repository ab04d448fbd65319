import { useEffect, useRef } from 'react';
import type { DumpSession } from '../client/dumpSession.ts';
import type { Action } from './action.ts';
import { actionOf } from './actions.ts';
import { IS_MAC } from './isMac.ts';
import { keyName } from './keyName.ts';
import { textOfKey, TypeAhead } from './typeAhead.ts';

/** Keys that begin a command. */
const COMMAND_START = /^(?:Shift\+)?[A-Z]$|^[.!~?|]$/;

interface Props {
  readonly actions: readonly Action[];
  readonly active: DumpSession | undefined;
  /** letters go to what is open over the panes */
  readonly isCovered: boolean;
  /** brings the console to the front */
  showConsole(): void;
}

/** The keys of the window: those of its actions, and letters, which begin a command wherever the focus is. */
export function useWindowKeys(props: Props): void {
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    const ahead = new TypeAhead(() => latest.current.showConsole());
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const { actions, active, isCovered } = latest.current;
      const name = keyName(event, IS_MAC);
      const text = ahead.isOpen ? textOfKey(event) : undefined;
      if (text !== undefined) {
        event.preventDefault();
        ahead.add(text);
        return;
      }
      if (COMMAND_START.test(name) && active && !isCovered && !takesText(document.activeElement)) {
        event.preventDefault();
        ahead.add(event.key);
        return;
      }
      const action = actionOf(name, actions, active !== undefined);
      // Esc means many things: it stops only what runs
      if (!action || (name === 'Escape' && active?.running.get() === 0)) return;
      event.preventDefault();
      action.run();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/** Whether an element takes letters itself. */
function takesText(element: Element | null): boolean {
  return element instanceof HTMLElement && element.closest('input, select, textarea, [role=menu]') !== null;
}
