/** What the built main finds as `electron` while the driver starts it (vitest.e2e.config.ts). */
import { startingElectron } from './startingElectron.ts';

const electron = startingElectron();
export const {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  net,
  protocol,
  session,
  utilityProcess,
} = electron;
