import { readFileSync } from 'node:fs';
import type { CDPSession, Page } from 'playwright-core';
import type { DriverPort } from './driverPorts.ts';
import { pageWorld, preloadWorld, type ToMain, type ToPage } from './preloadWorld.ts';
import { wire } from './wire.ts';

const WORLD = 'electron preload';
const BINDING = 'electronDriver';
const { pack, unpack } = wire();

/** What a page's preload says to main. */
export type Heard = Exclude<ToMain, { readonly kind: 'port' }>;

/** A page of Chromium with a preload in a world of its own, and ports that lead out of it. */
export class DriverPage {
  private static nextPort = 1;
  private world: number | undefined;
  private readonly ports = new Map<number, DriverPort>();

  private constructor(
    readonly page: Page,
    private readonly session: CDPSession,
  ) {}

  /** Lets a preload run in all documents of an origin that the page will have. */
  static async prepare(
    page: Page,
    preload: string,
    origin: string,
    heard: (message: Heard) => void,
  ): Promise<DriverPage> {
    const session = await page.context().newCDPSession(page);
    const made = new DriverPage(page, session);
    session.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === WORLD && context.origin === origin) made.world = context.id;
    });
    session.on('Runtime.bindingCalled', ({ payload, executionContextId }) => {
      if (executionContextId !== made.world) return;
      const message = unpack(JSON.parse(payload)) as ToMain;
      if (message.kind === 'port') made.ports.get(message.port)?.postMessage(message.data);
      else heard(message);
    });
    await session.send('Page.enable');
    await session.send('Runtime.enable');
    await session.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD });
    const here = `if (window !== window.top || location.origin !== ${JSON.stringify(origin)}) return;`;
    await session.send('Page.addScriptToEvaluateOnNewDocument', {
      source: `(() => { ${here} (${pageWorld.toString()})(); })()`,
    });
    await session.send('Page.addScriptToEvaluateOnNewDocument', {
      worldName: WORLD,
      source: `(() => {
        ${here}
        const { pack, unpack } = (${wire.toString()})();
        (${preloadWorld.toString()})(
          (message) => ${BINDING}(JSON.stringify(pack(message))),
          (heard) => { globalThis.${BINDING}Hear = (message) => heard(unpack(message)); },
          (electron) => {
            const module = { exports: {} };
            const require = (name) => {
              if (name === 'electron') return electron;
              throw new Error('module not found: ' + name);
            };
            ((require, module, exports) => {${readFileSync(preload, 'utf8')}
            })(require, module, module.exports);
          },
        );
      })()`,
    });
    return made;
  }

  /** An event of ipcRenderer, with ports that go to the page. */
  event(channel: string, args: unknown[], transferred: readonly DriverPort[] = []): void {
    const ports = transferred.map((port) => {
      const id = DriverPage.nextPort++;
      this.ports.set(id, port);
      return id;
    });
    this.send({ kind: 'event', channel, args, ports });
    transferred.forEach((port, i) => {
      const id = ports[i] ?? 0;
      port.moveTo((data) => this.send({ kind: 'port', port: id, data }));
    });
  }

  settle(id: number, result: { readonly value?: unknown; readonly error?: string }): void {
    this.send({ kind: 'settle', id, ...result });
  }

  /** Ends the page's process. */
  crash(): void {
    // nobody is left to answer
    this.session.send('Page.crash').catch(() => undefined);
  }

  /** Drops files of this machine on the page. */
  async drop(paths: readonly string[], names: Record<string, string>): Promise<void> {
    this.send({ kind: 'paths', paths: names });
    const data = { items: [], files: [...paths], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await this.session.send('Input.dispatchDragEvent', { type, x: 700, y: 450, data });
  }

  private send(message: ToPage): void {
    const { world } = this;
    const expression = `${BINDING}Hear(${JSON.stringify(pack(message))})`;
    // a page that has been closed hears nothing
    this.session.send('Runtime.evaluate', { expression, contextId: world }).catch(() => {
      if (this.world === world) this.world = undefined;
    });
  }
}
