/**
 * The two sides of a page under context isolation. Both functions go into the page as their own text and use nothing
 * from outside. The preload runs in a world of its own; what it exposes is called by events of the document, whose
 * details Chromium clones from world to world.
 */
import type { ContextBridge, IpcRenderer, WebUtils } from 'electron';

/** What passes between main and a page. */
export type ToMain =
  | { readonly kind: 'send'; readonly channel: string; readonly args: unknown[] }
  | { readonly kind: 'invoke'; readonly id: number; readonly channel: string; readonly args: unknown[] }
  | { readonly kind: 'port'; readonly port: number; readonly data: unknown };
export type ToPage =
  | { readonly kind: 'event'; readonly channel: string; readonly args: unknown[]; readonly ports: number[] }
  | { readonly kind: 'settle'; readonly id: number; readonly value?: unknown; readonly error?: string }
  | { readonly kind: 'port'; readonly port: number; readonly data: unknown }
  | { readonly kind: 'paths'; readonly paths: Record<string, string> };

/** What the preload asks of Electron. */
export interface PreloadElectron {
  readonly ipcRenderer: Pick<IpcRenderer, 'on' | 'send' | 'invoke'>;
  readonly contextBridge: Pick<ContextBridge, 'exposeInMainWorld'>;
  readonly webUtils: Pick<WebUtils, 'getPathForFile'>;
}

interface Call {
  readonly id: number;
  readonly key: string;
  readonly args: readonly { readonly value?: unknown; readonly callback?: number }[];
}

/** The preload's world: gives the preload its `electron`, and main a function to speak to it. */
export function preloadWorld(
  toMain: (message: ToMain) => void,
  hear: (heard: (message: ToPage) => void) => void,
  preload: (electron: PreloadElectron) => void,
): void {
  type Listener = (event: unknown, ...args: unknown[]) => void;
  const listeners = new Map<string, Listener[]>();
  const waiting = new Map<number, { resolve(value: unknown): void; reject(e: Error): void }>();
  const ports = new Map<number, MessagePort>();
  let paths: Record<string, string> = {};
  let count = 0;
  const tell = (name: string, detail: unknown): void => {
    document.dispatchEvent(new CustomEvent(`electron-driver-${name}`, { detail }));
  };
  hear((message) => {
    if (message.kind === 'event') {
      const given = message.ports.map((id) => {
        const { port1, port2 } = new MessageChannel();
        ports.set(id, port1);
        port1.onmessage = ({ data }: MessageEvent<unknown>) => toMain({ kind: 'port', port: id, data });
        return port2;
      });
      for (const l of listeners.get(message.channel) ?? []) l({ ports: given }, ...message.args);
    } else if (message.kind === 'settle') {
      const { resolve, reject } = waiting.get(message.id) ?? {};
      waiting.delete(message.id);
      if (message.error === undefined) resolve?.(message.value);
      else reject?.(new Error(message.error));
    } else if (message.kind === 'port') ports.get(message.port)?.postMessage(message.data);
    else paths = message.paths;
  });
  const ipcRenderer = {
    on(channel: string, listener: Listener) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return ipcRenderer;
    },
    send: (channel: string, ...args: unknown[]) => toMain({ kind: 'send', channel, args }),
    invoke: (channel: string, ...args: unknown[]) =>
      new Promise<unknown>((resolve, reject) => {
        const id = count++;
        waiting.set(id, { resolve, reject });
        toMain({ kind: 'invoke', id, channel, args });
      }),
  };
  const exposeInMainWorld = (name: string, api: Record<string, (...args: unknown[]) => unknown>): void => {
    document.addEventListener('electron-driver-call', (event) => {
      const { id, key, args } = (event as CustomEvent<Call>).detail;
      const given = args.map(({ value, callback }) =>
        callback === undefined ? value : (...a: unknown[]) => tell('callback', { callback, args: a }),
      );
      try {
        const value = api[key]?.(...given);
        if (value instanceof Promise) {
          tell(`return-${id}`, { later: true });
          value.then(
            (v: unknown) => tell(`settle-${id}`, { value: v }),
            (e: unknown) => tell(`settle-${id}`, { error: String(e) }),
          );
        } else tell(`return-${id}`, { value });
      } catch (e) {
        tell(`return-${id}`, { error: String(e) });
      }
    });
    tell('expose', { name, keys: Object.keys(api) });
  };
  preload({
    ipcRenderer: ipcRenderer as unknown as PreloadElectron['ipcRenderer'],
    contextBridge: { exposeInMainWorld },
    // the driver has said where dropped files lie: a page's File does not tell
    webUtils: { getPathForFile: (file) => paths[file.name] ?? '' },
  });
}

/** The page's own world: what is exposed appears as functions there, frozen, and nothing else crosses. */
export function pageWorld(): void {
  interface Answer {
    readonly value?: unknown;
    readonly error?: string;
    readonly later?: boolean;
  }
  const callbacks: ((...args: unknown[]) => void)[] = [];
  let count = 0;
  const once = (name: string, heard: (answer: Answer) => void): void => {
    document.addEventListener(
      `electron-driver-${name}`,
      (event) => heard((event as CustomEvent<Answer>).detail),
      { once: true },
    );
  };
  const call = (key: string, args: readonly unknown[]): unknown => {
    const id = count++;
    const sent = args.map((value) =>
      typeof value === 'function'
        ? { callback: callbacks.push(value as (...a: unknown[]) => void) - 1 }
        : { value },
    );
    let answer: Answer = {};
    once(`return-${id}`, (given) => (answer = given));
    const settled = new Promise<unknown>((resolve, reject) => {
      once(`settle-${id}`, ({ value, error }) =>
        error === undefined ? resolve(value) : reject(new Error(error)),
      );
    });
    document.dispatchEvent(new CustomEvent('electron-driver-call', { detail: { id, key, args: sent } }));
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.later ? settled : answer.value;
  };
  document.addEventListener('electron-driver-callback', (event) => {
    const { callback, args } = (event as CustomEvent<{ callback: number; args: unknown[] }>).detail;
    callbacks[callback]?.(...args);
  });
  document.addEventListener('electron-driver-expose', (event) => {
    const { name, keys } = (event as CustomEvent<{ name: string; keys: string[] }>).detail;
    const api = Object.fromEntries(keys.map((key) => [key, (...args: unknown[]) => call(key, args)]));
    Object.defineProperty(window, name, { value: Object.freeze(api) });
  });
}
