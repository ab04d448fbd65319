import {
  Cancelled,
  ExpressionError,
  NotAvailable,
  StillframeError,
  UsageError,
  messageOf,
} from '../errors/index.ts';
import type { Output } from '../output/index.ts';
import { Pace, type Call, type ExecuteOptions, type Executed } from '../commands/index.ts';
import { noisyLines } from '../commands/symbolNoise.ts';
import {
  Interpreter,
  isFailure,
  type CommandStatement,
  type Extent,
  type Failure,
  type Outcome,
  type ProgramHost,
  type Scope,
  type Statement,
} from '../script/index.ts';
import type { CommandResult, Listener } from './engine.ts';
import type { Recognised, Registry } from './registry.ts';
import type { DumpSession } from './session.ts';
import type { Systems } from './systems.ts';
import { untilReady } from './untilReady.ts';

/** `~*e ~*e …`, scripts that run themselves: deeper nesting is a mistake, not a wish. */
const MAX_DEPTH = 64;
/** Commands of a block whose results its data has; how many ran is counted beyond that. */
const MAX_RECORDED = 1000;

/** What control flow and commands that run others have as data: what they ran. */
export type ProgramData = Readonly<{
  /** how many commands, with those beyond what is listed */
  executed: number;
  /** the first thousand */
  commands: readonly Pick<CommandResult, 'command' | 'ok' | 'data' | 'error'>[];
}>;

/** A command of a program, looked up once however often it runs. */
interface Prepared {
  readonly recognised: Recognised;
  readonly args: string;
}

/** One run of a line: what its programs ask of the session. */
export class LineRun implements ProgramHost {
  private readonly interpreter: Interpreter;
  private readonly prepared = new WeakMap<CommandStatement, Prepared>();
  private readonly pace: Pace;
  private recorded: CommandResult[] = [];
  private executed = 0;

  constructor(
    private readonly systems: Systems,
    private readonly registry: Registry,
    private readonly listener: Listener,
    private readonly signal?: AbortSignal,
  ) {
    this.interpreter = new Interpreter(this);
    this.pace = this.newPace();
  }

  /** asked for each command: one before it may have put another dump in effect */
  private get session(): DumpSession {
    return this.systems.session;
  }

  get aliases() {
    return this.session.aliases;
  }

  readonly extentOf = (text: string): Extent => {
    try {
      const { command } = this.registry.recognise(text);
      return command.reach?.exec(text)?.[0].length ?? (command.takesRestOfLine ? 'line' : 'command');
    } catch (e) {
      if (e instanceof StillframeError) return 'command'; // unknown: reported when it is run
      throw e;
    }
  };

  read(line: string): readonly Statement[] {
    return this.interpreter.read(line);
  }

  /** Runs a statement of the line itself. */
  async top(statement: Statement, out: Output): Promise<CommandResult> {
    const scope = { out, depth: 0 };
    const { text: command } = statement;
    this.recorded = [];
    this.executed = 0;
    if (statement.kind === 'command') {
      const { result } = await this.one(statement, scope);
      if (!result.ok || result.data || this.executed === 0) return result;
      return { ...result, data: this.record() };
    }
    const outcome = await this.interpreter.statement(statement, scope);
    const error = this.failureOf(outcome, out);
    return error ? { command, ok: false, error } : { command, ok: true, data: this.record() };
  }

  ended(): boolean {
    return this.session.ended;
  }

  async run(statement: CommandStatement, scope: Scope): Promise<Failure | undefined> {
    const { result, ends } = await this.one(statement, scope);
    this.executed++;
    if (this.recorded.length < MAX_RECORDED) this.recorded.push(result);
    return ends ? result.error : undefined;
  }

  evaluate(expression: string): Promise<bigint> {
    return this.ready(() => this.session.evaluator.evaluate(expression));
  }

  evaluatePrefix(text: string): Promise<{ value: bigint; rest: string }> {
    return this.ready(() => this.session.evaluator.evaluatePrefix(text));
  }

  readFile(path: string): Promise<string> {
    const { files } = this.session;
    if (!files) throw new NotAvailable(`'${path}' cannot be read: this host has no files`);
    return files.read(path);
  }

  report(thrown: unknown, out: Output): Failure {
    const failure = describeFailure(thrown);
    out.flush();
    out.line({ text: failure.message, kind: 'error' });
    return failure;
  }

  breathe(turns: number): Promise<void> | undefined {
    return this.pace.due() ? this.pace.rest({ done: turns, what: 'turns' }) : undefined;
  }

  /** Runs one command and prints what it says, or why it failed. */
  private async one(
    statement: CommandStatement,
    scope: Scope,
  ): Promise<{ readonly result: CommandResult; readonly ends: boolean }> {
    const { text: command } = statement;
    const { out } = scope;
    try {
      // between commands too: a long line of short ones is stopped like a long command
      if (this.pace.due()) await this.pace.rest();
      else this.pace.throwIfCancelled();
      const room = this.listener.room?.();
      if (room) await this.pace.until(room);
      const { recognised, args } = this.prepare(statement);
      const call: Call = {
        session: this.session,
        name: recognised.name,
        args,
        pace: this.newPace(),
        textOnly: this.listener.textOnly,
        execute: (line, nested, options) => this.nested(line, nested, scope, options),
      };
      const answer = await this.ready(() => recognised.command.execute(call));
      for (const loaded of noisyLines(this.session)) out.line(...loaded);
      await answer.print(out);
      return { result: { command, ok: true, data: answer.data }, ends: false };
    } catch (e) {
      return { result: { command, ok: false, error: this.report(e, out) }, ends: endsProgram(e, command) };
    }
  }

  private prepare(statement: CommandStatement): Prepared {
    const known = this.prepared.get(statement);
    if (known) return known;
    const prepared = asHelp(this.recognise(statement.text), (text) => this.recognise(text));
    const refusal = this.session.host.refuse?.(prepared.recognised.command);
    if (refusal !== undefined) throw new NotAvailable(refusal);
    this.prepared.set(statement, prepared);
    return prepared;
  }

  private recognise(text: string): Prepared {
    const recognised = this.registry.recognise(text);
    return { recognised, args: text.slice(recognised.argsAt).trim() };
  }

  /** A program that a command runs: in the thread, frame or with the names that the command set. */
  private async nested(
    line: string,
    out: Output,
    scope: Scope,
    options: ExecuteOptions = {},
  ): Promise<Executed> {
    if (scope.depth >= MAX_DEPTH)
      throw new UsageError(`commands are nested more than ${MAX_DEPTH} deep`, 'usage');
    const variables = options.variables
      ? new Map([...(scope.variables ?? []), ...options.variables])
      : scope.variables;
    const inner = { out, variables, depth: scope.depth + 1 };
    const statements = this.interpreter.read(line, variables);
    const outcome = await this.interpreter.sequence(statements, inner);
    const failure = this.failureOf(outcome, out);
    if (failure?.code === 'cancelled') throw new Cancelled();
    return { failure };
  }

  /** What an outcome means where no loop and no .catch is left to take it. */
  private failureOf(outcome: Outcome, out: Output): Failure | undefined {
    if (outcome === 'done') return undefined;
    if (isFailure(outcome)) return outcome;
    const place = outcome === 'leave' ? 'outside .catch' : 'outside a loop';
    return this.report(new UsageError(`.${outcome} stands ${place}`, 'syntax'), out);
  }

  private record(): ProgramData {
    const commands = this.recorded.map(({ command, ok, data, error }) => ({ command, ok, data, error }));
    return { executed: this.executed, commands };
  }

  private newPace(): Pace {
    return new Pace(this.signal, this.listener.progress?.bind(this.listener));
  }

  private ready<T>(work: () => T | Promise<T>): Promise<T> {
    return untilReady(work, this.listener, this.signal, this.session.evaluator.remember());
  }
}

/** `lm -?` is `.help lm`: one registry explains all commands. */
function asHelp(prepared: Prepared, recognise: (text: string) => Prepared): Prepared {
  const { recognised, args } = prepared;
  const { command, name } = recognised;
  const asks = /^[-/]\?$/.test(args) || (command.helpOption !== undefined && args === command.helpOption);
  return asks ? recognise(`.help ${name}`) : prepared;
}

/**
 * Whether a failure ends the program that its command is in: what cannot be read does, and an expression without a
 * value. An extension's failure does not, in the debugger either; nor what the dump or its symbols merely do not hold.
 */
function endsProgram(e: unknown, command: string): boolean {
  if (e instanceof ExpressionError || !(e instanceof StillframeError)) return true;
  if (e.code === 'cancelled') return true;
  return e instanceof UsageError && e.code !== 'unresolved' && !command.startsWith('!');
}

function describeFailure(e: unknown): Failure {
  if (e instanceof StillframeError) return { code: e.code, message: e.message };
  // our own fault: say so, without a stack trace in the person's way
  return { code: 'internal', message: `internal error: ${messageOf(e)}` };
}
