import { StillframeError, UsageError, type ErrorCode } from '../errors/index.ts';
import { Output, plain } from '../output/index.ts';
import type { AliasTable } from './aliasTable.ts';
import { expandAliases, type Variables } from './expandAliases.ts';
import { parseProgram, syntaxError, type ExtentOf } from './parseProgram.ts';
import type { Block, CommandStatement, ForEach, Statement, TokenSource } from './syntax.ts';

/** Blocks in blocks, programs in programs: deeper is a mistake, not a wish. */
const MAX_DEPTH = 64;
/** Turns of one loop: a batch must end, whatever its program says. At a million turns a second this is over a minute. */
const MAX_TURNS = 100_000_000;
/** Characters that `.foreach` keeps of what its commands print: more than any listing of a dump's modules or heaps. */
const MAX_CAPTURED = 1 << 28;

export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Why a statement ended: it is done; it leaves a loop or a `.catch`; or it failed, which ends the program. */
export type Outcome = 'done' | 'break' | 'continue' | 'leave' | Failure;

/** Where statements run. */
export interface Scope {
  readonly out: Output;
  readonly variables?: Variables;
  readonly depth: number;
}

/** What the interpreter asks of the engine. */
export interface ProgramHost {
  readonly aliases: AliasTable;
  readonly extentOf: ExtentOf;
  /** true once the session is over: nothing more is run */
  ended(): boolean;
  /** Runs one command and prints it, its failure too. A failure that ends a program is returned. */
  run(statement: CommandStatement, scope: Scope): Promise<Failure | undefined>;
  /** The value of an expression. May wait for symbols. Throws for what has none. */
  evaluate(expression: string): Promise<bigint>;
  /** The value of the expression that a text begins with, and what follows it. */
  evaluatePrefix(text: string): Promise<{ readonly value: bigint; readonly rest: string }>;
  readFile(path: string): Promise<string>;
  /** Prints a failure; returns what is known of it. */
  report(thrown: unknown, out: Output): Failure;
  /** Lets the host live now and then; throws `Cancelled` when the person stopped the program. */
  breathe(turns: number): Promise<void> | undefined;
}

/** Runs command programs. Blocks are parsed when they are entered, and again only where aliases change their text. */
export class Interpreter {
  /** what blocks were read as; the text is what aliases made of them */
  private readonly parsed = new WeakMap<
    Block,
    { version: number; text: string; statements: readonly Statement[] }
  >();

  constructor(private readonly host: ProgramHost) {}

  /** The statements of a text that was typed, read from a file, or given to a command that runs others. */
  read(text: string, variables?: Variables): readonly Statement[] {
    return parseProgram(expandAliases(text, this.host.aliases, variables), this.host.extentOf);
  }

  async sequence(statements: readonly Statement[], scope: Scope): Promise<Outcome> {
    for (const statement of statements) {
      if (this.host.ended()) return 'done';
      const outcome = await this.statement(statement, scope);
      if (outcome !== 'done') return outcome;
    }
    return 'done';
  }

  /** Runs one statement. Never throws for what a person can write. */
  async statement(statement: Statement, scope: Scope): Promise<Outcome> {
    if (statement.kind === 'command') return (await this.host.run(statement, scope)) ?? 'done';
    try {
      return await this.control(statement, scope);
    } catch (e) {
      if (!(e instanceof StillframeError)) throw e;
      return this.host.report(e, scope.out);
    }
  }

  private async control(statement: Exclude<Statement, CommandStatement>, scope: Scope): Promise<Outcome> {
    switch (statement.kind) {
      case 'fault':
        throw new UsageError(statement.message, 'syntax');
      case 'break':
      case 'continue':
      case 'leave':
        return statement.kind;
      case 'block':
        return this.block(statement.body, scope);
      case 'catch': {
        const outcome = await this.block(statement.body, scope);
        // the message was shown; what is stopped by the person stays stopped
        return outcome === 'leave' || (isFailure(outcome) && outcome.code !== 'cancelled') ? 'done' : outcome;
      }
      case 'if':
        for (const { condition, body } of statement.branches)
          if (await this.isTrue(condition)) return this.block(body, scope);
        return statement.otherwise ? this.block(statement.otherwise, scope) : 'done';
      case 'for': {
        const first = await this.block(statement.initial, scope);
        if (first !== 'done') return first;
        const { condition, increment } = statement;
        return this.loop(
          async () => condition === '' || (await this.isTrue(condition)),
          () => this.block(statement.body, scope),
          () => this.block(increment, scope),
        );
      }
      case 'while':
        return this.loop(
          () => this.isTrue(statement.condition),
          () => this.block(statement.body, scope),
        );
      case 'do':
      case 'z': {
        let first = true;
        return this.loop(
          async () => {
            if (!first) return this.isTrue(statement.condition);
            first = false;
            return true;
          },
          () =>
            statement.kind === 'do'
              ? this.block(statement.body, scope)
              : this.sequence(statement.body, scope),
        );
      }
      case 'foreach':
        return this.foreach(statement, scope);
      case 'j':
        return this.j(statement.rest, scope);
    }
  }

  /** Enters a block: its aliases are replaced as they are now. */
  private async block(block: Block, scope: Scope): Promise<Outcome> {
    if (scope.depth >= MAX_DEPTH) throw new UsageError(`blocks are nested more than ${MAX_DEPTH} deep`);
    return this.sequence(this.statementsOf(block, scope.variables), { ...scope, depth: scope.depth + 1 });
  }

  private statementsOf(block: Block, variables: Variables | undefined): readonly Statement[] {
    const { aliases, extentOf } = this.host;
    const known = this.parsed.get(block);
    if (known && !variables && known.version === aliases.version) return known.statements;
    const text = block.expands ? expandAliases(block.text, aliases, variables) : block.text;
    const statements = known?.text === text ? known.statements : parseProgram(text, extentOf);
    this.parsed.set(block, { version: aliases.version, text, statements });
    return statements;
  }

  private async loop(
    goesOn: () => Promise<boolean>,
    body: () => Promise<Outcome>,
    next?: () => Promise<Outcome>,
  ): Promise<Outcome> {
    for (let turns = 0; !this.host.ended(); turns++) {
      if (!(await goesOn())) return 'done';
      if (turns >= MAX_TURNS) throw new UsageError(`a loop ran ${MAX_TURNS} times and has not ended`);
      const outcome = await body();
      if (outcome === 'break') return 'done';
      if (outcome !== 'done' && outcome !== 'continue') return outcome;
      const step = await next?.();
      if (step !== undefined && step !== 'done') return step;
      const rest = this.host.breathe(turns);
      if (rest) await rest;
    }
    return 'done';
  }

  private async foreach(loop: ForEach, scope: Scope): Promise<Outcome> {
    const source = await this.sourceText(loop.source, scope);
    if (typeof source !== 'string') return source;
    const skipFirst = await this.count(loop.skipFirst);
    const step = (await this.count(loop.skipNext)) + 1;
    const tokens = tokensOf(source);
    let at = skipFirst;
    return this.loop(
      async () => at < tokens.length,
      () => {
        const variables = new Map(scope.variables).set(loop.variable, tokens[at] ?? '');
        at += step;
        return this.block(loop.body, { ...scope, variables });
      },
    );
  }

  /** The text that `.foreach` takes apart; or why there is none. */
  private async sourceText(source: TokenSource, scope: Scope): Promise<string | Exclude<Outcome, string>> {
    if (source.kind === 'text') return source.text;
    if (source.kind === 'file') return this.host.readFile(source.path);
    const printed: string[] = [];
    const outcome = await this.capture(source.commands, scope, printed);
    if (isFailure(outcome)) {
      // what was printed is not shown, but why there are no tokens is
      if (outcome.code !== 'cancelled') scope.out.line({ text: outcome.message, kind: 'error' });
      return outcome;
    }
    return printed.join('\n');
  }

  private async capture(commands: Block, scope: Scope, printed: string[]): Promise<Outcome> {
    let length = 0;
    const out = new Output((line) => {
      const text = plain(line);
      length += text.length + 1;
      if (length > MAX_CAPTURED)
        throw new UsageError(`the commands of .foreach print more than ${MAX_CAPTURED} characters`);
      printed.push(text);
    });
    const outcome = await this.block(commands, { ...scope, out });
    out.flush();
    return outcome;
  }

  private async count(expression: string | undefined): Promise<number> {
    if (expression === undefined) return 0;
    const value = await this.host.evaluate(expression);
    return value < 0n ? 0 : Number(value > BigInt(MAX_TURNS) ? MAX_TURNS : value);
  }

  private async j(text: string, scope: Scope): Promise<Outcome> {
    const { value, rest } = await this.host.evaluatePrefix(text);
    const [first, second] = alternatives(rest);
    const chosen = value === 0n ? second : first;
    if (chosen.trim() === '') return 'done';
    return this.block({ text: chosen, expands: false }, scope);
  }

  private async isTrue(expression: string): Promise<boolean> {
    return (await this.host.evaluate(expression)) !== 0n;
  }
}

export function isFailure(outcome: Outcome): outcome is Failure {
  return typeof outcome !== 'string';
}

/** "Any number of spaces, tabs, or carriage returns is treated as a single delimiter" (.foreach of the manual). */
function tokensOf(text: string): string[] {
  const trimmed = text.trim();
  return trimmed === '' ? [] : trimmed.split(/\s+/);
}

/** The two commands of `j`, with their quotes taken off; what follows a second semicolon is ignored. */
function alternatives(text: string): [first: string, second: string] {
  const found: string[] = [];
  let at = 0;
  while (found.length < 2) {
    while (text[at] === ' ' || text[at] === '\t') at++;
    const quote = text[at];
    if (quote === "'" || quote === '"') {
      // the last quote may be missing: the manual's own example lacks it
      const close = text.indexOf(quote, at + 1);
      const end = close < 0 ? text.length : close;
      found.push(text.slice(at + 1, end));
      at = end + 1;
      const rest = /^\s*(;|$)/.exec(text.slice(at));
      if (!rest) throw syntaxError(text.slice(at));
      at += rest[0].length;
    } else {
      const semicolon = text.indexOf(';', at);
      const end = semicolon < 0 ? text.length : semicolon;
      found.push(text.slice(at, end));
      at = end + 1;
    }
  }
  return [found[0] ?? '', found[1] ?? ''];
}
