import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-'));
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

  /** The status line of a request whose target is sent as it is. */
  function raw(target: string, withCookie?: string): Promise<string> {
    const { host, port } = new URL(origin);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        const more = withCookie === undefined ? '' : `Cookie: ${withCookie}\r\n`;
        socket.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${more}Connection: close\r\n\r\n`);
      });
      let text = '';
      socket.setEncoding('latin1').on('data', (part: string) => (text += part));
      socket.on('end', () => resolve(text.split('\r\n')[0] ?? '')).on('error', reject);
    });
  }

  beforeAll(async () => {
    writeFileSync(join(folder, 'index.html'), 'the page');
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
    rmSync(folder, { recursive: true });
  });

  it('gives the page and ranges of the dump to who has the token', async () => {
    expect((await ask('/', { cookie })).body).toBe('the page');
    const part = await ask('/dump', { cookie, range: 'bytes=2-4' });
    expect([part.status, part.body, part.headers['content-range']]).toEqual([206, '234', 'bytes 2-4/10']);
    expect((await ask('/dump', { cookie, range: 'bytes=20-30' })).status).toBe(416);
    expect((await ask('/dump', { cookie }, 'HEAD')).headers['content-length']).toBe('10');
  });

  it.each([
    ['no token', {}],
    ['a wrong one', { cookie: 'stillframe=0000' }],
  ])('refuses who has %s', async (_, headers) => {
    for (const path of ['/', '/dump', '/session.json']) expect((await ask(path, headers)).status).toBe(403);
  });

  it('refuses a foreign Host and a foreign Origin, whoever asks', async () => {
    expect((await ask('/', { cookie, host: 'evil.example' })).status).toBe(403);
    expect((await ask('/', { cookie, host: `localhost:${new URL(origin).port}` })).status).toBe(403);
    expect((await ask('/', { cookie, origin: 'http://evil.example' })).status).toBe(403);
    expect((await ask('/', { cookie, origin: 'null' })).status).toBe(403);
  });

  it.each(['//', '///x', '/%', '/%ff%fe', '/%00', '*', 'http://evil.example/', '/?token=%', '/a%5c..%5cb'])(
    'lives on when it is asked for %s, with a token and without',
    async (path) => {
      const answers = [await raw(path), await raw(path, cookie)];
      for (const status of answers) expect(status).toMatch(/^HTTP\/1\.1 (?:400|403|404)/);
      expect((await ask('/', { cookie })).body).toBe('the page');
    },
  );

  it('serves nothing outside of its folder, and nothing by other methods', async () => {
    for (const path of ['/../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fetc/passwd', '/beside/0'])
      expect((await ask(path, { cookie })).status).toBe(404);
    expect((await ask('/', { cookie }, 'POST')).status).toBe(405);
  });
});
