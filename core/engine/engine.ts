import type { ByteSource } from '../bytes/index.ts';
import { PageCache } from '../bytes/index.ts';
import { AwaitFirst, Cancelled, StillframeError, messageOf, type ErrorCode } from '../errors/index.ts';
import { Minidump } from '../minidump/index.ts';
import { Output, plain, Redactor, type JsonObject, type Line } from '../output/index.ts';
import { openTarget } from '../target/index.ts';
import { Pace, waitFor, type Progress } from '../commands/index.ts';
import { noisyLines } from '../commands/symbolNoise.ts';
import { findSecrets } from './findSecrets.ts';
import type { EngineHost } from './host.ts';
import { allCommands } from './allCommands.ts';
import { Registry } from './registry.ts';
import { DumpSession } from './session.ts';
import { withLog } from './withLog.ts';
import { endOfCommand, endOfLine } from './splitLine.ts';

/** How often one command may wait for files and start again: more modules than any process loads. */
const MAX_RESTARTS = 4096;
/** `~*e ~*e …` and the like: deeper nesting is a mistake, not a wish. */
const MAX_DEPTH = 32;

/** What one command of a line came to. */
export interface CommandResult {
  /** as typed, without surrounding blanks */
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
}

/** A dump, open. Hosts give it command lines and draw what comes back. One line runs at a time. */
export class Engine {
  private depth = 0;

  private constructor(
    readonly session: DumpSession,
    readonly registry: Registry,
    private readonly redactor: Redactor | undefined,
  ) {}

  /** Opens a dump: reads header, directory and small streams. Throws a `StillframeError` for what is no user minidump. */
  static async open(source: ByteSource, host: EngineHost = {}): Promise<Engine> {
    const dump = Minidump.open(new PageCache().wrap(source));
    const registry = new Registry(allCommands);
    const session = await DumpSession.open(openTarget(dump, host.images), host, registry);
    return new Engine(session, registry, host.redact ? new Redactor(findSecrets(session)) : undefined);
  }

  /** `0:000>`, and `0:000:x86>` where another machine than the dump's own is in effect. */
  prompt(): string {
    const { thread, machine, target } = this.session;
    const view = machine === target.machines[0] ? '' : `:${machine.kind}`;
    return `0:${String(thread?.index ?? 0).padStart(3, '0')}${view}>`;
  }

  /**
   * Runs a line of commands. Each command's failure is its own: it is reported, and the next one runs. Resolves to
   * the results in order; rejects only for faults of the engine's own.
   */
  async execute(line: string, heard: Listener, signal?: AbortSignal): Promise<CommandResult[]> {
    // what nested commands print comes through the command that ran them
    const listener = this.depth > 0 ? heard : withLog(this, heard);
    const results: CommandResult[] = [];
    if (++this.depth > MAX_DEPTH) {
      this.depth--;
      throw new StillframeError('usage', `commands are nested more than ${MAX_DEPTH} deep`);
    }
    try {
      for (let rest = line; rest !== '' && !this.session.ended;) {
        const next = this.split(rest);
        rest = next.rest;
        if (next.command === '') continue;
        listener.begin?.(this.redactor?.text(next.command) ?? next.command);
        const result = await this.runOne(next.command, listener, signal);
        listener.end?.(result);
        results.push(result);
        if (result.error?.code === 'cancelled') break;
      }
    } finally {
      this.depth--;
    }
    return results;
  }

  /**
   * Computes a model for a host's pane: what commands may do in `run`, waits for files included. It must change nothing,
   * since it is begun again after each wait. Throws what `work` throws, `Cancelled` among it.
   */
  compute<T>(
    work: (pace: Pace) => T | Promise<T>,
    listener: Pick<Listener, 'progress'> = {},
    signal?: AbortSignal,
  ): Promise<T> {
    const once = async (): Promise<T> => work(new Pace(signal, listener.progress?.bind(listener)));
    return this.untilReady(once, listener, signal);
  }

  /** The first command of a text and what follows its separator. */
  private split(text: string): { command: string; rest: string } {
    const start = text.length - text.trimStart().length;
    const takesRest = this.takesRestOfLine(text.slice(start));
    const end = takesRest ? endOfLine(text, start) : endOfCommand(text, start);
    return { command: text.slice(start, end).trim(), rest: text.slice(end + 1) };
  }

  private takesRestOfLine(text: string): boolean {
    if (text === '') return false;
    try {
      return this.registry.recognise(text).command.takesRestOfLine;
    } catch (e) {
      if (e instanceof StillframeError) return false; // unknown: reported when it is run
      throw e;
    }
  }

  private async runOne(text: string, listener: Listener, signal?: AbortSignal): Promise<CommandResult> {
    const masking: Listener = {
      line: (l) => listener.line(this.shown(l)),
      progress: listener.progress?.bind(listener),
    };
    const result = await this.runShown(text, masking, signal);
    return this.redactor ? redacted(result, this.redactor) : result;
  }

  /** A line as the host may show it: with `redact`, what is personal is masked. */
  shown(line: Line): Line {
    return this.redactor ? this.redactor.line(line) : line;
  }

  private async runShown(text: string, listener: Listener, signal?: AbortSignal): Promise<CommandResult> {
    const out = new Output((l) => listener.line(l));
    const line = asHelp(text);
    try {
      const { command, name, argsAt } = this.registry.recognise(line);
      const pace = new Pace(signal, listener.progress?.bind(listener));
      pace.throwIfCancelled();
      const call = {
        session: this.session,
        name,
        args: line.slice(argsAt).trim(),
        pace,
        execute: async (commands: string, nested: Output) => {
          const inner = await this.execute(commands, { line: (l) => nested.line(...l) }, signal);
          if (inner.some((r) => r.error?.code === 'cancelled')) throw new Cancelled();
        },
      };
      const answer = await this.untilReady(() => command.execute(call), listener, signal);
      for (const loaded of noisyLines(this.session)) out.line(...loaded);
      await answer.print(out);
      out.flush();
      return { command: text, ok: true, data: answer.data };
    } catch (e) {
      out.flush();
      const error = describeFailure(e);
      out.line({ text: error.message, kind: 'error' });
      return { command: text, ok: false, error };
    }
  }

  /** Runs `work`, and again after each wait for a file that it asks for (`AwaitFirst`): it must change and print nothing. */
  async untilReady<T>(
    work: () => Promise<T>,
    listener: Pick<Listener, 'progress'>,
    signal?: AbortSignal,
  ): Promise<T> {
    for (let i = 0; ; i++) {
      try {
        return await work();
      } catch (e) {
        if (!(e instanceof AwaitFirst) || i >= MAX_RESTARTS) throw e;
        listener.progress?.({ done: i, what: e.what });
        await waitFor(e.ready, signal);
      }
    }
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

/** `lm -?` is `.help lm`: one registry explains all commands. Those with a help of their own take more than that. */
function asHelp(text: string): string {
  const match = /^(\S+)\s+[-/]\?$/.exec(text);
  return match ? `.help ${match[1]}` : text;
}

function describeFailure(e: unknown): { code: ErrorCode; message: string } {
  if (e instanceof StillframeError) return { code: e.code, message: e.message };
  // our own fault: say so, without a stack trace in the person's way
  return { code: 'internal', message: `internal error: ${messageOf(e)}` };
}

/** A line's text, for hosts that want no kinds. */
export { plain };
