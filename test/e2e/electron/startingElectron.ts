import type Electron from 'electron';

/** The parts of Electron that main asks for. */
export type MainElectron = Pick<
  typeof Electron,
  | 'app'
  | 'BrowserWindow'
  | 'dialog'
  | 'ipcMain'
  | 'Menu'
  | 'MessageChannelMain'
  | 'net'
  | 'protocol'
  | 'session'
  | 'utilityProcess'
>;

// modules are loaded anew for each start, and this must outlive them
const KEY = Symbol.for('stillframe: the electron of the program that is being started');
const holder = globalThis as unknown as Record<symbol, MainElectron | undefined>;

export function provideElectron(electron: MainElectron): void {
  holder[KEY] = electron;
}

export function startingElectron(): MainElectron {
  const electron = holder[KEY];
  if (!electron) throw new Error('electron is there while its driver starts a program');
  return electron;
}
