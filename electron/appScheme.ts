import { net, protocol } from 'electron';
import { existsSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

const SCHEME = 'app';
/** Where the page lives: a scheme of its own has an origin, which file: has not. */
export const ORIGIN = `${SCHEME}://stillframe`;

/** Before the program is ready: the scheme is as good as https. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the built page and nothing outside of its folder. */
export function serveScheme(root: string): void {
  protocol.handle(SCHEME, (request) => {
    const { host, pathname } = new URL(request.url);
    const file = fileOf(root, pathname);
    if (host !== 'stillframe' || request.method !== 'GET' || file === undefined || !existsSync(file))
      return new Response('not found', { status: 404 });
    return net.fetch(pathToFileURL(file).href);
  });
}

/** The file of an address' path within a folder; undefined outside of it, and for a path that is none. */
export function fileOf(root: string, pathname: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  const file = resolve(join(root, path === '/' ? 'index.html' : path));
  return file.startsWith(resolve(root) + sep) ? file : undefined;
}
