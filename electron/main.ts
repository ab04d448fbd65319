import { app, BrowserWindow, dialog, Menu } from 'electron';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ORIGIN, registerScheme, serveScheme } from './appScheme.ts';
import { Channel, type GrantedFile } from './bridge.ts';
import {
  droppedMessage,
  nothing,
  saveTextMessage,
  shownDumpsMessage,
  engineMessage,
} from './bridgeSchemas.ts';
import { dumpsOf } from './commandLine.ts';
import { Engines } from './engines.ts';
import { answer, hear } from './ipc.ts';
import { systemMenu } from './menu.ts';
import { RecentDumps } from './recentDumps.ts';
import { harden, webPreferences } from './security.ts';

const HERE = import.meta.dirname;
/** with its symbols beside it, as a symbol store has them */
const SAMPLE = join(HERE, '../../dumps/runtime-test-md.dmp');
const DUMPS = [{ name: 'Dumps', extensions: ['dmp', 'mdmp', 'hdmp', 'gz', 'zip', '7z', 'cab'] }];

/** How often a window's page that died is loaded again with its dumps: one of them may be why it dies. */
const MAX_RESTARTS = 3;

/** A window with its engines and what it was asked to open. */
interface Opened {
  readonly window: BrowserWindow;
  readonly engines: Engines;
  initial: string[];
  isReady: boolean;
  /** ids of the dumps that its page has open */
  shown: readonly string[];
  restarts: number;
}

const windows = new Map<number, Opened>();
const recent = new RecentDumps(join(app.getPath('userData'), 'recentDumps.json'));

// a second start opens its dump in the window that is there
if (app.requestSingleInstanceLock()) start();
else app.quit();

function start(): void {
  registerScheme();
  harden(app);
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
  hearPage();
  void app.whenReady().then(() => {
    serveScheme(join(HERE, '../web'));
    showMenu();
    createWindow(dumpsOf(process.argv, process.cwd(), app.isPackaged));
  });
}

/** The menu is made anew when the list of recent dumps is another one: its items cannot be changed. */
function showMenu(): void {
  const control = {
    open: () => void chooseInFront(),
    recent: () => recent.list(),
    openRecent: (path: string) => openAll([path]),
    clearRecent: () => {
      recent.clear();
      app.clearRecentDocuments();
      showMenu();
    },
    reload: () => {
      const [opened] = windows.values();
      if (opened) reload(opened);
    },
  };
  Menu.setApplicationMenu(systemMenu(control));
}

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
  const opened: Opened = { window, engines, initial: dumps, isReady: false, shown: [], restarts: 0 };
  const { id } = window.webContents;
  windows.set(id, opened);
  window.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason === 'clean-exit') return;
    process.emitWarning(`the window's page ended (${reason}) and is loaded again`);
    if (opened.restarts++ >= MAX_RESTARTS) opened.shown = [];
    reload(opened);
  });
  window.once('ready-to-show', () => window.show());
  window.on('closed', () => {
    engines.stop();
    windows.delete(id);
  });
  void window.loadURL(`${ORIGIN}/`);
  return opened;
}

/** Loads the page anew: it asks for the dumps that it had open, and for those that it had not come to. */
function reload(opened: Opened): void {
  const { engines, shown, window } = opened;
  engines.stop();
  opened.isReady = false;
  opened.initial.unshift(...shown.flatMap((id) => engines.pathOf(id) ?? []));
  opened.shown = [];
  window.webContents.reload();
}

function openAll(paths: readonly string[]): void {
  const [opened = createWindow([])] = windows.values();
  for (const path of paths) {
    if (opened.isReady) opened.window.webContents.send(Channel.openDump, grantDump(opened, path));
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
  const grant = what === 'dumps' ? grantDump : grantTo;
  return canceled ? [] : filePaths.map((path) => grant(opened, path));
}

/** A file that may be opened: its path for the engines, its name and an id for the page. */
function grantTo(opened: Opened, path: string): GrantedFile {
  const whole = resolve(path);
  const id = randomUUID();
  opened.engines.grant(id, whole);
  return { id, name: basename(whole), folder: basename(dirname(whole)) };
}

/** A dump that is about to be opened, for the next time too. */
function grantDump(opened: Opened, path: string): GrantedFile {
  remember(path);
  return grantTo(opened, path);
}

function remember(path: string): void {
  recent.add(resolve(path));
  app.addRecentDocument(path);
  showMenu();
}

/** What the page may ask for. */
function hearPage(): void {
  const windowOf = (contentsId: number): Opened | undefined => windows.get(contentsId);
  hear(Channel.startEngine, engineMessage, windowOf, ({ engines }, { engine }) => engines.start(engine));
  hear(Channel.endEngine, engineMessage, windowOf, ({ engines }, { engine }) => engines.end(engine));
  hear(Channel.grant, droppedMessage, windowOf, ({ engines }, { id, path, what }) => {
    engines.grant(id, path);
    if (what === 'dump') remember(path);
  });
  hear(Channel.shownDumps, shownDumpsMessage, windowOf, (opened, { ids }) => {
    opened.shown = ids;
  });
  answer(Channel.chooseDumps, nothing, windowOf, (opened) => choose(opened, 'dumps'));
  answer(Channel.chooseFiles, nothing, windowOf, (opened) => choose(opened, 'files'));
  answer(Channel.initialDumps, nothing, windowOf, (opened) => {
    opened.isReady = true;
    return opened.initial.splice(0).map((path) => grantDump(opened, path));
  });
  answer(Channel.recentDumps, nothing, windowOf, (opened) =>
    recent.list().map((path) => grantTo(opened, path)),
  );
  answer(Channel.sampleDump, nothing, windowOf, (opened) => grantTo(opened, SAMPLE));
  answer(Channel.saveText, saveTextMessage, windowOf, async ({ window }, { name, text }) => {
    const { filePath } = await dialog.showSaveDialog(window, { defaultPath: basename(name) });
    if (filePath) await writeFile(filePath, text);
  });
}
