import { MessageChannel } from 'node:worker_threads';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { nodeHost } from '../../core/node/index.ts';
import { plain } from '../../core/output/index.ts';
import { EngineClient, unpackLines, type EngineEvent, type Port } from '../../core/protocol/index.ts';
import { EngineServer } from '../../core/server/index.ts';

const DUMP = 'dumps/runtime-test-md.dmp';

/** A real pair of ports: what is sent is copied as between threads. */
function pair(): { near: Port; far: Port; raw: { send(message: unknown): void }; end(): void } {
  const { port1, port2 } = new MessageChannel();
  const portOf = (p: typeof port1): Port => ({
    send: (message) => p.postMessage(message),
    listen: (heard) => p.on('message', heard),
    close: () => p.close(),
  });
  return { near: portOf(port1), far: portOf(port2), raw: portOf(port1), end: () => port1.close() };
}

describe('an engine behind a port', () => {
  const { near, far, raw, end } = pair();
  const events: EngineEvent[] = [];
  let client: EngineClient;

  beforeAll(async () => {
    new EngineServer(far, {
      open: () =>
        Promise.resolve({
          source: new BufferSource(readFileSync(DUMP), DUMP),
          engine: nodeHost({ dump: DUMP }),
        }),
    });
    client = new EngineClient(near);
    client.onEvent((event) => events.push(event));
    const dump = await client.request('open', { source: undefined });
    expect(dump).toMatchObject({ name: 'runtime-test-md.dmp', machine: 'x86', process: 'RuntimeTest.exe' });
  });
  afterAll(end);

  it('streams the lines of a command and gives its result', async () => {
    const lines: string[] = [];
    const [result] = await client.request(
      'execute',
      { line: 'lm1m' },
      { lines: (packed) => void lines.push(...unpackLines(packed).map(({ line }) => plain(line))) },
    );
    expect(result).toEqual({ command: 'lm1m', ok: true, error: undefined });
    expect(lines).toContain('RuntimeDll');
  });

  it('tells how many heaps were walked when nothing else is other', async () => {
    // symbols first: what they are needed for must not load them with the heaps
    await client.request('execute', { line: 'ld *' });
    events.length = 0;
    const { heaps } = await client.request('heaps', {});
    expect(heaps).toHaveLength(2);
    await vi.waitUntil(() => events.length > 0);
    expect(events.map(({ type, context }) => [type, context.heaps])).toEqual([
      ['status', { walked: 2, errors: 0 }],
    ]);
  });

  it('tells when a command changes the context, and gives panes of the new one', async () => {
    events.length = 0;
    await client.request('execute', { line: '.frame 2' });
    expect(events.map((e) => e.type)).toContain('context');
    expect((await client.request('stack', {})).current).toBe(2);
  });

  it('tells of a reload, though no count of the context changes, and gives panes of what is found then', async () => {
    const asked = async (): Promise<unknown> => (await client.request('summary', {})).stack;
    const before = await asked();
    events.length = 0;
    await client.request('execute', { line: '.reload /u RuntimeTest.exe' });
    expect(events.map((e) => e.type)).toEqual(['reload']);
    expect(await asked()).not.toEqual(before);
    events.length = 0;
    await client.request('execute', { line: '.reload' });
    expect(events.map((e) => e.type)).toEqual(['reload']);
    expect(await asked()).toEqual(before);
    for (const line of ['.sympath', 'lm', '.sympath+ /nowhere']) {
      events.length = 0;
      await client.request('execute', { line });
      expect(events.map((e) => e.type).includes('reload')).toBe(line === '.sympath+ /nowhere');
    }
  });

  // what the dump's README says of the process; the port copies what passes it
  it.each([
    ['summary', { stackThread: 0 }],
    ['stack', { thread: 0, frames: expect.arrayContaining([expect.objectContaining({ module: 'ntdll' })]) }],
    ['threads', [{ id: 0x9a8, teb: 0x7ffdf000n }]],
    ['modules', expect.arrayContaining([expect.objectContaining({ name: 'RuntimeDll' })])],
    ['registers', { machine: 'x86' }],
    ['locals', { function: expect.stringContaining('!') }],
    ['heaps', { heaps: [{ address: 0x240000n }, { address: 0x340000n }] }],
  ] as const)('gives a model for %s that can be copied', async (method, expected) => {
    expect(await client.request(method, {})).toMatchObject(expected);
  });

  it('gives code around the frame in effect, the instruction itself among it', async () => {
    const code = await client.request('disassembly', { before: 4, after: 8 });
    expect(code.rows.map((r) => r.address)).toContain(code.current);
  });

  it('opens a type at an address as dt does', async () => {
    const tree = await client.request('typeTree', { type: '_PEB', address: 0x7ffdf000n });
    expect(tree.nodes.find((n) => n.name === 'BeingDebugged')).toMatchObject({ offset: 2, size: 1 });
  });

  it('refuses what is no request, and answers the next one', async () => {
    raw.send('nonsense');
    raw.send({ kind: 'request', id: -1, method: 'stack', params: {} });
    await expect(client.request('memory', { start: -1n, length: 4 })).rejects.toMatchObject({
      code: 'usage',
    });
    await expect(client.request('memory', { start: 0n, length: 2 ** 40 })).rejects.toMatchObject({
      code: 'usage',
    });
    expect((await client.request('context', {})).prompt).toBe('0:000>');
  });

  it('runs a command before the models that were asked for before it, which are of where it leads to', async () => {
    const answers: string[] = [];
    const summary = client.request('summary', {}).then(() => answers.push('summary'));
    const stack = client.request('stack', {});
    void stack.then(() => answers.push('stack'));
    await client.request('execute', { line: '.frame 1' }).then(() => answers.push('.frame 1'));
    await summary;
    expect(answers[0]).toBe('.frame 1');
    expect((await stack).current).toBe(1);
    await client.request('execute', { line: '.frame 0' });
  });

  it('computes nothing for who has gone', async () => {
    const stop = new AbortController();
    const asked = client.request('stack', {}, {}, stop.signal);
    stop.abort();
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('stops a command', async () => {
    const stop = new AbortController();
    const running = client.request('execute', { line: '!heap -l;'.repeat(100) }, {}, stop.signal);
    stop.abort();
    expect((await running).at(-1)?.error?.code).toBe('cancelled');
  });
});
