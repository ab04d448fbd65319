import {
  EngineClient,
  RequestFailed,
  visible,
  type ContextModel,
  type DumpModel,
  type EngineEvent,
  type Method,
  type Params,
  type RequestListener,
  type Result,
} from '../../core/protocol/index.ts';
import { messageOf } from './messageOf.ts';
import { CommandHistory } from './commandHistory.ts';
import { ConsoleLog } from './consoleLog.ts';
import type { DumpSource, Host } from './host.ts';
import { Store } from './store.ts';
import { Typing } from './typing.ts';

export interface Progress {
  readonly what: string;
  readonly done: number;
  readonly total?: number;
}

/** How often an engine that dies is started again before the person has to ask for it. */
const MAX_RESTARTS = 3;
/** Lines come on after so many milliseconds, however long somebody types. */
const MAX_HELD_MS = 200;

/** One open dump: its engine, its console, and where the person stands in it. All panes of a tab draw from one. */
export class DumpSession {
  private static made = 0;
  /** in the order in which they were asked for, which is not that in which they are ready */
  readonly number = DumpSession.made++;
  readonly log = new ConsoleLog();
  readonly typing: Typing;
  /** of several that `.opendump` opened the one in effect */
  readonly dump: Store<DumpModel | undefined> = new Store<DumpModel | undefined>(undefined);
  readonly context: Store<ContextModel | undefined> = new Store<ContextModel | undefined>(undefined);
  /** rises when modules have symbols that they had not */
  readonly symbols = new Store(0);
  /** rises when files are added, and after `.reload` and its kin: nothing that was asked before holds any more */
  readonly reloads = new Store(0);
  readonly progress: Store<Progress | undefined> = new Store<Progress | undefined>(undefined);
  /** commands that run or wait */
  readonly running = new Store(0);
  /** commands that have ended */
  readonly ran = new Store(0);
  /** why the dump could not be opened, or is open no more */
  readonly failure: Store<string | undefined> = new Store<string | undefined>(undefined);
  /** symbols and images that the person gave: another engine gets them too */
  readonly added: Store<readonly unknown[]>;
  private client: EngineClient | undefined;
  /** what stands above the first prompt: it may have to wait for symbols, and panes do not wait for it */
  private banner: Promise<void> = Promise.resolve();
  private stops = new Set<AbortController>();
  private restarts = 0;
  private isClosed = false;

  constructor(
    readonly host: Host,
    readonly source: DumpSource,
    added: readonly unknown[] = [],
    /** where keys are pressed */
    keys: EventTarget = globalThis,
    readonly history: CommandHistory = new CommandHistory(),
  ) {
    this.added = new Store(added);
    this.typing = new Typing(keys);
  }

  get name(): string {
    return visible(this.source.name);
  }

  /** Starts the engine and opens the dump. Failures are told in `failure`. */
  async open(): Promise<void> {
    try {
      const client: EngineClient = new EngineClient(
        await this.host.startEngine((reason) => void this.engineStopped(client, reason)),
      );
      if (this.isClosed) {
        client.close();
        return;
      }
      this.client = client;
      client.onEvent((event) => this.hear(client, event));
      const files = [...(await this.host.besideDump(this.source)), ...this.added.get()];
      // all at once: the engine takes them in this order
      const given = files.length > 0 && client.request('addFiles', { files });
      const opened = client.request('open', { source: this.source.source });
      this.banner = client.request('banner', {}).then(
        (banner) => this.log.add(banner.map((line) => ({ line }))),
        // the failure to open says why
        () => undefined,
      );
      const [dump] = await Promise.all([opened, given]);
      this.take(dump);
      this.failure.set(undefined);
    } catch (e) {
      this.failure.set(reasonOf(e));
    }
  }

  /** Opens the dump again after its engine stopped too often: the person asked for it. */
  async openAgain(): Promise<void> {
    this.restarts = 0;
    await this.open();
    this.reloads.set(this.reloads.get() + 1);
  }

  /** Asks the engine for a model. */
  request<M extends Method>(
    method: M,
    params: Params<M>,
    listener?: RequestListener,
    signal?: AbortSignal,
  ): Promise<Result<M>> {
    if (!this.client)
      return Promise.reject(
        new RequestFailed('not-available', this.failure.get() ?? 'the engine is starting'),
      );
    return this.client.request(method, params, listener, signal);
  }

  /** Runs a command line as if it had been typed: links, buttons and menus do the same. */
  async run(line: string): Promise<void> {
    const client = this.client;
    const typed = line.trim();
    if (!client || typed === '') return;
    this.history.add(typed);
    if (typed.toLowerCase() === '.cls') {
      this.log.clear();
      this.ran.set(this.ran.get() + 1);
      return;
    }
    this.running.set(this.running.get() + 1);
    const stop = new AbortController();
    this.stops.add(stop);
    // which a symbol server may keep waiting: the person can stop that too
    const stopped = new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }));
    await Promise.race([this.banner, stopped]);
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
            this.log.addPacked(lines);
            return this.roomAfterKeys();
          },
          progress: (progress) => this.progress.set(progress),
        },
        stop.signal,
      );
      echo();
    } catch (e) {
      echo();
      this.say(reasonOf(e), 'error');
    } finally {
      this.stops.delete(stop);
      this.progress.set(undefined);
      this.running.set(this.running.get() - 1);
      this.ran.set(this.ran.get() + 1);
    }
  }

  /** While somebody types, room for more lines is told late: the engine leaves the processor to the keys. */
  private async roomAfterKeys(): Promise<void> {
    const since = performance.now();
    for (let ms = this.typing.rest(since, MAX_HELD_MS); ms > 0; ms = this.typing.rest(since, MAX_HELD_MS))
      await new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** Stops what runs; false where nothing does. */
  stop(): boolean {
    for (const stop of this.stops) stop.abort();
    return this.stops.size > 0;
  }

  /** Gives the engine symbols and images; says in the console what came of it. */
  async addFiles(files: readonly unknown[]): Promise<void> {
    if (files.length === 0) return;
    try {
      const { taken } = await this.request('addFiles', { files: [...files] });
      if (taken === 0) {
        this.say('None of these files is a PDB, a .sym file or an image.', 'warning');
        return;
      }
      this.added.set([...this.added.get(), ...files]);
      this.say(
        `${taken} file${taken === 1 ? '' : 's'} added: those that belong to a module are used. lm and the Modules pane say which.`,
      );
    } catch (e) {
      this.say(`The files could not be added: ${reasonOf(e)}`, 'error');
    }
  }

  close(): void {
    this.isClosed = true;
    this.typing.stop();
    this.client?.close();
    this.client = undefined;
  }

  private take(dump: DumpModel): void {
    this.context.set(dump.context);
    this.dump.set(dump);
  }

  private hear(client: EngineClient, event: EngineEvent): void {
    this.context.set(event.context);
    if (event.type === 'status') return;
    const rises = event.type === 'reload' ? this.reloads : this.symbols;
    rises.set(rises.get() + 1);
    // `.opendump` and `||1s` put another dump in effect
    if (event.type === 'reload' && this.dump.get()) {
      client.request('dump', {}).then(
        (dump) => this.dump.set(dump),
        // the engine is gone: who asked for something is told
        () => undefined,
      );
    }
  }

  /** The engine died: its requests fail, another one opens the dump again. */
  private async engineStopped(client: EngineClient, reason: string): Promise<void> {
    client.fail(`the engine stopped: ${reason}`);
    // where the dump has not been open yet, `open` fails with that; an older engine's end is no news
    if (this.isClosed || client !== this.client || !this.dump.get()) return;
    if (this.restarts++ >= MAX_RESTARTS) {
      this.client = undefined;
      this.say(`The engine stopped again (${reason}); the dump is not opened any more by itself.`, 'error');
      this.failure.set(visible(`the engine stopped ${this.restarts} times (${reason})`));
      return;
    }
    const { length } = this.added.get();
    const files =
      length === 0
        ? ''
        : ` with the ${length} file${length === 1 ? '' : 's'} that ${length === 1 ? 'was' : 'were'} added`;
    this.say(`The engine stopped (${reason}); the dump is opened again${files}.`, 'warning');
    await this.open();
    this.reloads.set(this.reloads.get() + 1);
  }

  private say(text: string, kind?: 'warning' | 'error'): void {
    this.log.add([{ line: [{ text: visible(text), kind }] }]);
  }
}

/** Why something failed. The engine's reasons are safe to be shown, the host's name files as they are called. */
function reasonOf(e: unknown): string {
  return visible(messageOf(e));
}
