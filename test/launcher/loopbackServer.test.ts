import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLoopbackServer, type LoopbackServer } from '../../launcher/loopbackServer.ts';

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

describe('the loopback server', () => {
  const around = realpathSync(mkdtempSync(join(tmpdir(), 'stillframe-')));
  const folder = join(around, 'page');
  const big = join(folder, 'big.bin');
  let server: LoopbackServer;
  let origin: string;
  let cookie: string;

  /** node:http and not fetch, which forbids a Host of one's own */
  function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asked = request(`${origin}${path}`, { method, headers }, (answer) => {
        let body = '';
        answer.setEncoding('latin1').on('data', (part: string) => (body += part));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
      });
      asked.on('error', reject).end();
    });
  }

  /** The status line of a request whose head is sent as it is. */
  function rawHead(head: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(origin).port), '127.0.0.1', () => {
        socket.write(`${head}Connection: close\r\n\r\n`);
      });
      let text = '';
      socket.setEncoding('latin1').on('data', (part: string) => (text += part));
      socket.on('end', () => resolve(text.split('\r\n')[0] ?? '')).on('error', reject);
    });
  }

  /** The status line of a request whose target is sent as it is. */
  function raw(target: string, withCookie?: string): Promise<string> {
    const more = withCookie === undefined ? '' : `Cookie: ${withCookie}\r\n`;
    return rawHead(`GET ${target} HTTP/1.1\r\nHost: ${new URL(origin).host}\r\n${more}`);
  }

  beforeAll(async () => {
    for (const made of [join(folder, 'assets'), join(around, 'page-2')]) mkdirSync(made, { recursive: true });
    writeFileSync(join(folder, 'index.html'), 'the page');
    for (const secret of ['secret.txt', 'page-2/secret.txt']) writeFileSync(join(around, secret), 'secret');
    // sparse: more than sockets hold
    writeFileSync(big, '');
    truncateSync(big, 256 << 20);
    writeFileSync(join(folder, 'app.dmp'), '0123456789');
    server = await startLoopbackServer({ root: folder, dump: join(folder, 'app.dmp') });
    const url = new URL(server.url);
    origin = url.origin;
    const first = await ask(`/${url.search}`);
    expect(first.status).toBe(303);
    cookie = String(first.headers['set-cookie']).split(';')[0] ?? '';
  });
  afterAll(() => {
    server.close();
    rmSync(around, { recursive: true });
  });

  it('gives the page and ranges of the dump to who has the token', async () => {
    expect((await ask('/', { cookie })).body).toBe('the page');
    const part = await ask('/dump', { cookie, range: 'bytes=2-4' });
    expect([part.status, part.body, part.headers['content-range']]).toEqual([206, '234', 'bytes 2-4/10']);
    expect((await ask('/dump', { cookie, range: 'bytes=20-30' })).status).toBe(416);
    expect((await ask('/dump', { cookie }, 'HEAD')).headers['content-length']).toBe('10');
  });

  it.each([
    ['no token', () => ({})],
    ['a wrong one', (name: string) => ({ cookie: `${name}=0000` })],
    ['an empty one', (name: string) => ({ cookie: `${name}=` })],
    ['a longer one', (name: string, token: string) => ({ cookie: `${name}=${token}0` })],
    ['the token under another name', (_: string, token: string) => ({ cookie: `stillframe=${token}` })],
  ])('refuses who has %s', async (_, headersOf) => {
    const [name = '', token = ''] = cookie.split('=');
    const headers = headersOf(name, token);
    for (const path of ['/', '/dump', '/session.json']) expect((await ask(path, headers)).status).toBe(403);
  });

  it('refuses a wrong token in the address, whatever the cookie says', async () => {
    for (const token of ['', '0', 'x'.repeat(64), 'x'.repeat(8000)])
      expect((await ask(`/?token=${token}`, { cookie })).status).toBe(403);
  });

  it('keeps its token apart from that of a server on another port, which has the same cookies', async () => {
    const other = await startLoopbackServer({ root: folder });
    const at = new URL(other.url);
    const asked = await new Promise<string>((resolve, reject) => {
      request(at, (answer) => resolve(String(answer.headers['set-cookie'])))
        .on('error', reject)
        .end();
    });
    other.close();
    expect(asked).toContain('HttpOnly; SameSite=Strict');
    expect(asked.split('=')[0]).not.toBe(cookie.split('=')[0]);
    expect((await ask('/', { cookie: `${asked.split(';')[0] ?? ''}; ${cookie}` })).body).toBe('the page');
  });

  it('refuses a foreign Host and a foreign Origin, whoever asks', async () => {
    expect((await ask('/', { cookie, host: 'evil.example' })).status).toBe(403);
    expect((await ask('/', { cookie, host: `localhost:${new URL(origin).port}` })).status).toBe(403);
    expect((await ask('/', { cookie, origin: 'http://evil.example' })).status).toBe(403);
    expect((await ask('/', { cookie, origin: 'null' })).status).toBe(403);
    const { host, port } = new URL(origin);
    expect((await ask('/', { cookie, origin: `https://${host}` })).status).toBe(403);
    for (const near of [
      '127.0.0.1',
      `127.0.0.2:${port}`,
      `[::1]:${port}`,
      `${host}.evil.example`,
      `evil@${host}`,
    ])
      expect((await ask('/', { cookie, host: near })).status).toBe(403);
    // none at all, and two of them
    expect(await rawHead(`GET / HTTP/1.1\r\nCookie: ${cookie}\r\n`)).toMatch(/^HTTP\/1\.1 40[03]/);
    expect(await rawHead(`GET / HTTP/1.0\r\nCookie: ${cookie}\r\n`)).toMatch(/^HTTP\/1\.1 40[03]/);
    const two = `GET / HTTP/1.1\r\nHost: evil.example\r\nHost: ${host}\r\nCookie: ${cookie}\r\n`;
    expect(await rawHead(two)).toMatch(/^HTTP\/1\.1 40[03]/);
  });

  it.each(['//', '///x', '/%', '/%ff%fe', '/%00', '*', 'http://evil.example/', '/?token=%', '/a%5c..%5cb'])(
    'lives on when it is asked for %s, with a token and without',
    async (path) => {
      const answers = [await raw(path), await raw(path, cookie)];
      for (const status of answers) expect(status).toMatch(/^HTTP\/1\.1 (?:400|403|404)/);
      expect((await ask('/', { cookie })).body).toBe('the page');
    },
  );

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    // decoded twice
    '/%252e%252e%252fsecret.txt',
    '/%252e%252e/secret.txt',
    '/..\\secret.txt',
    '/..%5csecret.txt',
    '/%c0%ae%c0%ae/secret.txt',
    '/..%00/secret.txt',
    '/secret.txt%00.html',
    '/....//secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    // another folder whose name begins alike
    '/..%2fpage-2/secret.txt',
    '/beside/0',
    '/beside/-1',
    '/assets',
    '/%2f%2fsecret.txt',
  ])('serves nothing outside of its folder: %s', async (path) => {
    const answered = await raw(path, cookie);
    expect(answered).toMatch(/^HTTP\/1\.1 (?:400|404)/);
  });

  it('serves nothing by other methods', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'])
      expect((await ask('/', { cookie }, method)).status).toBe(405);
  });

  it('answers HEAD as GET, without a body, and to the same people', async () => {
    const head = await ask('/dump', { cookie, range: 'bytes=2-4' }, 'HEAD');
    // ranges are of GET alone
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', '10']);
    expect((await ask('/dump', {}, 'HEAD')).status).toBe(403);
    expect((await ask('/dump', { cookie, host: 'evil.example' }, 'HEAD')).status).toBe(403);
    expect((await ask('/nothing', { cookie }, 'HEAD')).status).toBe(404);
  });

  it.each([
    ['bytes=0-0', '0'],
    ['bytes=9-', '9'],
    ['bytes=-3', '789'],
    ['bytes=-99', '0123456789'],
    ['bytes=8-99999999999999999999999', '89'],
    [`bytes=7-${'9'.repeat(400)}`, '789'],
  ])('gives the range %s as far as the file goes', async (range, body) => {
    const answered = await ask('/dump', { cookie, range });
    expect([answered.status, answered.body]).toEqual([206, body]);
    expect(answered.headers['content-length']).toBe(String(body.length));
  });

  it.each([
    'bytes=10-',
    'bytes=5-2',
    'bytes=-0',
    'bytes=-',
    'bytes=--1',
    'bytes=-1-2',
    'bytes=0x1-0x2',
    'bytes=1e0-2',
    'bytes=99999999999999999999999-',
    `bytes=${'9'.repeat(400)}-`,
    // each could be the whole file
    `bytes=${'0-,'.repeat(1000)}0-`,
    'bytes=0-1,3-4',
    'pages=0-1',
    '',
  ])('refuses the range %s', async (range) => {
    const answered = await ask('/dump', { cookie, range });
    expect([answered.status, answered.body]).toEqual([416, '']);
    expect(answered.headers['content-range']).toBe('bytes */10');
  });

  it('lives through addresses and headers of any length', async () => {
    expect(await raw(`/${'a'.repeat(10_000)}`, cookie)).toMatch(/^HTTP\/1\.1 404/);
    const { host } = new URL(origin);
    for (const head of [
      `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: ${host}\r\n`,
      `GET / HTTP/1.1\r\nHost: ${host}\r\nX-Long: ${'a'.repeat(100_000)}\r\n`,
      `GET / HTTP/1.1\r\nHost: ${host}\r\n${'X: y\r\n'.repeat(10_000)}`,
      `GET / HTTP/1.1\r\nHost: ${host}\r\nCookie: ${'stillframe=;'.repeat(5_000)}\r\n`,
    ])
      expect(await rawHead(head).catch((e: unknown) => `reset: ${String(e)}`)).toMatch(
        /^(?:HTTP\/1\.1 4(?:00|31)|reset: .*(?:ECONNRESET|EPIPE))/,
      );
    expect((await ask('/', { cookie })).body).toBe('the page');
  });

  it('answers while hundreds are connected and say nothing', async () => {
    const port = Number(new URL(origin).port);
    const idle = Array.from({ length: 300 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    await Promise.all(idle.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask('/dump', { cookie })));
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['0123456789']));
    idle.forEach((socket) => socket.destroy());
  });

  it.skipIf(!existsSync('/proc/self/fd'))('keeps no file open for who went away', async () => {
    const open = (): number =>
      readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`) === big;
        } catch {
          // closed in between: that of the listing
          return false;
        }
      }).length;
    for (let i = 0; i < 8; i++)
      await new Promise<void>((resolve, reject) => {
        const asked = request(`${origin}/big.bin`, { headers: { cookie } }, (answer) => {
          answer.once('data', () => {
            expect(open()).toBeGreaterThan(0);
            asked.destroy();
            resolve();
          });
          answer.on('error', () => undefined);
        });
        asked.on('error', reject).end();
      });
    await expect.poll(open).toBe(0);
  });
});
