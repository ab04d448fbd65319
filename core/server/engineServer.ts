import { Cancelled, NotAvailable, StillframeError, messageOf } from '../errors/index.ts';
import { bannerLines, completions, Engine, type CommandResult, type EngineHost } from '../engine/index.ts';
import type { ByteSource } from '../bytes/index.ts';
import {
  clientMessage,
  isMethod,
  packLines,
  params as schemas,
  type ContextModel,
  type DumpModel,
  type EngineEvent,
  type Method,
  type Params,
  type Port,
  type Result,
  type ServerMessage,
} from '../protocol/index.ts';
import { LineBatch } from './lineBatch.ts';
import { contextModel, dumpModel } from './panes/context.ts';
import { paneModels, type PaneModel } from './paneModels.ts';
import { shownModel } from './shownModel.ts';
import { Turns } from './turns.ts';

/** So long at most a model that is of no place gives way to a command at each of its rests: a search may take minutes. */
const MAX_WAY_MS = 100;

/** What the host does for the server: it knows files, the server does not. */
export interface ServerHost {
  /** Opens what `open` names, after checking it. Throws a `StillframeError` for the person. */
  open(source: unknown): Promise<{
    readonly source: ByteSource;
    readonly engine: EngineHost;
    /** what was wrong with the file and could be lived with */
    readonly warnings?: readonly string[];
  }>;
  /** Takes more files; how many of them may be of use. */
  addFiles?(files: readonly unknown[]): Promise<number>;
}

/** What one request may use while it runs. */
interface Running {
  readonly id: number;
  readonly signal: AbortSignal;
}

/**
 * The engine behind a port: answers requests with models, streams what commands print, and tells when the context
 * changes. Commands run one after the other, and at once: models that are being computed rest meanwhile. Models that
 * depend on where the person stands wait for a running command, which may be going through all threads; those of an
 * address do not wait, so that memory scrolls during a search.
 */
export class EngineServer {
  private engine: Engine | undefined;
  private warnings: readonly string[] = [];
  private readonly running = new Map<number, AbortController>();
  /** what commands print, on its way */
  private readonly printing = new Map<number, LineBatch>();
  private readonly turns = new Turns();
  private generation = 0;
  private told: Told | undefined;
  /** how often it was told that there are other symbols, or another place */
  private timesTold = 0;

  constructor(
    private readonly port: Port,
    private readonly host: ServerHost,
  ) {
    port.listen((message) => this.hear(message));
  }

  private hear(message: unknown): void {
    const parsed = clientMessage.safeParse(message);
    // a message that is none has no id to answer to
    if (!parsed.success) return;
    const { data } = parsed;
    if (data.kind === 'cancel') this.running.get(data.id)?.abort();
    else if (data.kind === 'taken') this.printing.get(data.id)?.taken(data.lines);
    // two requests of one number: nobody could tell whose answer it is
    else if (!this.running.has(data.id)) void this.answer(data.id, data.method, data.params);
  }

  private async answer(id: number, method: string, params: unknown): Promise<void> {
    const stop = new AbortController();
    this.running.set(id, stop);
    try {
      if (!isMethod(method)) throw new StillframeError('usage', `there is no request '${method}'`);
      const checked = schemas[method].safeParse(params);
      if (!checked.success) throw new StillframeError('usage', `${method}: ${checked.error.message}`);
      const result = await this.handle(method, checked.data, { id, signal: stop.signal });
      this.send({ kind: 'reply', id, result });
    } catch (e) {
      const code = e instanceof StillframeError ? e.code : 'internal';
      const message = e instanceof StillframeError ? e.message : `internal error: ${messageOf(e)}`;
      this.send({ kind: 'failure', id, error: { code, message: shownModel(message) } });
    } finally {
      this.running.delete(id);
    }
  }

  private async handle<M extends Method>(method: M, params: Params<M>, running: Running): Promise<unknown> {
    switch (method) {
      case 'open':
        return this.turns.command(() => this.open((params as Params<'open'>).source));
      case 'addFiles':
        return this.turns.command(() => this.addFiles((params as Params<'addFiles'>).files));
      case 'banner':
        return this.turns.quiet(running.signal).then(() => bannerLines(this.opened()).then(shownModel));
      case 'execute':
        return this.turns.command(() => this.execute((params as Params<'execute'>).line, running));
      case 'complete':
        return completions(this.opened(), (params as Params<'complete'>).line).then(shownModel);
      case 'dump':
        return shownModel(this.dump(this.opened(), this.generation));
      case 'context':
        return this.context();
      default:
        return this.model(method, params, running);
    }
  }

  private async open(what: unknown): Promise<Result<'open'>> {
    const { source, engine: host, warnings = [] } = await this.host.open(what);
    this.warnings = warnings;
    this.engine = await Engine.open(source, host);
    const dump = this.dump(this.engine, ++this.generation);
    this.told = toldOf(dump.context);
    return shownModel(dump);
  }

  private async addFiles(files: readonly unknown[]): Promise<Result<'addFiles'>> {
    const taken = (await this.host.addFiles?.(files)) ?? 0;
    if (taken > 0 && this.engine) {
      const { target, symbols } = this.engine.session;
      target.lookForImages();
      // private PDBs say all that there is; of the others a better file may be there now
      for (const module of target.modules) if (!symbols.loaded(module)?.private) symbols.reload(module);
      this.tell({ reloaded: true });
    }
    return { taken };
  }

  private async execute(line: string, { id, signal }: Running): Promise<readonly CommandResult[]> {
    const engine = this.opened();
    const before = groundsOf(engine);
    const batch = new LineBatch(
      (lines) => this.send({ kind: 'lines', id, lines: packLines(lines.map((line) => ({ line }))) }),
      signal,
    );
    this.printing.set(id, batch);
    const listener = {
      line: (l: Parameters<LineBatch['add']>[0]) => batch.add(l),
      room: () => batch.room(),
      progress: (progress: { done: number; total?: number; what: string }) =>
        this.send({ kind: 'progress', id, progress: { ...progress, what: shownModel(progress.what) } }),
    };
    try {
      const results = await engine.execute(line, listener, signal);
      // the JSON form is for scripts: panes have models of their own
      return results.map(({ command, ok, error }) => ({ command, ok, error: shownModel(error) }));
    } finally {
      await batch.end();
      this.printing.delete(id);
      const isSame = groundsOf(engine).every((ground, i) => ground === before[i]);
      this.tell({ reloaded: !isSame });
    }
  }

  private async model(method: Method, params: unknown, running: Running): Promise<unknown> {
    const pane = paneModels[method];
    if (!pane) throw new NotAvailable(`there is no model '${method}'`);
    const model = await this.compute(pane, params, running);
    if (running.signal.aborted) throw new Cancelled();
    // names may have loaded symbols; where a command has moved the person for a while, it tells when it ends
    if (this.turns.isQuiet) this.tell();
    return shownModel(model);
  }

  /** Commands go before models: those that rest wait for them, those of a place begin anew where it is another one then. */
  private async compute(pane: PaneModel, params: unknown, { id, signal }: Running): Promise<unknown> {
    const { turns } = this;
    for (;;) {
      if (pane.ofContext) await turns.quiet(signal);
      const engine = this.opened();
      const place = placeKey(contextModel(engine, 0));
      let begun = turns.commandsBegun;
      const told = this.timesTold;
      const held = async (): Promise<void> => {
        if (!turns.isQuiet) await turns.quiet(signal, pane.ofContext ? undefined : MAX_WAY_MS);
        // nothing of it was computed in the meantime
        if (placeKey(contextModel(this.opened(), 0)) === place) begun = turns.commandsBegun;
      };
      const model = await engine.compute(
        (pace) => pane.compute({ session: engine.session, pace }, params),
        {
          progress: (p) => this.send({ kind: 'progress', id, progress: { ...p, what: shownModel(p.what) } }),
          held,
        },
        signal,
      );
      const isMixed =
        (pane.ofContext && begun !== turns.commandsBegun) || (pane.ofSymbols && told !== this.timesTold);
      if (!isMixed) return model;
    }
  }

  private opened(): Engine {
    if (!this.engine) throw new NotAvailable('No dump is open');
    return this.engine;
  }

  private dump(engine: Engine, generation: number): DumpModel {
    const dump = dumpModel(engine, generation);
    // what the files of other dumps were like their own opening said
    if (engine.session !== engine.systems.first) return dump;
    return { ...dump, problems: [...this.warnings, ...dump.problems] };
  }

  private context(): ContextModel {
    return shownModel(contextModel(this.opened(), this.generation));
  }

  /** Tells the context if it is another one than was told last; of a reload always: an image changes no count, but bytes. */
  private tell({ reloaded = false } = {}): void {
    if (!this.engine) return;
    const context = contextModel(this.engine, this.generation);
    const now = toldOf(context);
    const moved = now.place !== this.told?.place;
    const named = now.symbols !== this.told?.symbols;
    const walked = now.heaps !== this.told?.heaps;
    if (!moved && !named && !walked && !reloaded) return;
    this.told = now;
    if (moved) this.generation++;
    if (moved || named) this.timesTold++;
    const event: EngineEvent = {
      type: reloaded ? 'reload' : moved ? 'context' : named ? 'symbols' : 'status',
      context: shownModel({ ...context, generation: this.generation }),
    };
    this.send({ kind: 'event', event });
  }

  private send(message: ServerMessage): void {
    this.port.send(message);
  }
}

/** What models rest on beside the place where the person stands: what `.reload`, `.sympath` and `||s` change. */
function groundsOf({ session }: Engine): readonly unknown[] {
  const { target, symbols, paths } = session;
  return [session, target.modules.revision, symbols.revision, paths?.symbolPath, paths?.imagePath];
}

/** What tells two contexts apart. */
interface Told {
  /** where the person stands */
  readonly place: string;
  /** what symbols there are */
  readonly symbols: string;
  /** what is known of heaps */
  readonly heaps: string;
}

function toldOf(context: ContextModel): Told {
  const { symbols, heaps, ended } = context;
  return {
    place: placeKey(context),
    symbols: `${symbols.loaded} ${symbols.deferred} ${ended}`,
    heaps: `${heaps?.walked ?? 0} ${heaps?.errors ?? 0}`,
  };
}

function placeKey({ prompt, frame, override, thread }: ContextModel): string {
  return `${prompt} ${frame} ${override} ${thread?.id ?? ''}`;
}
