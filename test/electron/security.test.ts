import { describe, expect, it, vi } from 'vitest';
import type { App, Session } from 'electron';
import { fileOf } from '../../electron/appScheme.ts';
import { harden, isOwnFrame } from '../../electron/security.ts';

/** The session's hooks as main sets them. What happens in a running program is looked at in test/e2e/electron. */
const hooks = vi.hoisted(() => ({ set: new Map<string, unknown>() }));
vi.mock('electron', () => {
  const keep = (name: string) => (hook: unknown) => void hooks.set.set(name, hook);
  return {
    net: {},
    protocol: {},
    session: {
      defaultSession: {
        setPermissionRequestHandler: keep('request permission'),
        setPermissionCheckHandler: keep('check permission'),
        setDevicePermissionHandler: keep('device'),
        webRequest: { onBeforeRequest: keep('request') },
      },
    },
  };
});

type Hook<N extends keyof Session> = Session[N] extends (hook: infer H) => void
  ? Extract<H, (...args: never[]) => unknown>
  : never;

function hook<H>(name: string): H {
  const found = hooks.set.get(name);
  if (!found) throw new Error(`${name} is not set`);
  return found as H;
}

describe('the session of the desktop program', () => {
  harden({ on: () => undefined, whenReady: () => Promise.resolve() } as unknown as App);

  it('grants nothing but to copy, whoever asks', async () => {
    await vi.waitUntil(() => hooks.set.size === 4);
    const asked = hook<Hook<'setPermissionRequestHandler'>>('request permission');
    const granted: string[] = [];
    for (const permission of [
      'geolocation',
      'media',
      'openExternal',
      'fileSystem',
      'clipboard-sanitized-write',
    ])
      asked(null as never, permission as never, (yes) => yes && granted.push(permission), {} as never);
    expect(granted).toEqual(['clipboard-sanitized-write']);
    expect(hook<Hook<'setDevicePermissionHandler'>>('device')({} as never)).toBe(false);
  });

  it('fetches from the program alone', () => {
    const asked = hook<(d: { url: string }, a: (r: { cancel: boolean }) => void) => void>('request');
    const isCancelled = (url: string): boolean => {
      let cancelled = false;
      asked({ url }, ({ cancel }) => (cancelled = cancel));
      return cancelled;
    };
    for (const url of [
      'https://evil.example/',
      'file:///etc/passwd',
      'app://other/',
      'app://stillframe.evil/',
    ])
      expect(isCancelled(url)).toBe(true);
    for (const url of ['app://stillframe/index.html', 'blob:app://stillframe/1', 'data:,'])
      expect(isCancelled(url)).toBe(false);
  });

  it('hears the top frame of its own page alone', () => {
    const url = 'app://stillframe/';
    expect(isOwnFrame({ url, parent: null })).toBe(true);
    expect(isOwnFrame({ url, parent: {} })).toBe(false);
    expect(isOwnFrame({ url: 'app://stillframe.evil/', parent: null })).toBe(false);
    expect(isOwnFrame(null)).toBe(false);
  });
});

describe('addresses of the program', () => {
  it('lead to files of its folder and nowhere else', () => {
    expect(fileOf('/web', '/')).toBe('/web/index.html');
    expect(fileOf('/web', '/assets/a%20b.js')).toBe('/web/assets/a b.js');
    for (const path of ['/../secret', '/..%2f..%2fetc/passwd', '/%', '/%00'])
      expect(fileOf('/web', path) ?? 'none').toMatch(/^none$|^\/web\//);
  });
});
