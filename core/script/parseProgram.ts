import { StillframeError, UsageError } from '../errors/index.ts';
import { closing, endOfCommand, endOfLine, endOfQuotes } from './reach.ts';
import type { Block, Branch, Extent, ForEach, Statement } from './syntax.ts';

/** How far the command reaches that a text begins with; the commands there are know. */
export type ExtentOf = (text: string) => Extent;

/** Longest piece of a program that an error repeats. */
const SHOWN = 60;

/** Words that are no commands but the language's own; before `-?` one asks for help. Their case does not count. */
const TOKEN =
  /\.(?:if|elsif|else|for|foreach|while|do|block|catch|break|continue|leave)(?![\w.])(?!\s+[-/]\?\s*(?:;|$))/iy;
const J = /j(?=[\s(@'])/y;
const Z = /z\s*(?=\()/y;
const OPTION = /\/(ps|pS|s|f)(?=[\s(])\s*/y;
const BETWEEN = /[\s;]*/y;
/** what leaves or goes on with something around it, where a block could stand */
const JUMP = /\s*\.(?:break|continue|leave)(?![\w.])/iy;
const BLANKS = /\s*/y;

/**
 * Reads the statements of a program's text. What cannot be read becomes a fault that is reported when it is reached: the
 * commands before it run, as in the debugger, which reads a program as it runs it.
 */
export function parseProgram(text: string, extentOf: ExtentOf): readonly Statement[] {
  return new ProgramParser(text, extentOf).statements();
}

class ProgramParser {
  private at = 0;
  private unclosed = false;

  constructor(
    private readonly text: string,
    private readonly extentOf: ExtentOf,
  ) {}

  statements(): Statement[] {
    let found: Statement[] = [];
    // where the line began, in the text and among the statements
    let line = { at: 0, count: 0 };
    for (let blank = this.match(BETWEEN); this.at < this.text.length; blank = this.match(BETWEEN)) {
      const start = this.at;
      if (found.length === 0 || blank?.includes('\n')) line = { at: start, count: found.length };
      try {
        // what stands to the left of z on its line repeats
        if (this.match(Z)) found = [...found.slice(0, line.count), this.z(found.slice(line.count), line.at)];
        else found.push(this.statement(start));
      } catch (e) {
        if (!(e instanceof StillframeError)) throw e;
        // behind a block that is not closed nothing can be told apart; else the next line is a new one
        this.at = this.unclosed ? this.text.length : endOfLine(this.text, start);
        found.push({ kind: 'fault', text: this.since(start), message: e.message });
      }
    }
    return found;
  }

  private statement(start: number): Statement {
    const token = this.match(TOKEN)?.toLowerCase();
    if (token === undefined) return this.command(start);
    switch (token) {
      case '.if':
        return this.if(start);
      case '.for':
        return this.for(start);
      case '.while': {
        const condition = this.condition();
        const body = this.block();
        return { kind: 'while', text: this.since(start), condition, body };
      }
      case '.do': {
        const body = this.block();
        this.skip(BETWEEN);
        const condition = this.parenthesis();
        return { kind: 'do', text: this.since(start), condition, body };
      }
      case '.foreach': {
        const loop = this.foreach();
        return { kind: 'foreach', text: this.since(start), ...loop };
      }
      case '.block':
      case '.catch': {
        const body = this.block();
        return { kind: token === '.block' ? 'block' : 'catch', text: this.since(start), body };
      }
      case '.break':
      case '.continue':
      case '.leave': {
        const kind = token === '.break' ? 'break' : token === '.leave' ? 'leave' : 'continue';
        return { kind, text: this.since(start) };
      }
      default:
        // .else and .elsif without .if
        this.at = start;
        throw this.fault();
    }
  }

  private command(start: number): Statement {
    if (this.match(J)) {
      const from = this.at;
      this.at = endOfLine(this.text, from);
      return { kind: 'j', text: this.since(start), rest: this.text.slice(from, this.at).trim() };
    }
    const line = this.text.slice(start, endOfLine(this.text, start));
    const extent = this.extentOf(line);
    if (typeof extent === 'number') this.at = start + Math.max(1, Math.min(extent, line.length));
    else this.at = extent === 'line' ? start + line.length : endOfCommand(this.text, start);
    return { kind: 'command', text: this.since(start) };
  }

  private if(start: number): Statement {
    const branches: Branch[] = [{ condition: this.condition(true), body: this.branch() }];
    let otherwise: Block | undefined;
    for (;;) {
      const end = this.at;
      this.skip(BETWEEN);
      const token = this.match(TOKEN)?.toLowerCase();
      if (token === '.elsif') branches.push({ condition: this.condition(true), body: this.branch() });
      else if (token === '.else') {
        otherwise = this.branch();
        break;
      } else {
        this.at = end;
        break;
      }
    }
    return { kind: 'if', text: this.since(start), branches, otherwise };
  }

  private for(start: number): Statement {
    const [initial = '', condition = '', ...increments] = partsOf(this.parenthesis());
    const body = this.block();
    return {
      kind: 'for',
      text: this.since(start),
      initial: { text: initial, expands: false },
      condition: condition.trim(),
      increment: { text: increments.join(';'), expands: false },
      body,
    };
  }

  private foreach(): ForEach {
    const options = new Map<string, string>();
    this.skip(BLANKS);
    for (let found = this.exec(OPTION); found; found = this.exec(OPTION)) {
      const option = found[1] ?? '';
      const isSkip = option === 'ps' || option === 'pS';
      options.set(option, isSkip ? (this.match(/[^\s(/]+\s*/y)?.trim() ?? '') : '');
    }
    const head = this.parenthesis();
    const name = /^\s*(\S+?)(?=[\s{"])/.exec(head);
    if (!name) throw this.fault();
    const rest = head.slice(name[0].length).trim();
    const kind = options.has('f') ? 'file' : options.has('s') ? 'text' : 'commands';
    if (kind === 'commands' && !(rest.startsWith('{') && rest.endsWith('}'))) throw this.fault();
    const body = this.block();
    return {
      variable: name[1] ?? '',
      source:
        kind === 'commands'
          ? { kind, commands: { text: rest.slice(1, -1), expands: true } }
          : kind === 'text'
            ? { kind, text: unquoted(rest) }
            : { kind, path: unquoted(rest) },
      skipFirst: options.get('pS'),
      skipNext: options.get('ps'),
      body,
    };
  }

  private z(body: readonly Statement[], start: number): Statement {
    const condition = this.parenthesis();
    return { kind: 'z', text: this.since(start), body, condition };
  }

  /** What stands before a block: an expression, with or without parentheses around it; before a jump with them. */
  private condition(orJump = false): string {
    const from = this.at;
    for (let i = from; i < this.text.length; i++) {
      const c = this.text[i];
      if (c === '"') {
        const end = endOfQuotes(this.text, i);
        if (end === i) break;
        i = end;
      } else if (c === '(') i = closing(this.text, i) ?? this.text.length;
      else if (c === ';') break;
      else if (c === '{' || (orJump && c === '.' && this.jumpsAt(from, i))) {
        this.at = i;
        const condition = this.text.slice(from, i).trim();
        if (condition === '') throw this.fault();
        return condition;
      }
    }
    throw this.fault();
  }

  private parenthesis(): string {
    this.skip(BLANKS);
    return this.bracket('(');
  }

  private block(): Block {
    this.skip(BETWEEN);
    return { text: this.bracket('{'), expands: true };
  }

  /** A block; the manual's pages of `.break`, `.continue` and `.leave` show these without braces behind a condition. */
  private branch(): Block {
    const text = this.match(JUMP)?.trim();
    return text === undefined ? this.block() : { text, expands: true };
  }

  /** Whether a jump stands at `at`, behind a condition from `from` on that its parentheses end. */
  private jumpsAt(from: number, at: number): boolean {
    JUMP.lastIndex = at;
    return JUMP.test(this.text) && this.text.slice(from, at).trimEnd().endsWith(')');
  }

  private bracket(open: '(' | '{'): string {
    if (this.text[this.at] !== open) throw this.fault();
    const end = closing(this.text, this.at);
    if (end === undefined) {
      this.unclosed = true;
      throw this.fault();
    }
    const inside = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    return inside;
  }

  private skip(pattern: RegExp): void {
    this.match(pattern);
  }

  private match(pattern: RegExp): string | undefined {
    return this.exec(pattern)?.[0];
  }

  private exec(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text) ?? undefined;
    if (found) this.at += found[0].length;
    return found;
  }

  private since(start: number): string {
    return this.text.slice(start, this.at).trim();
  }

  private fault(): UsageError {
    return syntaxError(this.text.slice(this.at));
  }
}

/** The debugger's words for what cannot be read. */
export function syntaxError(rest: string): UsageError {
  const text = rest.trim();
  const shown = text === '' ? '<EOL>' : text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
  return new UsageError(`Syntax error at '${shown}'`, 'syntax');
}

/** The parts of `.for (…)`: split at semicolons outside quotes and brackets. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = text[i];
    if (c === '"') {
      const end = endOfQuotes(text, i);
      i = end === i ? text.length : end;
    } else if (c === '(' || c === '{') i = closing(text, i) ?? text.length;
    if (i >= text.length || text[i] === ';') {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return parts;
}

function unquoted(text: string): string {
  return /^"([^]*)"$/.exec(text)?.[1] ?? text;
}
