import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type Electron from 'electron';
import type { Browser, BrowserContext, Page, Request as PlaywrightRequest, Route } from 'playwright-core';
import { launchChromium } from '../launchChromium.ts';
import type { Heard } from './driverPage.ts';
import { DriverChannel, type DriverPort } from './driverPorts.ts';
import { DriverUtility } from './driverUtility.ts';
import { DriverWindow, type DriverContents, type WindowProgram } from './driverWindow.ts';
import { toElectron } from './schemeAddress.ts';
import type { MainElectron } from './startingElectron.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};
/** Playwright's names of permissions and Electron's. */
const PERMISSIONS = [
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['camera', 'media'],
  ['microphone', 'media'],
  ['midi', 'midi'],
  ['clipboard-read', 'clipboard-read'],
  ['clipboard-write', 'clipboard-sanitized-write'],
] as const;

type Handler = (request: Request) => Response | Promise<Response>;
type RequestListener = (
  details: { readonly url: string },
  answer: (result: { readonly cancel?: boolean }) => void,
) => void;
interface MenuItem {
  readonly label?: string;
  readonly role?: string;
  readonly enabled: boolean;
  readonly accelerator?: string;
  readonly submenu?: Menu;
  click(): void;
}
interface Menu {
  readonly items: readonly MenuItem[];
}

/** One running program: Electron's interface as far as main uses it, over Chromium and processes of Node. */
export class DriverProgram implements WindowProgram {
  private static readonly byUserData = new Map<string, DriverProgram>();
  readonly windows: DriverWindow[] = [];
  readonly uncaught: string[] = [];
  readonly ended: Promise<void>;
  private readonly app = new EventEmitter();
  private readonly ipcMain = new EventEmitter();
  private readonly handlers = new Map<string, (event: unknown, ...args: unknown[]) => unknown>();
  private readonly schemes = new Map<string, Handler>();
  private readonly children = new Set<DriverUtility>();
  private menu: Menu | null = null;
  private request: RequestListener = (_, answer) => answer({});
  private mayCheck: (contents: null, permission: string) => boolean = () => true;
  private browser: Promise<Browser> | undefined;
  private shared: Promise<BrowserContext> | undefined;
  private becomeReady: () => void = () => undefined;
  private hasEnded: () => void = () => undefined;
  private isQuitting = false;
  private readonly ready: Promise<void>;

  constructor(
    private readonly argv: readonly string[],
    private readonly userData: string,
  ) {
    this.ready = new Promise((resolve) => (this.becomeReady = resolve));
    this.ended = new Promise((resolve) => (this.hasEnded = resolve));
  }

  /** Main's modules have run: what waits for the program to be ready goes on. A program that quits never is. */
  start(): void {
    if (!this.isQuitting) this.becomeReady();
  }

  /** What `import … from 'electron'` gives main. */
  electron(): MainElectron {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the class below is made for this program
    const program = this;
    class BrowserWindow extends DriverWindow {
      static getAllWindows = (): DriverWindow[] => [...program.windows];
      constructor(options: Electron.BrowserWindowConstructorOptions) {
        super(program, options);
      }
    }
    const parts = {
      app: Object.assign(this.app, this.appMembers()),
      BrowserWindow,
      dialog: {
        showOpenDialog: () => Promise.resolve({ canceled: true, filePaths: [] }),
        showSaveDialog: () => Promise.resolve({ canceled: true, filePath: '' }),
      },
      ipcMain: Object.assign(this.ipcMain, {
        handle: (channel: string, handler: (event: unknown, ...args: unknown[]) => unknown) =>
          void this.handlers.set(channel, handler),
      }),
      Menu: {
        buildFromTemplate: menuOf,
        setApplicationMenu: (menu: Menu) => (this.menu = menu),
        getApplicationMenu: () => this.menu,
      },
      MessageChannelMain: DriverChannel,
      net: { fetch: fileResponse },
      protocol: {
        registerSchemesAsPrivileged: () => undefined,
        handle: (scheme: string, handler: Handler) => void this.schemes.set(scheme, handler),
      },
      session: {
        defaultSession: {
          setPermissionRequestHandler: () => undefined,
          setPermissionCheckHandler: (check: DriverProgram['mayCheck']) => (this.mayCheck = check),
          setDevicePermissionHandler: () => undefined,
          webRequest: { onBeforeRequest: (listener: RequestListener) => (this.request = listener) },
        },
      },
      utilityProcess: {
        fork: (path: string, args: readonly string[] = [], options: Electron.ForkOptions = {}) => {
          const child = new DriverUtility(path, args, options.serviceName ?? '');
          this.children.add(child);
          child.on('exit', () => this.children.delete(child));
          return child;
        },
      },
    };
    return parts as unknown as MainElectron;
  }

  private appMembers(): object {
    return {
      isPackaged: false,
      whenReady: () => this.ready,
      isReady: () => !this.isQuitting,
      getPath: () => this.userData,
      addRecentDocument: () => undefined,
      clearRecentDocuments: () => undefined,
      quit: () => this.quit(),
      // what only one system has is there on that one
      ...(process.platform === 'win32' && { setAppUserModelId: () => undefined }),
      requestSingleInstanceLock: (data: unknown) => {
        const first = DriverProgram.byUserData.get(this.userData);
        if (first)
          first.app.emit('second-instance', {}, [...this.argv], process.cwd(), structuredClone(data));
        else DriverProgram.byUserData.set(this.userData, this);
        return first === undefined;
      },
      getAppMetrics: () => [...this.children].map(({ pid, name }) => ({ pid, name, type: 'Utility' })),
    };
  }

  quit(): void {
    if (this.isQuitting) return;
    this.isQuitting = true;
    this.app.emit('before-quit', {});
    void this.end();
  }

  private async end(): Promise<void> {
    for (const window of [...this.windows]) await (await window.opened).close();
    this.app.emit('will-quit', {});
    for (const child of this.children) child.kill();
    await (await this.browser)?.close();
    if (DriverProgram.byUserData.get(this.userData) === this) DriverProgram.byUserData.delete(this.userData);
    this.hasEnded();
  }

  context(): Promise<BrowserContext> {
    this.shared ??= this.makeContext();
    return this.shared;
  }

  private async makeContext(): Promise<BrowserContext> {
    this.browser ??= launchChromium();
    const context = await (await this.browser).newContext({ colorScheme: 'light', acceptDownloads: false });
    const granted = PERMISSIONS.filter(([, name]) => this.mayCheck(null, name)).map(([name]) => name);
    await context.grantPermissions([...granted]);
    await context.route('**/*', (route) => this.answer(route));
    return context;
  }

  created(contents: DriverContents): void {
    this.app.emit('web-contents-created', {}, contents);
  }

  closed(window: DriverWindow): void {
    this.windows.splice(this.windows.indexOf(window), 1);
    if (this.windows.length === 0 && !this.isQuitting) this.app.emit('window-all-closed');
  }

  /** What Electron's network does with a request: main is asked, then the scheme's handler answers. */
  private async answer(route: Route): Promise<void> {
    const request = route.request();
    const url = toElectron(request.url());
    const page = pageOf(request);
    const webContents = this.windows.find((w) => w.webContents.page?.page === page)?.webContents;
    if (webContents && request.isNavigationRequest() && request.frame().parentFrame() === null) {
      if (webContents.loading === url) webContents.loading = undefined;
      else if (!webContents.maysNavigate(url)) return route.abort('aborted');
    }
    const isCancelled = await new Promise<boolean>((resolve) => {
      this.request({ url }, ({ cancel }) => resolve(cancel === true));
    });
    const handler = this.schemes.get(new URL(url).protocol.slice(0, -1));
    if (isCancelled || !handler) return route.abort('blockedbyclient');
    const response = await handler(new Request(url, { method: request.method() }));
    return route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  }

  heard(contents: DriverContents, message: Heard): void {
    const event = { sender: contents, senderFrame: contents.mainFrame };
    if (message.kind === 'send') {
      try {
        this.ipcMain.emit(message.channel, event, ...message.args);
      } catch (e) {
        this.uncaught.push(String(e));
      }
      return;
    }
    const handler = this.handlers.get(message.channel);
    void Promise.resolve()
      .then(() => {
        if (!handler) throw new Error(`No handler registered for '${message.channel}'`);
        return handler(event, ...message.args);
      })
      .then(
        (value) => contents.page?.settle(message.id, { value }),
        (e: unknown) => contents.page?.settle(message.id, { error: String(e) }),
      );
  }
}

/** The page that asks; a window that is being opened by one has none yet. */
function pageOf(request: PlaywrightRequest): Page | undefined {
  try {
    return request.frame().page();
  } catch (e) {
    if (request.isNavigationRequest()) return undefined;
    throw e;
  }
}

/** net.fetch of a file. */
async function fileResponse(url: string): Promise<Response> {
  const path = fileURLToPath(url);
  try {
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    return new Response(new Uint8Array(await readFile(path)), { headers: { 'content-type': type } });
  } catch (e) {
    throw new Error('net::ERR_FILE_NOT_FOUND', { cause: e });
  }
}

function menuOf(template: readonly Electron.MenuItemConstructorOptions[]): Menu {
  return {
    items: template.map(({ label, role, submenu, enabled, accelerator, click }) => ({
      label,
      accelerator: accelerator === undefined ? undefined : String(accelerator),
      role,
      enabled: enabled ?? true,
      submenu: Array.isArray(submenu) ? menuOf(submenu) : undefined,
      click: () => (click as (() => void) | undefined)?.(),
    })),
  };
}

export type { DriverPort };
