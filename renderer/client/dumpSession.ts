import {
  EngineClient,
  RequestFailed,
  visible,
  type ContextModel,
  type DumpModel,
  type Method,
  type Params,
  type RequestListener,
  type Result,
} from '../../core/protocol/index.ts';
import { ConsoleLog } from './consoleLog.ts';
import type { DumpSource, Host } from './host.ts';
import { Store } from './store.ts';

export interface Progress {
  readonly what: string;
  readonly done: number;
  readonly total?: number;
}

/** How often an engine that dies is started again before the person has to ask for it. */
const MAX_RESTARTS = 3;

/** One open dump: its engine, its console, and where the person stands in it. All panes of a tab draw from one. */
export class DumpSession {
  private static made = 0;
  /** in the order in which they were asked for, which is not that in which they are ready */
  readonly number = DumpSession.made++;
  readonly log = new ConsoleLog();
  readonly history: string[] = [];
  readonly dump: Store<DumpModel | undefined> = new Store<DumpModel | undefined>(undefined);
  readonly context: Store<ContextModel | undefined> = new Store<ContextModel | undefined>(undefined);
  /** rises when modules have symbols that they had not */
  readonly symbols = new Store(0);
  /** rises when files are added, and after `.reload` and its kin: nothing that was asked before holds any more */
  readonly reloads = new Store(0);
  readonly progress: Store<Progress | undefined> = new Store<Progress | undefined>(undefined);
  /** commands that run or wait */
  readonly running = new Store(0);
  /** why the dump could not be opened */
  readonly failure: Store<string | undefined> = new Store<string | undefined>(undefined);
  private client: EngineClient | undefined;
  /** what stands above the first prompt: it may have to wait for symbols, and panes do not wait for it */
  private banner: Promise<void> = Promise.resolve();
  private stops = new Set<AbortController>();
  private restarts = 0;

  constructor(
    readonly host: Host,
    readonly source: DumpSource,
  ) {}

  get name(): string {
    return visible(this.source.name);
  }

  /** Starts the engine and opens the dump. Failures are told in `failure`. */
  async open(): Promise<void> {
    try {
      const client = new EngineClient(
        await this.host.startEngine((reason) => void this.engineStopped(reason)),
      );
      this.client = client;
      client.onEvent((event) => {
        this.context.set(event.context);
        const rises = event.type === 'reload' ? this.reloads : this.symbols;
        rises.set(rises.get() + 1);
      });
      const beside = await this.host.besideDump(this.source);
      // all at once: the engine takes them in this order
      const files = beside.length > 0 && client.request('addFiles', { files: [...beside] });
      const opened = client.request('open', { source: this.source.source });
      this.banner = client.request('banner', {}).then(
        (banner) => this.log.add(banner.map((line) => ({ line }))),
        // the failure to open says why
        () => undefined,
      );
      const [dump] = await Promise.all([opened, files]);
      this.context.set(dump.context);
      this.dump.set(dump);
      this.failure.set(undefined);
    } catch (e) {
      this.failure.set(e instanceof Error ? e.message : String(e));
    }
  }

  /** Asks the engine for a model. */
  request<M extends Method>(
    method: M,
    params: Params<M>,
    listener?: RequestListener,
    signal?: AbortSignal,
  ): Promise<Result<M>> {
    if (!this.client) return Promise.reject(new RequestFailed('not-available', 'the engine is starting'));
    return this.client.request(method, params, listener, signal);
  }

  /** Runs a command line as if it had been typed: links, buttons and menus do the same. */
  async run(line: string): Promise<void> {
    const client = this.client;
    const typed = line.trim();
    if (!client || typed === '') return;
    if (this.history.at(-1) !== typed) this.history.push(typed);
    this.running.set(this.running.get() + 1);
    const stop = new AbortController();
    this.stops.add(stop);
    await this.banner;
    let shown = false;
    const echo = (): void => {
      if (shown) return;
      shown = true;
      // the prompt as it is when the command's turn comes
      this.log.add([{ line: [{ text: visible(typed) }], prompt: this.context.get()?.prompt ?? '' }]);
    };
    if (this.running.get() === 1) echo();
    try {
      await client.request(
        'execute',
        { line: typed },
        {
          lines: (lines) => {
            echo();
            this.log.add(lines.map((l) => ({ line: l })));
          },
          progress: (progress) => this.progress.set(progress),
        },
        stop.signal,
      );
      echo();
    } catch (e) {
      echo();
      const text = e instanceof Error ? e.message : String(e);
      this.log.add([{ line: [{ text, kind: 'error' }] }]);
    } finally {
      this.stops.delete(stop);
      this.progress.set(undefined);
      this.running.set(this.running.get() - 1);
    }
  }

  /** Stops what runs; false where nothing does. */
  stop(): boolean {
    for (const stop of this.stops) stop.abort();
    return this.stops.size > 0;
  }

  /** Gives the engine symbols and images; says in the console what came of it. */
  async addFiles(files: readonly unknown[]): Promise<void> {
    const { taken } = await this.request('addFiles', { files: [...files] });
    const text =
      taken === 0
        ? 'None of these files is a PDB, a .sym file or an image.'
        : `${taken} file${taken === 1 ? '' : 's'} added: those that belong to a module are used. lm and the Modules pane say which.`;
    this.log.add([{ line: [{ text, kind: taken === 0 ? 'warning' : undefined }] }]);
  }

  close(): void {
    this.client?.close();
    this.client = undefined;
  }

  /** The engine died: its requests fail, another one opens the dump again. */
  private async engineStopped(reason: string): Promise<void> {
    this.client?.fail(`the engine stopped: ${reason}`);
    if (this.restarts++ >= MAX_RESTARTS) {
      this.failure.set(`The engine stopped ${this.restarts} times: ${reason}`);
      return;
    }
    this.log.add([
      { line: [{ text: `The engine stopped (${reason}); the dump is opened again.`, kind: 'warning' }] },
    ]);
    await this.open();
  }
}
