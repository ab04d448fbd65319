import { readFileSync } from 'node:fs';
import { MessageChannel } from 'node:worker_threads';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { nodeHost } from '../../core/node/index.ts';
import {
  EngineClient,
  packLines,
  params,
  unpackLines,
  type EngineEvent,
  type Method,
  type Port,
  type ServerMessage,
} from '../../core/protocol/index.ts';
import { EngineServer } from '../../core/server/index.ts';

const DUMP = 'dumps/runtime-test-md.dmp';
const METHODS = Object.keys(params) as Method[];

/** An end of a port that a test plays by hand. */
class HandPort implements Port {
  readonly sent: unknown[] = [];
  isClosed = false;
  hear: (message: unknown) => void = () => undefined;
  send(message: unknown): void {
    this.sent.push(message);
  }
  listen(heard: (message: unknown) => void): void {
    this.hear = heard;
  }
  close(): void {
    this.isClosed = true;
  }
}

/** An engine that hears whatever is sent, copied as between threads. */
function engine(): {
  send(message: unknown): void;
  readonly heard: ServerMessage[];
  /** resolves when a request's answer is there */
  answered(id: number): Promise<void>;
  end(): void;
} {
  const { port1, port2 } = new MessageChannel();
  const heard: ServerMessage[] = [];
  const waiting = new Map<number, () => void>();
  port1.on('message', (message: ServerMessage) => {
    heard.push(message);
    if (message.kind === 'reply' || message.kind === 'failure') waiting.get(message.id)?.();
  });
  new EngineServer(
    {
      send: (message) => port2.postMessage(message),
      listen: (hear) => port2.on('message', hear),
      close: () => port2.close(),
    },
    {
      open: () =>
        Promise.resolve({
          source: new BufferSource(readFileSync(DUMP), DUMP),
          engine: nodeHost({ dump: DUMP }),
        }),
    },
  );
  return {
    send: (message) => port1.postMessage(message),
    heard,
    answered: (id) => new Promise((resolve) => waiting.set(id, resolve)),
    end: () => port1.close(),
  };
}

describe('an engine that is sent nonsense', () => {
  const { send, heard, answered, end } = engine();
  let id = 0;
  /** Asks and waits for the one answer. */
  const ask = async (method: string, given: unknown): Promise<ServerMessage> => {
    const own = ++id;
    send({ kind: 'request', id: own, method, params: given });
    await answered(own);
    const answers = heard.filter((m) => (m.kind === 'reply' || m.kind === 'failure') && m.id === own);
    expect(answers).toHaveLength(1);
    return answers[0] ?? { kind: 'failure', id: own, error: { code: 'none', message: '' } };
  };
  beforeAll(async () => {
    expect((await ask('open', { source: 1 })).kind).toBe('reply');
  });
  afterAll(end);

  it('refuses parameters of another form by the method’s name, whatever the method', async () => {
    for (const method of METHODS) {
      const needs = Object.keys(params[method].shape).filter(
        (key) => !params[method].safeParse({}).success && key !== 'source',
      );
      const wrong = [undefined, null, 7, 'text', [1], ...(needs.length > 0 ? [{}] : [])];
      for (const given of wrong) {
        const answer = await ask(method, given);
        expect(answer, `${method} ${JSON.stringify(given)}`).toMatchObject({
          kind: 'failure',
          error: { code: 'usage' },
        });
      }
    }
    for (const method of ['', 'constructor', '__proto__', 'toString', 'x'.repeat(64)])
      expect(await ask(method, {})).toMatchObject({ kind: 'failure', error: { code: 'usage' } });
  });

  it('answers every request of the right form once, with a model or a failure, for any numbers', async () => {
    const address = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
    const text = fc.string({ maxLength: 60 });
    const given: Partial<Record<Method, fc.Arbitrary<unknown>>> = {
      evaluate: fc.record({ expression: text }),
      describe: fc.record({ address }),
      typeNames: fc.record({ prefix: text }),
      typeTree: fc.record({ type: text, address }),
      complete: fc.record({ line: text }),
      structureFields: fc.record({ type: text, address }),
      memory: fc.record({ start: address, length: fc.nat(0x1000) }),
      pointerNotes: fc.record({ start: address, length: fc.nat(0x100), size: fc.constantFrom(4, 8) }),
      disassembly: fc.record({ address, before: fc.nat(20), after: fc.nat(20) }),
      heapMap: fc.record({ heap: address }),
      heapOwners: fc.record({ heap: address }),
      heapClasses: fc.record({ heap: address }),
      heapFindings: fc.record({ heap: address }),
      verdict: fc.record({ address }),
    };
    for (const [method, arbitrary] of Object.entries(given))
      for (const asked of fc.sample(arbitrary, { numRuns: 5, seed: 7 })) {
        const answer = await ask(method, asked);
        if (answer.kind === 'failure')
          expect(answer.error.code, `${method}: ${answer.error.message}`).not.toBe('internal');
      }
  });

  it('passes over what is no message, and a second request of a number that runs', async () => {
    heard.length = 0;
    for (const nonsense of fc.sample(fc.anything(), { numRuns: 200, seed: 7 })) send(structured(nonsense));
    send({ kind: 'cancel', id: 9999 });
    send({ kind: 'taken', id: 9999, lines: 1e9 });
    const own = ++id;
    send({ kind: 'request', id: own, method: 'execute', params: { line: '.while (1) { r $t0 = 1 }' } });
    send({ kind: 'request', id: own, method: 'execute', params: { line: '.echo twin' } });
    // behind both: by now the second has been heard, while the first still runs
    expect((await ask('context', {})).kind).toBe('reply');
    send({ kind: 'cancel', id: own });
    await ask('execute', { line: '.echo end' });
    expect(heard.filter((m) => (m.kind === 'reply' || m.kind === 'failure') && m.id === own)).toHaveLength(1);
    expect(JSON.stringify(heard.filter((m) => m.kind === 'lines'))).not.toContain('twin');
  });

  it('prints nothing of a command that was given up while it waited for its turn', async () => {
    heard.length = 0;
    const [first, second] = [++id, ++id];
    send({ kind: 'request', id: first, method: 'execute', params: { line: '!heap -l;'.repeat(50) } });
    send({ kind: 'request', id: second, method: 'execute', params: { line: '.echo never' } });
    send({ kind: 'cancel', id: second });
    send({ kind: 'cancel', id: first });
    await ask('execute', { line: '.echo end' });
    const ofSecond = JSON.stringify(heard.filter((m) => m.kind !== 'event' && m.id === second));
    expect(ofSecond).toContain('"code":"cancelled"');
    expect(ofSecond).not.toContain('{"text":"never"');
  });
});

describe('a page whose engine sends nonsense', () => {
  const context = {
    generation: 1,
    prompt: '0:000>',
    machine: 'x86',
    pointerSize: 4,
    machines: ['x86'],
    threads: 1,
    frame: 0,
    override: false,
    symbols: { modules: 1, loaded: 0, deferred: 1 },
    ended: false,
  };

  it('passes over what is no message', async () => {
    const port = new HandPort();
    const client = new EngineClient(port);
    const events: EngineEvent[] = [];
    client.onEvent((event) => events.push(event));
    const lines: unknown[] = [];
    const progress: unknown[] = [];
    const asked = client.request(
      'execute',
      { line: 'k' },
      { lines: (l) => void lines.push(...unpackLines(l)), progress: (p) => progress.push(p) },
    );
    const { id } = port.sent[0] as { id: number };
    for (const nonsense of fc.sample(fc.anything(), { numRuns: 200, seed: 7 })) port.hear(nonsense);
    for (const bad of [
      { kind: 'lines', id, lines: 'text' },
      { kind: 'lines', id, lines: [[{ text: 'a' }]] },
      { kind: 'lines', id, lines: { count: 1, text: 7, marks: '[[1]]' } },
      { kind: 'lines', id, lines: { count: 1, text: 'a', marks: [[1]] } },
      { kind: 'lines', id, lines: { count: 1e9, text: 'a', marks: '[[1]]' } },
      { kind: 'lines', id: -1, lines: packLines([]) },
      { kind: 'progress', id, progress: { done: 'much', what: 'x' } },
      { kind: 'failure', id, error: 'broken' },
      { kind: 'reply', id: id + 77, result: [] },
      { kind: 'event', event: undefined },
      { kind: 'event', event: { type: 'context' } },
      { kind: 'event', event: { type: 'context', context: { ...context, symbols: 7 } } },
      { kind: 'event', event: { type: 'other', context } },
    ])
      port.hear(bad);
    expect([lines, progress, events]).toEqual([[], [], []]);
    port.hear({ kind: 'event', event: { type: 'context', context } });
    port.hear({ kind: 'lines', id, lines: packLines([{ line: [{ text: 'good' }] }]) });
    port.hear({ kind: 'reply', id, result: [] });
    expect(await asked).toEqual([]);
    expect(events.map((e) => e.type)).toEqual(['context']);
    expect(lines).toHaveLength(1);
  });

  it('holds nothing when it is closed while requests run', async () => {
    const port = new HandPort();
    const client = new EngineClient(port);
    const stop = new AbortController();
    const running = [client.request('execute', { line: 'k' }, {}, stop.signal), client.request('heaps', {})];
    client.close();
    for (const asked of running) await expect(asked).rejects.toThrow('the dump was closed');
    expect(port.isClosed).toBe(true);
    const before = port.sent.length;
    // what comes too late, and what is asked or stopped then, goes nowhere
    port.hear({ kind: 'lines', id: 1, lines: packLines([{ line: [{ text: 'late' }] }]) });
    stop.abort();
    await expect(client.request('stack', {})).rejects.toThrow('the dump was closed');
    expect(port.sent).toHaveLength(before);
  });
});

/** What of a value can be sent between threads. */
function structured(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    // a function among it: it could not have been sent
    return undefined;
  }
}
