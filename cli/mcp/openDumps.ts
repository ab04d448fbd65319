import { realpathSync } from 'node:fs';
import { Engine, type CommandResult } from '../../core/engine/index.ts';
import { StillframeError } from '../../core/errors/index.ts';
import { nodeHost, openDumpFile, type OpenedDumpFile } from '../../core/node/index.ts';
import { plain } from '../../core/output/index.ts';
import { AllowedPaths } from './allowedPaths.ts';
import { refuseCommand } from './commandPolicy.ts';
import type { McpOptions } from './mcpOptions.ts';

/** Dumps that are kept open at once: each holds files, and symbols in memory. */
const MAX_OPEN = 8;
/** Lines of one command that are kept; more are counted only. */
const MAX_LINES = 100_000;

/** What commands came to, as text and as data. */
export interface Ran {
  readonly results: readonly CommandResult[];
  readonly lines: readonly string[];
  /** lines that were printed, with those that are not kept */
  readonly printed: number;
  /** the command's name in the registry, where it was one; of control flow there is none */
  readonly command?: string;
}

/**
 * A dump with two engines: commands that a client types have a session of their own, with a current thread and settings
 * as a person would have; the analysis tools have another, so that nothing they do is seen there.
 */
class OpenDump {
  private queue: Promise<unknown> = Promise.resolve();
  private readonly engines = new Map<'typed' | 'analysis', Promise<Engine>>();

  constructor(
    readonly path: string,
    private readonly file: OpenedDumpFile,
    private readonly options: McpOptions,
  ) {}

  /** Runs a line of commands. One line runs at a time. */
  run(session: 'typed' | 'analysis', line: string, signal: AbortSignal): Promise<Ran> {
    const turn = this.queue.then(() => this.execute(session, line, signal));
    this.queue = turn.catch(() => undefined); // who asked hears of it
    return turn;
  }

  /** Closes the file when what runs on it is done. */
  close(): void {
    void this.queue.then(() => this.file.cleanup());
  }

  private async execute(session: 'typed' | 'analysis', line: string, signal: AbortSignal): Promise<Ran> {
    const engine = await this.engine(session);
    const lines: string[] = [];
    let printed = 0;
    const keep = (text: string): void => {
      if (printed++ < MAX_LINES) lines.push(text);
    };
    const results = await engine.execute(line, { line: (l) => keep(plain(l)) }, signal);
    const [only, ...others] = results;
    return { results, lines, printed, command: others.length === 0 ? nameOf(engine, only) : undefined };
  }

  private engine(session: 'typed' | 'analysis'): Promise<Engine> {
    let engine = this.engines.get(session);
    if (!engine) {
      const { symbolPath, imagePath, redact } = this.options;
      const host = nodeHost({ dump: this.path, symbolPath, imagePath, redact });
      // no files but the dump: neither scripts and logs nor sources, whose places a dump's symbols name
      const confined = {
        ...host,
        files: undefined,
        outputFiles: undefined,
        sources: undefined,
        openDump: undefined,
        refuse: refuseCommand,
      };
      engine = Engine.open(this.file.source, confined);
      this.engines.set(session, engine);
      engine.catch(() => this.engines.delete(session));
    }
    return engine;
  }
}

/** The dumps of a server, by path: those that may be opened, and those that are. */
export class OpenDumps {
  private readonly allowed: AllowedPaths;
  /** the one used last comes last */
  private readonly byPath = new Map<string, Promise<OpenDump>>();
  private current: string | undefined;

  constructor(private readonly options: McpOptions) {
    const { dump, allowed } = options;
    this.allowed = new AllowedPaths([...(dump === undefined ? [] : [dump]), ...allowed]);
    this.current = dump === undefined ? undefined : realpathSync(dump);
  }

  /** The dump of that path, or the one that was opened last; opened where it is not yet. */
  async get(path?: string): Promise<OpenDump> {
    const wanted = path === undefined ? this.current : this.allowed.check(path);
    if (wanted === undefined) throw new StillframeError('usage', 'no dump is open: open_dump comes first');
    // two calls at once for a dump that is not open yet get the same one
    const dump = this.byPath.get(wanted) ?? this.open(wanted);
    this.byPath.delete(wanted);
    this.byPath.set(wanted, dump);
    this.dropOldest();
    const opened = await dump;
    this.current = wanted;
    return opened;
  }

  close(): void {
    for (const path of [...this.byPath.keys()]) this.drop(path);
  }

  private async open(path: string): Promise<OpenDump> {
    try {
      return new OpenDump(path, await openDumpFile(path), this.options);
    } catch (e) {
      this.byPath.delete(path);
      throw e;
    }
  }

  private dropOldest(): void {
    const [oldest] = this.byPath.keys();
    if (oldest !== undefined && this.byPath.size > MAX_OPEN) this.drop(oldest);
  }

  private drop(path: string): void {
    // one that could not be opened has nothing to close
    void this.byPath.get(path)?.then(
      (dump) => dump.close(),
      () => undefined,
    );
    this.byPath.delete(path);
  }
}

/** The command that gave a result's data: `.help` where another was asked to explain itself. */
function nameOf({ registry }: Engine, result: CommandResult | undefined): string | undefined {
  try {
    const { command } = registry.recognise(result?.command ?? '');
    if (/^\S+\s+[-/]\?$/.test(result?.command ?? '')) return '.help';
    return command.hasData ? command.name : undefined;
  } catch (e) {
    if (e instanceof StillframeError) return undefined;
    throw e;
  }
}
