import { EventEmitter } from 'node:events';
import type Electron from 'electron';
import type { BrowserContext, Page } from 'playwright-core';
import { DriverPage, type Heard } from './driverPage.ts';
import type { DriverPort } from './driverPorts.ts';
import { toElectron, toHttp } from './schemeAddress.ts';

/** What windows need of the program that they are in. */
export interface WindowProgram {
  readonly windows: DriverWindow[];
  context(): Promise<BrowserContext>;
  created(contents: DriverContents): void;
  closed(window: DriverWindow): void;
  heard(contents: DriverContents, message: Heard): void;
}

type OpenHandler = Parameters<Electron.WebContents['setWindowOpenHandler']>[0];

/** A window's page as main sees it. */
export class DriverContents extends EventEmitter {
  private static nextId = 1;
  readonly id = DriverContents.nextId++;
  /** where loadURL is going: the page's own way there is none that main is asked about */
  loading: string | undefined;
  openHandler: OpenHandler = () => ({ action: 'allow' });
  page: DriverPage | undefined;

  constructor(private readonly loadAgain: () => Promise<void>) {
    super();
  }

  get mainFrame(): { readonly url: string; readonly parent: null } {
    return { url: this.getURL(), parent: null };
  }

  getURL(): string {
    return toElectron(this.page?.page.url() ?? '');
  }

  send(channel: string, ...args: unknown[]): void {
    this.page?.event(channel, args);
  }

  postMessage(channel: string, message: unknown, ports: readonly DriverPort[] = []): void {
    this.page?.event(channel, [message], ports);
  }

  isDestroyed(): boolean {
    return this.page?.page.isClosed() ?? false;
  }

  reload(): void {
    void this.loadAgain();
  }

  forcefullyCrashRenderer(): void {
    this.page?.crash();
  }

  async executeJavaScript(code: string): Promise<unknown> {
    return this.page?.page.evaluate(code);
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }

  /** Whether main lets the page go to an address. */
  maysNavigate(url: string): boolean {
    let isPrevented = false;
    const event = { url, isMainFrame: true, preventDefault: () => (isPrevented = true) };
    this.emit('will-navigate', event, url);
    return !isPrevented;
  }
}

/** A window: a page of Chromium. */
export class DriverWindow extends EventEmitter {
  readonly webContents = new DriverContents(() => this.reload());
  opened: Promise<Page>;
  private hasCrashed = false;
  isShown: boolean;

  constructor(
    private readonly program: WindowProgram,
    readonly options: Electron.BrowserWindowConstructorOptions,
  ) {
    super();
    this.isShown = options.show ?? true;
    program.windows.push(this);
    program.created(this.webContents);
    this.opened = this.open();
  }

  private async open(): Promise<Page> {
    const { preload, contextIsolation, sandbox, nodeIntegration } = this.options.webPreferences ?? {};
    if (!contextIsolation || !sandbox || nodeIntegration !== false || preload === undefined)
      throw new Error('the driver has pages that are isolated and in a sandbox, no others');
    const page = await (await this.program.context()).newPage();
    page.on('crash', () => {
      this.hasCrashed = true;
      this.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
    });
    page.on('close', () => {
      if (this.webContents.page?.page !== page) return;
      this.emit('closed');
      this.program.closed(this);
    });
    page.on('popup', (popup) => {
      const details = {
        url: toElectron(popup.url()),
        frameName: '',
        features: '',
        disposition: 'new-window',
      };
      const { action } = this.webContents.openHandler(details as Electron.HandlerDetails);
      if (action === 'deny') void popup.close();
    });
    await page.setViewportSize({ width: this.options.width ?? 800, height: this.options.height ?? 600 });
    this.webContents.page = await DriverPage.prepare(page, preload, toHttp('app://stillframe'), (message) =>
      this.program.heard(this.webContents, message),
    );
    return page;
  }

  /** Playwright's page does not outlive its crash: another one takes its place. */
  private async reload(): Promise<void> {
    const before = await this.opened;
    const url = this.webContents.getURL();
    if (this.hasCrashed) {
      this.hasCrashed = false;
      this.opened = this.open();
      await this.opened;
      await before.close();
    }
    await this.loadURL(url);
  }

  async loadURL(url: string): Promise<void> {
    const page = await this.opened;
    this.webContents.loading = url;
    await page.goto(toHttp(url));
    this.emit('ready-to-show');
  }

  show(): void {
    this.isShown = true;
  }

  isVisible(): boolean {
    return this.isShown;
  }

  isMinimized(): boolean {
    return false;
  }

  restore(): void {
    this.isShown = true;
  }

  focus(): void {
    void this.opened.then((page) => page.bringToFront());
  }

  close(): void {
    void this.opened.then((page) => page.close());
  }
}
