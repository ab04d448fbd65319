import { app, BrowserWindow, Menu } from 'electron';
import { join, resolve } from 'node:path';
import { ORIGIN, registerScheme, serveScheme } from './appScheme.ts';
import { Channel, type GrantedFile } from './bridge.ts';
import {
  engineMessage,
  grantMessage,
  nothing,
  saveTextMessage,
  secondStart,
  showMenuMessage,
  shownDumpsMessage,
} from './bridgeSchemas.ts';
import { dumpsOf } from './commandLine.ts';
import { chooseFiles, saveText } from './dialogs.ts';
import { DumpWindow } from './dumpWindow.ts';
import { Engines } from './engines.ts';
import { answer, hear } from './ipc.ts';
import { systemMenu } from './menu.ts';
import { RecentDumps } from './recentDumps.ts';
import { harden, webPreferences } from './security.ts';

const HERE = import.meta.dirname;
/** with its symbols beside it, as a symbol store has them; a package has it beside its archive */
const SAMPLE = join(
  app.isPackaged ? process.resourcesPath : join(HERE, '../..'),
  'dumps/runtime-test-md.dmp',
);
/** The id of the Windows packages (electron-builder.yml): taskbar and jump list go by it. */
const APP_ID = 'dev.stillframe.app';

type Opened = DumpWindow<Engines>;

const windows = new Map<number, Opened>();
const recent = new RecentDumps(join(app.getPath('userData'), 'recentDumps.json'));
const given = dumpsOf(process.argv, process.cwd(), app.isPackaged);

// a second start opens its dumps in the window that is there; of its arguments Chromium changes the order
if (app.requestSingleInstanceLock({ dumps: given })) start();
else app.quit();

function start(): void {
  registerScheme();
  harden(app);
  // elsewhere there is no such function
  if (process.platform === 'win32') app.setAppUserModelId(APP_ID);
  app.on('second-instance', (_event, _argv, _cwd, data) => {
    const parsed = secondStart.safeParse(data);
    if (parsed.success) openAll(parsed.data.dumps);
    const [window] = windows.values();
    window?.toFront();
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
    if (app.isReady() && windows.size === 0) createWindow();
  });
  hearPage();
  void app.whenReady().then(() => {
    serveScheme(join(HERE, '../web'));
    openAll(given);
    showMenu();
  });
}

/** The menu is made anew when something in it is another: its items cannot be changed. */
function showMenu(): void {
  const front = (): Opened | undefined => windows.values().next().value;
  const control = {
    recent: () => recent.list(),
    openRecent: (path: string) => openAll([path]),
    clearRecent: () => {
      recent.clear();
      app.clearRecentDocuments();
      showMenu();
    },
    reload: () => front()?.reload(),
    entries: () => front()?.entries ?? [],
    act: (id: string) => front()?.act(id),
  };
  Menu.setApplicationMenu(systemMenu(control));
}

function createWindow(): Opened {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 640,
    minHeight: 400,
    // its place and size are kept for the next start
    name: 'main',
    windowStatePersistence: true,
    show: false,
    title: 'Stillframe',
    autoHideMenuBar: true,
    webPreferences: webPreferences(join(HERE, 'preload.cjs')),
  });
  const { id } = window.webContents;
  const opened = new DumpWindow(window, new Engines(window.webContents, join(HERE, 'engineProcess.js')));
  windows.set(id, opened);
  window.once('ready-to-show', () => window.show());
  window.on('closed', () => {
    opened.engines.stop();
    windows.delete(id);
    showMenu();
  });
  void window.loadURL(`${ORIGIN}/`);
  return opened;
}

function openAll(paths: readonly string[]): void {
  const [window = createWindow()] = windows.values();
  window.open(paths);
}

async function choose({ window, engines }: Opened, what: 'dumps' | 'files'): Promise<GrantedFile[]> {
  return (await chooseFiles(window, what)).map((path) => engines.files.grant(path));
}

/** Keeps dumps that could be opened, for the next time. */
function remember(paths: readonly string[]): void {
  const own = paths.filter((path) => path !== resolve(SAMPLE));
  if (own.length === 0) return;
  for (const path of own) {
    recent.add(path);
    app.addRecentDocument(path);
  }
  showMenu();
}

/** What the page may ask for. */
function hearPage(): void {
  const windowOf = (contentsId: number): Opened | undefined => windows.get(contentsId);
  hear(Channel.startEngine, engineMessage, windowOf, ({ engines }, { engine }) => engines.start(engine));
  hear(Channel.endEngine, engineMessage, windowOf, ({ engines }, { engine }) => engines.end(engine));
  hear(
    Channel.grant,
    grantMessage,
    windowOf,
    ({ engines }, { id, path }) => void engines.files.grant(path, id),
  );
  hear(Channel.shownDumps, shownDumpsMessage, windowOf, (window, { shown }) => remember(window.show(shown)));
  hear(Channel.showMenu, showMenuMessage, windowOf, (window, { entries }) => {
    window.entries = entries;
    showMenu();
  });
  answer(Channel.chooseDumps, nothing, windowOf, (opened) => choose(opened, 'dumps'));
  answer(Channel.chooseFiles, nothing, windowOf, (opened) => choose(opened, 'files'));
  answer(Channel.initialDumps, nothing, windowOf, (window) => window.takeInitial());
  answer(Channel.recentDumps, nothing, windowOf, ({ engines }) =>
    recent.list().map((path) => engines.files.grant(path)),
  );
  answer(Channel.sampleDump, nothing, windowOf, ({ engines }) => engines.files.grant(SAMPLE));
  answer(Channel.saveText, saveTextMessage, windowOf, ({ window }, { name, text }) =>
    saveText(window, name, text),
  );
}
