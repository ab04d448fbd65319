import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};
/** The page's own policy says the rest; these hold for every answer. */
const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

export interface LoopbackOptions {
  /** the folder of the built page */
  readonly root: string;
  readonly dump?: string;
  /** files beside the dump that may be its symbols and images */
  readonly files?: readonly string[];
}

export interface LoopbackServer {
  /** with the token: for the person's browser only */
  readonly url: string;
  close(): void;
}

/**
 * Serves the page and one dump on a loopback address. Whoever asks needs the token, which the first address carries and
 * a cookie keeps; a foreign Host (DNS rebinding) or Origin (another page) is refused, whatever else it has.
 */
export function startLoopbackServer(options: LoopbackOptions): Promise<LoopbackServer> {
  const token = randomBytes(32).toString('hex');
  const server: Server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    // browsers keep cookies by address and not by port: a second server's must not replace the first one's
    const cookie = `stillframe-${port}`;
    answer(request, response, { ...options, token, cookie, host: `127.0.0.1:${port}` });
  });
  return new Promise((ready, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      ready({
        // the page starts its engine at once where there is a dump
        url: `http://127.0.0.1:${port}/?token=${token}#served${options.dump === undefined ? '' : '=dump'}`,
        close: () => {
          server.close();
          server.closeAllConnections();
        },
      });
    });
  });
}

interface Rules extends LoopbackOptions {
  readonly token: string;
  /** the name of the cookie that keeps it */
  readonly cookie: string;
  readonly host: string;
}

function answer(request: IncomingMessage, response: ServerResponse, rules: Rules): void {
  const refuse = (status: number, why: string): void => {
    response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain' }).end(`${why}\n`);
  };
  const { host, origin } = request.headers;
  if (host !== rules.host) return refuse(403, 'this Host is not served');
  if (origin !== undefined && origin !== `http://${rules.host}`)
    return refuse(403, 'this Origin is not served');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refuse(405, 'only GET and HEAD are served');
  const url = urlOf(request.url ?? '/', rules.host);
  const path = url && pathOf(url);
  if (!url || path === undefined) return refuse(400, 'this address is none');
  const given = url.searchParams.get('token');
  if (given !== null) {
    if (!same(given, rules.token)) return refuse(403, 'the token is wrong');
    response.writeHead(303, {
      ...HEADERS,
      Location: '/',
      'Set-Cookie': `${rules.cookie}=${rules.token}; HttpOnly; SameSite=Strict; Path=/`,
    });
    response.end();
    return;
  }
  if (!same(cookieOf(request, rules.cookie), rules.token))
    return refuse(403, 'open the address that was printed');
  serve(request, response, path, rules, refuse);
}

/** What was asked for; undefined where it is no address: anybody on this machine may send anything. */
function urlOf(asked: string, host: string): URL | undefined {
  const whole = `http://${host}${asked}`;
  return asked.startsWith('/') && URL.canParse(whole) ? new URL(whole) : undefined;
}

function pathOf({ pathname }: URL): string | undefined {
  try {
    const path = decodeURIComponent(pathname);
    return path.includes('\0') ? undefined : path;
  } catch {
    return undefined;
  }
}

function serve(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  rules: Rules,
  refuse: (status: number, why: string) => void,
): void {
  if (path === '/session.json') {
    response.writeHead(200, { ...HEADERS, 'Content-Type': 'application/json' });
    response.end(JSON.stringify(sessionOf(rules)));
    return;
  }
  const file = fileOf(path, rules);
  const size = file === undefined ? undefined : sizeOf(file);
  if (file === undefined || size === undefined) return refuse(404, 'there is no such file');
  const headers = { ...HEADERS, 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' };
  // of GET alone (RFC 9110, 14.2)
  const range = request.method === 'GET' ? rangeOf(request.headers.range, size) : undefined;
  if (range === 'unsatisfiable') {
    response.writeHead(416, { ...headers, 'Content-Range': `bytes */${size}` }).end();
    return;
  }
  const [start, end] = range ?? [0, size - 1];
  response.writeHead(range ? 206 : 200, {
    ...headers,
    'Accept-Ranges': 'bytes',
    'Content-Length': Math.max(0, end - start + 1),
    ...(range && { 'Content-Range': `bytes ${start}-${end}/${size}` }),
  });
  if (request.method === 'HEAD' || end < start) response.end();
  else
    // both ends are closed when either one fails: a page that goes away leaves no file open
    pipeline(createReadStream(file, { start, end }), response, () => undefined);
}

/** What the page opens by itself. */
function sessionOf({ dump, files = [] }: Rules): object {
  return {
    dump: dump && { url: 'dump', name: basename(dump) },
    files: files.map((f, i) => ({ url: `beside/${i}`, name: basename(f) })),
  };
}

/** The file behind a path: the dump, one beside it, or one of the page; nothing outside of these. */
function fileOf(path: string, { root, dump, files = [] }: Rules): string | undefined {
  if (path === '/dump') return dump;
  const beside = /^\/beside\/(\d{1,5})$/.exec(path)?.[1];
  if (beside !== undefined) return files[Number(beside)];
  const file = resolve(join(root, path === '/' ? 'index.html' : path));
  return file.startsWith(resolve(root) + sep) ? file : undefined;
}

function sizeOf(file: string): number | undefined {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    return found?.isFile() ? found.size : undefined;
  } catch {
    // a name that is longer than the system's are, a folder that may not be read: not there for who asks
    return undefined;
  }
}

/** One range of bytes, or so many last ones (RFC 9110, 14.1.2); undefined where none is asked for. Several are refused. */
function rangeOf(header: string | undefined, size: number): [number, number] | 'unsatisfiable' | undefined {
  if (header === undefined) return undefined;
  const match = /^bytes=(\d*)-(\d*)$/.exec(header);
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return 'unsatisfiable';
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(size - 1, Number(last));
  return start < size && start <= end ? [start, end] : 'unsatisfiable';
}

function cookieOf(request: IncomingMessage, cookie: string): string {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=');
    if (name === cookie) return value ?? '';
  }
  return '';
}

function same(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
