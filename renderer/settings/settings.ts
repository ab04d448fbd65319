import { Store } from '../client/store.ts';
import { DEFAULTS, readSettings, settingsSchema, type Settings } from './settingsModel.ts';

const KEY = 'stillframe.settings.1';

/** What the person has set, kept from one start to the next. */
export const settings: Store<Settings> = new Store<Settings>(saved());

export function changeSettings(change: Partial<Settings>): void {
  settings.set(settingsSchema.parse({ ...settings.get(), ...change }));
  localStorage.setItem(KEY, JSON.stringify(settings.get()));
}

export function resetSettings(): void {
  settings.set(DEFAULTS);
  localStorage.removeItem(KEY);
}

function saved(): Settings {
  return readSettings(localStorage.getItem(KEY));
}
