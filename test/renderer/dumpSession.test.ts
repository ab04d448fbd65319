import { MessageChannel } from 'node:worker_threads';
import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { nodeHost } from '../../core/node/index.ts';
import type { Port } from '../../core/protocol/index.ts';
import { EngineServer } from '../../core/server/index.ts';
import { DumpSession } from '../../renderer/client/dumpSession.ts';
import type { Host } from '../../renderer/client/host.ts';

const DUMP = 'dumps/runtime-test-md.dmp';

interface Engine {
  /** what it was given before the dump was opened, and later */
  readonly files: unknown[];
  isOpen: boolean;
  die(reason: string): void;
}

/** A host whose engines live in this process, and die when they are told to. */
function hostOf(openDump: () => Uint8Array = () => readFileSync(DUMP)): { host: Host; engines: Engine[] } {
  const engines: Engine[] = [];
  const host: Partial<Host> = {
    startEngine: (stopped) => {
      const { port1, port2 } = new MessageChannel();
      const engine: Engine = {
        files: [],
        isOpen: true,
        die: (reason) => {
          port2.close();
          stopped(reason);
        },
      };
      engines.push(engine);
      const portOf = (p: typeof port1): Port => ({
        send: (message) => p.postMessage(message),
        listen: (heard) => p.on('message', heard),
        close: () => {
          engine.isOpen = false;
          p.close();
        },
      });
      new EngineServer(portOf(port2), {
        open: () =>
          Promise.resolve({
            source: new BufferSource(openDump(), DUMP),
            engine: nodeHost({ dump: DUMP, opensDumps: (dump) => nodeHost({ dump }) }),
          }),
        addFiles: (files) => Promise.resolve(engine.files.push(...files)),
      });
      return portOf(port1);
    },
    besideDump: () => Promise.resolve([]),
  };
  return { host: host as Host, engines };
}

function textOf(session: DumpSession): string {
  return session.log.text({ prompts: true });
}

/** A dump in a window in which nobody types. */
function sessionOf(host: Host, added: readonly unknown[] = []): DumpSession {
  return new DumpSession(host, { name: 'a.dmp', source: 1 }, added, new EventTarget());
}

describe('a dump whose engine dies', () => {
  it('is opened again by another one, with the files that were added, and goes on', async () => {
    const { host, engines } = hostOf();
    const session = sessionOf(host, ['before']);
    await session.open();
    await session.addFiles(['later']);
    const running = session.run('!heap -l;'.repeat(50));
    engines[0]?.die('killed');
    await running;
    await vi.waitUntil(() => engines.length === 2 && session.context.get() !== undefined);
    expect(textOf(session)).toContain(
      'The engine stopped (killed); the dump is opened again with the 2 files that were added.',
    );
    await vi.waitUntil(() => engines[1]?.files.length === 2);
    expect(engines[1]?.files).toEqual(['before', 'later']);
    expect(engines[0]?.isOpen).toBe(false);
    await session.run('lm1m');
    expect(textOf(session)).toContain('RuntimeDll');
    session.close();
  });

  it('is opened three times by itself, then when the person asks', async () => {
    const { host, engines } = hostOf();
    const session = sessionOf(host);
    await session.open();
    for (let i = 0; i < 3; i++) {
      const before = session.reloads.get();
      engines.at(-1)?.die('again');
      await vi.waitUntil(() => session.reloads.get() > before);
    }
    expect(engines).toHaveLength(4);
    engines.at(-1)?.die('again');
    await vi.waitUntil(() => session.failure.get() !== undefined);
    expect(session.failure.get()).toBe('the engine stopped 4 times (again)');
    expect(engines).toHaveLength(4);
    await expect(session.request('stack', {})).rejects.toThrow('the engine stopped 4 times (again)');
    await session.openAgain();
    expect(session.failure.get()).toBeUndefined();
    expect((await session.request('stack', {})).frames.length).toBeGreaterThan(0);
    session.close();
  });

  it('is not opened at all where that is what kills the engine, and says so once', async () => {
    const { host, engines } = hostOf(() => {
      queueMicrotask(() => engines.at(-1)?.die('out of memory'));
      return readFileSync(DUMP);
    });
    const session = sessionOf(host);
    await session.open();
    expect(session.failure.get()).toBe('the engine stopped: out of memory');
    expect(engines).toHaveLength(1);
    expect(engines[0]?.isOpen).toBe(false);
  });
});

describe('a dump that is closed', () => {
  it('ends its engine and what runs there, and nobody waits', async () => {
    const { host, engines } = hostOf();
    const session = sessionOf(host);
    await session.open();
    const running = session.run('!heap -l;'.repeat(50));
    const asked = session.request('heaps', {});
    session.close();
    await running;
    await expect(asked).rejects.toThrow('the dump was closed');
    expect(session.running.get()).toBe(0);
    expect(session.stop()).toBe(false);
    expect(engines[0]?.isOpen).toBe(false);
    engines[0]?.die('closed');
    expect(engines).toHaveLength(1);
    expect(session.failure.get()).toBeUndefined();
  });

  it('listens to the window no more', () => {
    const { host } = hostOf();
    const keys = new EventTarget();
    const heard: string[] = [];
    const told = (what: 'addEventListener' | 'removeEventListener'): void => {
      const own = keys[what].bind(keys);
      keys[what] = (type: string, ...rest: [EventListener]) => {
        heard.push(`${what} ${type}`);
        own(type, ...rest);
      };
    };
    told('addEventListener');
    told('removeEventListener');
    new DumpSession(host, { name: 'a.dmp', source: 1 }, [], keys).close();
    expect(heard).toEqual(['addEventListener keydown', 'removeEventListener keydown']);
  });

  it('while it is being opened ends its engine too', async () => {
    const { host, engines } = hostOf();
    const session = sessionOf(host);
    const opening = session.open();
    session.close();
    await opening;
    expect(engines.map((e) => e.isOpen)).toEqual([false]);
  });
});

describe('another dump beside one', () => {
  it('is what the window names while it is in effect', async () => {
    const { host } = hostOf();
    const session = sessionOf(host);
    await session.open();
    await session.run('.opendump dumps/runtime-test-mt.dmp');
    await vi.waitUntil(() => session.dump.get()?.name === 'runtime-test-mt.dmp');
    expect(session.dump.get()?.size).toBe(statSync('dumps/runtime-test-mt.dmp').size);
    await session.run('||0s');
    await vi.waitUntil(() => session.dump.get()?.name === 'runtime-test-md.dmp');
    session.close();
  });
});
