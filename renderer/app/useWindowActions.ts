import { useMemo } from 'react';
import type { Host } from '../client/host.ts';
import { useStore } from '../client/store.ts';
import { applyKeymap, parseKeymap } from '../settings/keymap.ts';
import { settings } from '../settings/settings.ts';
import { windowActions } from './actions.ts';
import type { WindowActions } from './SettingsDock.tsx';
import type { WindowControl } from './windowControl.ts';

/** The actions of the window, with their first keys and with those of the person. */
export function useWindowActions(host: Host['kind'], control: WindowControl): WindowActions {
  const { keys } = useStore(settings);
  return useMemo(() => {
    const actions = windowActions(control);
    const { value } = parseKeymap(keys, actions);
    return { host, actions, inEffect: applyKeymap(actions, value, (command) => control.run(command)) };
  }, [host, control, keys]);
}
