import { createContext, useContext } from 'react';
import type { Host } from '../client/host.ts';
import { SettingsPane } from '../settings/SettingsPane.tsx';
import type { Action } from './action.ts';
import { isHeard } from './shownKey.ts';

/** The window's actions, for the pane that shows and changes their keys. */
export interface WindowActions {
  readonly host: Host['kind'];
  /** with their first keys */
  readonly actions: readonly Action[];
  /** with those of the person */
  readonly inEffect: readonly Action[];
}

export const ActionsContext = createContext<WindowActions | undefined>(undefined);

export function SettingsDock() {
  const window = useContext(ActionsContext);
  if (!window) throw new Error('settings outside a window');
  const { host, actions, inEffect } = window;
  return <SettingsPane actions={actions} inEffect={inEffect} isHeard={(key) => isHeard(key, host)} />;
}
