import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

/** Electron as far as main asks for it: what main does to it is what is looked at. Its own program is not run here. */
const electron = vi.hoisted(() => {
  const handlers = new Map<string, (event: unknown, message?: unknown) => unknown>();
  const windows: { options: Record<string, unknown>; url?: string }[] = [];
  const forked: { program: string; sent: unknown[]; exit?: (code: number) => void }[] = [];
  const sent: unknown[][] = [];
  const contents = {
    id: 1,
    send: (...args: unknown[]) => sent.push(args),
    postMessage: (...args: unknown[]) => sent.push(args),
    isDestroyed: () => false,
  };
  const policy: Record<string, (...args: never[]) => unknown> = {};
  const appEvents = new Map<string, (...args: never[]) => void>();
  return { handlers, windows, forked, sent, contents, policy, appEvents };
});

vi.mock('electron', () => {
  class BrowserWindow {
    static getAllWindows = (): unknown[] => [];
    readonly webContents = electron.contents;
    private readonly entry: (typeof electron.windows)[number];
    constructor(options: Record<string, unknown>) {
      this.entry = { options };
      electron.windows.push(this.entry);
    }
    once = (): void => undefined;
    on = (): void => undefined;
    loadURL(url: string): Promise<void> {
      this.entry.url = url;
      return Promise.resolve();
    }
  }
  const keep = (name: string) => (handler: (...args: never[]) => unknown) => {
    electron.policy[name] = handler;
  };
  return {
    app: {
      on: (name: string, heard: (...args: never[]) => void) => electron.appEvents.set(name, heard),
      whenReady: () => Promise.resolve(),
      requestSingleInstanceLock: () => true,
      isPackaged: true,
      quit: () => undefined,
      addRecentDocument: () => undefined,
    },
    BrowserWindow,
    dialog: {
      showOpenDialog: () => Promise.resolve({ canceled: false, filePaths: ['/secret/place/a.dmp'] }),
    },
    ipcMain: {
      on: (name: string, heard: (event: unknown, message?: unknown) => unknown) =>
        electron.handlers.set(name, heard),
      handle: (name: string, heard: (event: unknown, message?: unknown) => unknown) =>
        electron.handlers.set(name, heard),
    },
    Menu: { buildFromTemplate: () => ({}), setApplicationMenu: () => undefined },
    MessageChannelMain: class {
      port1 = 'engine end';
      port2 = 'page end';
    },
    net: { fetch: () => undefined },
    protocol: { registerSchemesAsPrivileged: () => undefined, handle: () => undefined },
    session: {
      defaultSession: {
        setPermissionRequestHandler: keep('permission'),
        setPermissionCheckHandler: keep('check'),
        setDevicePermissionHandler: keep('device'),
        webRequest: { onBeforeRequest: keep('request') },
      },
    },
    utilityProcess: {
      fork: (program: string) => {
        const child: (typeof electron.forked)[number] = { program, sent: [] };
        electron.forked.push(child);
        return {
          on: (_: string, heard: (code: number) => void) => (child.exit = heard),
          postMessage: (message: unknown) => child.sent.push(message),
          kill: () => undefined,
        };
      },
    },
  };
});

const own = { sender: electron.contents, senderFrame: { url: 'app://stillframe/', parent: null } };
const call = (channel: string, message?: unknown, event: unknown = own): unknown =>
  electron.handlers.get(channel)?.(event, message);

describe('the main process', () => {
  const argv = process.argv;
  beforeAll(async () => {
    process.argv = ['stillframe', '/dumps/first.dmp'];
    await import('../../electron/main.ts');
    await vi.waitFor(() => expect(electron.windows).toHaveLength(1));
  });
  afterAll(() => {
    process.argv = argv;
  });

  it('opens a window whose page has no Node, is isolated and in a sandbox', () => {
    const [window] = electron.windows;
    expect(window?.url).toBe('app://stillframe/');
    expect(window?.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
    });
  });

  it('gives the page ids of files and the engine their paths', async () => {
    const [first] = (await call('dumps:initial')) as { name: string; id: string }[];
    expect(first?.name).toBe('first.dmp');
    call('engine:start', { engine: 0 });
    expect(electron.forked[0]?.program).toMatch(/engineProcess\.js$/);
    expect(electron.forked[0]?.sent).toContainEqual({ id: first?.id, path: '/dumps/first.dmp' });
    expect(electron.sent).toContainEqual(['engine:port', 0, ['page end']]);
    const chosen = await call('dialog:dumps');
    expect(JSON.stringify(chosen)).not.toContain('secret');
  });

  it('tells the page when an engine has died', () => {
    electron.forked[0]?.exit?.(9);
    expect(electron.sent.at(-1)).toEqual(['engine:stopped', 0, 'its process ended with code 9']);
  });

  it.each([
    ['engine:start', { engine: -1 }],
    ['engine:start', 'nonsense'],
    ['file:grant', { id: 'no uuid', path: '/etc/passwd' }],
    ['file:grant', { id: crypto.randomUUID(), path: '' }],
  ])('refuses %s with %j', (channel, message) => {
    expect(() => call(channel, message)).toThrow();
  });

  it('refuses messages from frames that are not its page', () => {
    const message = { engine: 1 };
    const frames = [
      null,
      { url: 'https://evil.example/', parent: null },
      { url: 'app://stillframe/', parent: {} },
    ];
    for (const senderFrame of frames)
      expect(() => call('engine:start', message, { ...own, senderFrame })).toThrow('foreign');
  });

  it('grants no permission and fetches nothing from elsewhere', () => {
    const answers: unknown[] = [];
    const ask = electron.policy.permission as unknown as (
      c: null,
      p: string,
      a: (x: unknown) => void,
    ) => void;
    for (const p of ['geolocation', 'media', 'openExternal', 'usb']) ask(null, p, (a) => answers.push(a));
    expect(answers).toEqual([false, false, false, false]);
    const request = electron.policy.request as unknown as (
      d: { url: string },
      a: (x: unknown) => void,
    ) => void;
    const cancelled: unknown[] = [];
    for (const url of [
      'https://evil.example/',
      'file:///etc/passwd',
      'app://other/',
      'app://stillframe/index.html',
    ])
      request({ url }, (a) => cancelled.push(a));
    expect(cancelled).toEqual([{ cancel: true }, { cancel: true }, { cancel: true }, { cancel: false }]);
  });

  it('lets the page go nowhere', () => {
    const prevented: string[] = [];
    let opens: (() => unknown) | undefined;
    const contents = {
      on: (name: string, heard: (event: { preventDefault(): void }) => void) =>
        heard({ preventDefault: () => prevented.push(name) }),
      setWindowOpenHandler: (handler: () => unknown) => (opens = handler),
    };
    electron.appEvents.get('web-contents-created')?.(...([null, contents] as never[]));
    expect(prevented).toEqual(['will-navigate', 'will-redirect', 'will-attach-webview']);
    expect(opens?.()).toEqual({ action: 'deny' });
  });
});
