import type { ByteSource } from '../bytes/index.ts';
import type { ErrorCode } from '../errors/index.ts';
import { knownPlaces } from '../commands/index.ts';
import { Output, type Redactor, type JsonObject, type Line } from '../output/index.ts';
import { Pace, type Progress } from '../commands/index.ts';
import type { EngineHost } from './host.ts';
import { allCommands } from './allCommands.ts';
import { LineRun } from './lineRun.ts';
import { untilReady } from './untilReady.ts';
import { Registry } from './registry.ts';
import type { DumpSession } from './session.ts';
import { Systems } from './systems.ts';
import { withLog } from './withLog.ts';

/** What one command of a line came to. */
export interface CommandResult {
  /** as typed, aliases replaced, without surrounding blanks; of control flow the whole statement */
  readonly command: string;
  readonly ok: boolean;
  readonly data?: JsonObject;
  readonly error?: { readonly code: ErrorCode; readonly message: string };
}

/** What a host hears while a line runs. */
export interface Listener {
  /** a command is about to run */
  begin?(command: string): void;
  line(line: Line): void;
  end?(result: CommandResult): void;
  progress?(progress: Progress): void;
  /** Where lines come faster than they are taken: what the next command waits for. */
  room?(): Promise<void> | undefined;
  /**
   * Set where the output of a line's commands is one text, as at a prompt: what `.printf` leaves without a newline is
   * then continued by the next command. Else each command ends its last line.
   */
  readonly joins?: boolean;
  /** Set where nobody takes the results' data: it is not made then. */
  readonly textOnly?: boolean;
}

/** A dump, open. Hosts give it command lines and draw what comes back. One line runs at a time. */
export class Engine {
  private constructor(
    readonly systems: Systems,
    readonly registry: Registry,
  ) {}

  /** Opens a dump: reads header, directory and small streams. Throws a `StillframeError` for what is no user minidump. */
  static async open(source: ByteSource, host: EngineHost = {}): Promise<Engine> {
    const registry = new Registry(allCommands);
    const systems = new Systems(registry);
    await systems.add(source, host);
    return new Engine(systems, registry);
  }

  /** The dump that commands work on: of several (`.opendump`) the one in effect. */
  get session(): DumpSession {
    return this.systems.session;
  }

  private get redactor(): Redactor | undefined {
    return this.systems.redactor;
  }

  /** `0:000>`, and `0:000:x86>` where another machine than the dump's own is in effect. */
  prompt(): string {
    return this.session.prompt();
  }

  /**
   * Runs a line of commands and control flow. The failure of a statement is its own: it is reported, and the next one
   * runs; within a block a failure ends the block's statement, as the debugger has it. Resolves to the results in
   * order; rejects only for faults of the engine's own.
   */
  async execute(line: string, heard: Listener, signal?: AbortSignal): Promise<CommandResult[]> {
    const listener = withLog(this, heard);
    const out = new Output(
      (l) => listener.line(this.shown(l)),
      (address) => knownPlaces(this.session).has(address),
    );
    const run = new LineRun(this.systems, this.registry, listener, signal);
    const results: CommandResult[] = [];
    for (const statement of run.read(line)) {
      if (this.session.ended) break;
      listener.begin?.(this.redactor?.text(statement.text) ?? statement.text);
      const ran = await run.top(statement, out);
      const result = this.redactor ? redacted(ran, this.redactor) : ran;
      if (!listener.joins) out.flush();
      listener.end?.(result);
      results.push(result);
      if (result.error?.code === 'cancelled') break;
    }
    out.flush();
    return results;
  }

  /** A line as the host may show it: with `redact`, what is personal is masked. */
  shown(line: Line): Line {
    return this.redactor ? this.redactor.line(line) : line;
  }

  /**
   * Computes a model for a host's pane: what commands may do in `run`, waits for files included. It must change nothing,
   * since it is begun again after each wait. `held` is what its rests wait for. Throws what `work` throws, `Cancelled`
   * among it.
   */
  compute<T>(
    work: (pace: Pace) => T | Promise<T>,
    listener: Pick<Listener, 'progress'> & { held?(): Promise<void> | undefined } = {},
    signal?: AbortSignal,
  ): Promise<T> {
    const once = (): T | Promise<T> =>
      work(new Pace(signal, listener.progress?.bind(listener), listener.held?.bind(listener)));
    return untilReady(once, listener, signal);
  }
}

function redacted({ command, ok, data, error }: CommandResult, redactor: Redactor): CommandResult {
  return {
    command: redactor.text(command),
    ok,
    data: data && redactor.json(data),
    error: error && { code: error.code, message: redactor.text(error.message) },
  };
}
