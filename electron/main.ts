import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
} from 'electron';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ORIGIN, registerScheme, serveScheme } from './appScheme.ts';
import { Channel, type GrantedFile } from './bridge.ts';
import { grantMessage, saveTextMessage, startEngineMessage } from './bridgeSchemas.ts';
import { dumpsOf } from './commandLine.ts';
import { Engines } from './engines.ts';
import { systemMenu } from './menu.ts';
import { harden, isOwnFrame, webPreferences } from './security.ts';

const HERE = import.meta.dirname;
const DUMPS = [{ name: 'Dumps', extensions: ['dmp', 'mdmp', 'hdmp', 'gz', 'zip', '7z', 'cab'] }];

/** A window with its engines and what it was asked to open. */
interface Opened {
  readonly window: BrowserWindow;
  readonly engines: Engines;
  initial: string[];
  isReady: boolean;
}

const windows = new Map<number, Opened>();

registerScheme();
harden(app);

// a second start opens its dump in the window that is there
if (!app.requestSingleInstanceLock()) app.quit();
app.on('second-instance', (_, argv, cwd) => {
  openAll(dumpsOf(argv, cwd, app.isPackaged));
  const [window] = BrowserWindow.getAllWindows();
  if (window?.isMinimized()) window.restore();
  window?.focus();
});
// macOS: a double click, a drop on the icon
app.on('open-file', (event, path) => {
  event.preventDefault();
  void app.whenReady().then(() => openAll([path]));
});
app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit();
});
app.on('activate', () => {
  if (windows.size === 0) createWindow([]);
});

void app.whenReady().then(() => {
  serveScheme(join(HERE, '../web'));
  Menu.setApplicationMenu(systemMenu(() => void chooseInFront()));
  createWindow(dumpsOf(process.argv, process.cwd(), app.isPackaged));
});

function createWindow(dumps: string[]): Opened {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    show: false,
    title: 'Stillframe',
    autoHideMenuBar: true,
    webPreferences: webPreferences(join(HERE, 'preload.cjs')),
  });
  const engines = new Engines(window.webContents, join(HERE, 'engineProcess.js'));
  const opened: Opened = { window, engines, initial: dumps, isReady: false };
  const { id } = window.webContents;
  windows.set(id, opened);
  window.once('ready-to-show', () => window.show());
  window.on('closed', () => {
    engines.stop();
    windows.delete(id);
  });
  void window.loadURL(`${ORIGIN}/`);
  return opened;
}

function openAll(paths: readonly string[]): void {
  const [opened = createWindow([])] = windows.values();
  for (const path of paths) {
    if (opened.isReady) opened.window.webContents.send(Channel.openDump, grantTo(opened, path));
    else opened.initial.push(path);
  }
}

async function chooseInFront(): Promise<void> {
  const [opened] = windows.values();
  if (!opened) return;
  for (const file of await choose(opened, 'dumps')) opened.window.webContents.send(Channel.openDump, file);
}

async function choose(opened: Opened, what: 'dumps' | 'files'): Promise<GrantedFile[]> {
  const { canceled, filePaths } = await dialog.showOpenDialog(opened.window, {
    properties: ['openFile', 'multiSelections'],
    filters: what === 'dumps' ? [...DUMPS, { name: 'All files', extensions: ['*'] }] : [],
  });
  return canceled ? [] : filePaths.map((path) => grantTo(opened, path));
}

function grantTo(opened: Opened, path: string): GrantedFile {
  const id = randomUUID();
  opened.engines.grant(id, resolve(path));
  app.addRecentDocument(path);
  return { id, name: basename(path) };
}

/** The window that a message of our own page comes from; throws for any other sender. */
function sender(event: IpcMainEvent | IpcMainInvokeEvent): Opened {
  const opened = windows.get(event.sender.id);
  if (!opened || !isOwnFrame(event.senderFrame)) throw new Error('a message from a foreign frame');
  return opened;
}

ipcMain.on(Channel.startEngine, (event, message: unknown) => {
  const { engine } = startEngineMessage.parse(message);
  sender(event).engines.start(engine);
});
ipcMain.on(Channel.grant, (event, message: unknown) => {
  const { id, path } = grantMessage.parse(message);
  sender(event).engines.grant(id, path);
});
ipcMain.handle(Channel.chooseDumps, (event) => choose(sender(event), 'dumps'));
ipcMain.handle(Channel.chooseFiles, (event) => choose(sender(event), 'files'));
ipcMain.handle(Channel.initialDumps, (event) => {
  const opened = sender(event);
  opened.isReady = true;
  return opened.initial.splice(0).map((path) => grantTo(opened, path));
});
ipcMain.handle(Channel.saveText, async (event, message: unknown) => {
  const { name, text } = saveTextMessage.parse(message);
  const { filePath } = await dialog.showSaveDialog(sender(event).window, { defaultPath: basename(name) });
  if (filePath) await writeFile(filePath, text);
});
