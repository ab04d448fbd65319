import { session, type App, type WebContents, type WebPreferences } from 'electron';
import { ORIGIN } from './appScheme.ts';

/** What every window's page has and has not. */
export function webPreferences(preload: string): WebPreferences {
  return {
    preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    webSecurity: true,
    webviewTag: false,
    spellcheck: false,
  };
}

/** No navigation, no new windows, no web views, no permissions: the page is ours and stays ours. */
export function harden(app: App): void {
  app.on('web-contents-created', (_, contents: WebContents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
  void app.whenReady().then(() => {
    const { defaultSession } = session;
    // the clipboard is what a person copies addresses with
    const allowed = new Set(['clipboard-sanitized-write']);
    defaultSession.setPermissionRequestHandler((_, permission, answer) => answer(allowed.has(permission)));
    defaultSession.setPermissionCheckHandler((_, permission) => allowed.has(permission));
    defaultSession.setDevicePermissionHandler(() => false);
    // nothing is fetched from anywhere but the program itself
    defaultSession.webRequest.onBeforeRequest((details, answer) => {
      const own = details.url.startsWith(`${ORIGIN}/`) || /^(?:blob|data|devtools):/.test(details.url);
      answer({ cancel: !own });
    });
  });
}

/** Whether a message comes from the top frame of our own page. */
export function isOwnFrame(frame: { readonly url: string; readonly parent: unknown } | null): boolean {
  return frame?.parent === null && frame.url.startsWith(`${ORIGIN}/`);
}
