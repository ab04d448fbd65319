/** A symbol server of the test's own, which answers well, badly, slowly and falsely. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AwaitFirst } from '../../../core/errors/index.ts';
import type { FileProgress } from '../../../core/node/index.ts';
import { hasCorpus } from '../../corpus.ts';
import { makeCabinet } from '../../node/cabinet.ts';
import {
  busyModule,
  EXE,
  KEY,
  listOf,
  module,
  OTHER_PDB,
  PDB,
  settled,
  setUp,
  Workbench,
} from './storeFixture.ts';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const bench = new Workbench();
const PLAIN = `/sigsegv.pdb/${KEY}/sigsegv.pdb`;
const COMPRESSED = `/sigsegv.pdb/${KEY}/sigsegv.pd_`;
const POINTER = `/sigsegv.pdb/${KEY}/file.ptr`;

let answers: Record<string, Answer> = {};
let asked: string[] = [];
const server = createServer((request, response) => {
  const path = decodeURIComponent(request.url ?? '');
  asked.push(path);
  const answer = answers[path];
  if (answer) answer(response, request);
  else response.writeHead(404).end();
});
let base = '';

const bytes =
  (body: Uint8Array): Answer =>
  (response) =>
    response.writeHead(200, { 'content-length': body.length }).end(body);
const redirect =
  (to: string): Answer =>
  (response) =>
    response.writeHead(302, { location: to }).end();

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  answers = {};
  asked = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  bench.discard();
});

/** Loads the module's symbols through the server into a cache of their own. */
async function load(prepared: Record<string, Answer>, options: { silenceMs?: number; base?: string } = {}) {
  answers = prepared;
  const cache = bench.folder();
  const { store, symbols } = setUp({
    symbolPath: `srv*${cache}*${options.base ?? base}`,
    silenceMs: options.silenceMs ?? 5000,
  });
  const found = await settled(() => symbols.of(module));
  const last = symbols.reasons(module).find((a) => a.place.startsWith('http'));
  return { store, symbols, cache, status: found?.status, detail: last?.detail, files: bench.files(cache) };
}

const KEPT = [`sigsegv.pdb/${KEY}/sigsegv.pdb`];

describe.skipIf(!hasCorpus)('a symbol server', () => {
  it('is asked once, and what it sent is kept in the cache', async () => {
    const { status, files, symbols, cache } = await load({ [PLAIN]: bytes(PDB) });
    expect(status).toBe('pdb');
    expect(files).toEqual(KEPT);
    expect(asked).toEqual([PLAIN]);
    expect(symbols.reasons(module).at(-1)).toMatchObject({ outcome: 'taken', place: join(cache, ...KEPT) });
    // another session finds it there
    const again = setUp({ symbolPath: `srv*${cache}*${base}` });
    expect((await settled(() => again.symbols.of(module)))?.status).toBe('pdb');
    expect(asked).toHaveLength(1);
  });

  it('is asked again for what its cache holds, where that is wanted (.reload /o)', async () => {
    const { symbols, cache } = await load({ [PLAIN]: bytes(PDB) });
    bench.put(join(cache, ...KEPT), PDB.subarray(0, 4096));
    symbols.reload(module, { overwrite: true });
    expect((await settled(() => symbols.of(module)))?.status).toBe('pdb');
    expect(asked).toEqual([PLAIN, PLAIN]);
    expect(readFileSync(join(cache, ...KEPT))).toEqual(Buffer.from(PDB));
    // and not where the server has it no more: then the cache's will do
    answers = {};
    symbols.reload(module, { overwrite: true });
    expect((await settled(() => symbols.of(module)))?.status).toBe('pdb');
  });

  it('is not asked in secure mode', async () => {
    const { symbols } = setUp({ symbolPath: `srv*${bench.folder()}*${base}` });
    symbols.options.offline = true;
    expect(await settled(() => symbols.of(module))).toBeUndefined();
    expect(symbols.reasons(module)).toContainEqual({
      place: `${base}${PLAIN}`,
      outcome: 'not asked',
      detail: 'secure mode',
    });
    expect(asked).toEqual([]);
  });

  it.each(['mszip', 'lzx'] as const)('may have it compressed (%s)', async (method) => {
    const cabinet = makeCabinet([{ name: 'sigsegv.pdb', bytes: PDB }], method);
    const { status, files } = await load({ [COMPRESSED]: bytes(cabinet) });
    expect(status).toBe('pdb');
    expect(files).toEqual(KEPT);
    expect(asked).toEqual([PLAIN, COMPRESSED]);
  });

  it('may be a two-tier store', async () => {
    const { status, files } = await load({
      '/index2.txt': bytes(Buffer.from('')),
      [`/si${PLAIN}`]: bytes(PDB),
    });
    expect(status).toBe('pdb');
    expect(files).toEqual(KEPT);
    expect(asked).toEqual([PLAIN, COMPRESSED, POINTER, '/index2.txt', `/si${PLAIN}`]);
  });

  it('may redirect, to itself or elsewhere', async () => {
    const { status } = await load({
      [PLAIN]: redirect('/blob/1?signature=a%20b'),
      '/blob/1?signature=a b': redirect(`${base}/blob/2`),
      '/blob/2': bytes(PDB),
    });
    expect(status).toBe('pdb');
  });

  it.each([
    ['for ever', PLAIN, 'the server redirects more than 5 times'],
    ['to a file', 'file:///etc/passwd', 'the server redirects to file://, which is not followed'],
    ['to another protocol', 'ftp://127.0.0.1/x', 'the server redirects to ftp://, which is not followed'],
  ])('is not followed %s', async (_, to, why) => {
    const { status, detail } = await load({ [PLAIN]: redirect(to) });
    expect(status).toBeUndefined();
    expect(detail).toBe(why);
  });

  it('may give a message, or a path that is not opened for it', async () => {
    expect((await load({ [POINTER]: bytes(Buffer.from('MSG: gone')) })).detail).toBe('the server says: gone');
    const path = bench.put(join(bench.folder(), 'sigsegv.pdb'), PDB);
    const { status, detail } = await load({ [POINTER]: bytes(Buffer.from(`PATH:${path}`)) });
    expect(status).toBeUndefined();
    expect(detail).toBe(`its file.ptr names ${path}, which is not opened for a server`);
  });
});

describe.skipIf(!hasCorpus)('a server that fails', () => {
  const PART = PDB.length >> 1;

  it.each<[string, Answer, RegExp]>([
    ['has nothing', (r) => r.writeHead(404).end(), /^the server does not have it$/],
    ['is broken', (r) => r.writeHead(500).end('oops'), /^the server answers 500/],
    ['lies about the GUID', bytes(OTHER_PDB), /^it is another file: its GUID is 3249D99D/],
    ['sends a page', bytes(Buffer.from('<html>log in</html>'.repeat(50))), /^it is another file: .*/],
    ['sends nothing', bytes(Buffer.alloc(0)), /^it is another file: .*/],
    ['sends a bad cabinet', bytes(Buffer.from('MSCF but no cabinet at all')), /cabinet/],
    [
      'claims more than there can be',
      (r) => r.writeHead(200, { 'content-length': 2 ** 45 }).flushHeaders(),
      /^the file has 35184372088832 bytes$/,
    ],
    [
      'is gone in mid-file',
      (r) => {
        r.writeHead(200, { 'content-length': PDB.length });
        r.write(PDB.subarray(0, PART), () => r.destroy());
      },
      /terminated|closed|ended after/,
    ],
    [
      'is gone in mid-file without having said how long it is',
      (r) => {
        r.writeHead(200);
        r.write(PDB.subarray(0, PART), () => r.destroy());
      },
      /terminated|closed|another file/,
    ],
    ['never answers', () => undefined, /^the server was silent for 0\.3 seconds$/],
    [
      'falls silent in mid-file',
      (r) => {
        r.writeHead(200, { 'content-length': PDB.length });
        r.write(PDB.subarray(0, PART));
      },
      /^the server was silent for 0\.3 seconds$/,
    ],
  ])('%s', async (_, answer, why) => {
    const { status, detail, files } = await load({ [PLAIN]: answer }, { silenceMs: 300 });
    expect(status).toBeUndefined();
    expect(detail).toMatch(why);
    // nothing half done stays
    expect(files).toEqual([]);
  });

  it('is not there', async () => {
    const { status, detail } = await load({}, { base: 'http://127.0.0.1:9' });
    expect(status).toBeUndefined();
    expect(detail).toMatch(/^fetch failed/);
  });

  it('is asked again only after a reload', async () => {
    const { symbols } = await load({});
    const count = asked.length;
    symbols.reload(module);
    answers = { [PLAIN]: bytes(PDB) };
    expect((await settled(() => symbols.of(module)))?.status).toBe('pdb');
    expect(asked.length).toBeGreaterThan(count);
  });

  it('is asked once in a session for what it does not have', async () => {
    const { store } = await load({});
    const before = asked.length;
    const twin = { ...module, index: 1 };
    const search = { module: twin, download: true, note: () => undefined };
    const request = { kind: 'pdb', name: 'sigsegv.pdb', folder: 'sigsegv.pdb', key: KEY } as const;
    expect([...store.candidates(request, search)]).toEqual([]);
    expect(asked).toHaveLength(before);
  });
});

describe.skipIf(!hasCorpus)('when a server is asked', () => {
  it('is not for a name that may be in any module', async () => {
    answers = { [PLAIN]: bytes(PDB) };
    const { symbols } = setUp({ symbolPath: `srv*${bench.folder()}*${base}` });
    expect(symbols.resolve('mistyped')).toEqual([]);
    expect([...symbols.match('*!mistyped')]).toEqual([]);
    expect(asked).toEqual([]);
    expect(symbols.reasons(module)).toContainEqual({ place: `${base}${PLAIN}`, outcome: 'not asked' });
    // the module's own name is a wish for its symbols
    expect(await settled(() => symbols.resolve('sigsegv!main'))).not.toEqual([]);
    expect(asked).toEqual([PLAIN]);
  });

  it('tells how far it is, and can be stopped and begun again', async () => {
    const seen: FileProgress[] = [];
    let sendRest = (): void => undefined;
    answers = {
      [PLAIN]: (response) => {
        response.writeHead(200, { 'content-length': PDB.length });
        response.write(PDB.subarray(0, 1000));
        sendRest = () => response.end(PDB.subarray(1000));
      },
    };
    const cache = bench.folder();
    let begun = (): void => undefined;
    const { store, symbols } = setUp({
      symbolPath: `srv*${cache}*${base}`,
      onProgress: (progress) => (seen.push(progress), begun()),
    });
    const first = new Promise<void>((resolve) => (begun = resolve));
    const wait = waitOf(() => symbols.of(module));
    await first;
    expect(seen[0]).toEqual({ what: 'sigsegv.pdb', done: 1000, total: PDB.length });
    store.cancel();
    await wait.ready;
    expect(bench.files(cache)).toEqual([]);
    expect(symbols.status(module)).toBe('deferred');

    const second = new Promise<void>((resolve) => (begun = resolve));
    const again = waitOf(() => symbols.of(module));
    await second;
    sendRest();
    await again.ready;
    expect(symbols.of(module)?.status).toBe('pdb');
    expect(seen.at(-1)).toMatchObject({ done: PDB.length });
  });

  it('fetches one file once for all who ask', async () => {
    answers = { [PLAIN]: bytes(PDB) };
    const { symbols } = setUp({ symbolPath: `srv*${bench.folder()}*${base}` });
    const waits = [waitOf(() => symbols.of(module)), waitOf(() => symbols.describe(module.base))];
    expect(waits[0]).toBe(waits[1]);
    await waits[0]?.ready;
    expect(symbols.of(module)?.status).toBe('pdb');
    expect(asked).toEqual([PLAIN]);
  });

  it('sends images too, to who asks for them', async () => {
    const busy = busyModule();
    const key = `${busy.timestamp.toString(16).toUpperCase().padStart(8, '0')}${busy.size.toString(16)}`;
    answers = { [`/busy.exe/${key}/busy.exe`]: bytes(EXE) };
    const cache = bench.folder();
    const { store } = setUp({ symbolPath: `srv*${cache}*${base}` }, listOf(busy));
    const { fileName, timestamp, size } = busy;
    expect(store.images.find({ fileName, timestamp, size })).toBeUndefined();
    expect(asked).toEqual([]);
    expect(await settled(() => store.images.fetch?.({ fileName, timestamp, size }))).toBe(true);
    expect(store.images.find({ fileName, timestamp, size })?.size).toBe(EXE.length);
    expect(bench.files(cache)).toEqual([`busy.exe/${key}/busy.exe`]);
    const other = { fileName, timestamp: timestamp + 1, size };
    expect(await settled(() => store.images.fetch?.(other))).toBe(false);
    const before = asked.length;
    expect(await settled(() => store.images.fetch?.(other))).toBe(false);
    expect(asked).toHaveLength(before);
  });
});

function waitOf(ask: () => unknown): AwaitFirst {
  try {
    ask();
  } catch (e) {
    if (e instanceof AwaitFirst) return e;
    throw e;
  }
  throw new Error('nothing to wait for');
}
