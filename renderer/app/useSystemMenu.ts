import { useEffect, useRef } from 'react';
import type { Host, MenuItem } from '../client/host.ts';
import type { Action } from './action.ts';
import { isHeard } from './shownKey.ts';

/** Shows the actions in the system's menu, where the host has one, and does what is chosen there. */
export function useSystemMenu({ menu, kind }: Host, actions: readonly Action[], hasDump: boolean): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => menu?.onAction((id) => latest.current.find((a) => a.id === id)?.run()), [menu]);
  useEffect(() => {
    menu?.show(
      actions.map(({ id, title, menu: name, keys = [], needsDump, separated }): MenuItem => {
        return {
          id,
          title,
          menu: name,
          key: keys.find((key) => isHeard(key, kind)),
          isEnabled: hasDump || needsDump !== true,
          isSeparated: separated === true,
        };
      }),
    );
  }, [menu, kind, actions, hasDump]);
}
