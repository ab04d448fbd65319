import { endOfQuotes } from './reach.ts';

/** Where the end of an unfinished line stands: what may be typed there. */
export interface CursorPlace {
  /** the command that the cursor is in, from its first character; empty where one may begin */
  readonly command: string;
  /** an expression stands here (`.if (`), a text that is none of the language (`.echo "`), or a comment */
  readonly kind: 'command' | 'expression' | 'text' | 'comment';
  /** variables of the `.foreach` loops around it, the innermost last */
  readonly variables: readonly string[];
}

/** A block or the head of a control flow token that is not closed before the cursor. */
interface Opened {
  readonly bracket: '{' | '(';
  /** where the command around it begins */
  readonly command: number;
  readonly variable?: string;
  /** of `.for (`: how many semicolons were passed */
  part: number;
}

/** Commands in commands that are followed: nobody types more. */
const MAX_DEPTH = 8;

const CONDITION = /^(?:\.(?:if|elsif|while)|z)\s*\(/i;
const FOR = /^\.for\s*\(/i;
const DX = /^dx\s/i;
const FOREACH = /^\.foreach\b[^({]*\(\s*([^\s{"(]+)[\s{"]/i;
/** Extensions whose argument is a line of commands, in quotes or not. */
const TAKES_COMMANDS =
  /^(?:!for_each_(?:module|frame|local|thread)\s+|!for_each_\w+\s.*?-c:|!list\s.*?-x\s+)"?/is;
const EACH_THREAD = /^~(?:\*|\.|#|\d+|~\[[^\]]*\])?\s*e\s+/;
const ALTERNATIVES = /^j\s.*'([^']*)$/s;

/** Reads an unfinished line as the language does: blocks, quotes, comments and the heads of control flow. */
export function cursorPlace(text: string): CursorPlace {
  return new CursorReader(text, 0).place();
}

class CursorReader {
  private readonly opened: Opened[] = [];
  private command = 0;

  constructor(
    private readonly text: string,
    private readonly depth: number,
  ) {}

  place(): CursorPlace {
    const { text } = this;
    for (let i = 0; i < text.length; i++) {
      const c = text[i];
      if (this.beginsCommand(i) && this.isComment(i)) {
        const end = this.endOfComment(i);
        if (end === undefined) return this.found('comment');
        i = end;
        this.command = i + 1;
      } else if (c === '"') {
        const end = endOfQuotes(text, i);
        if (end === i) return this.inQuotes();
        i = end;
      } else this.step(c, i);
    }
    return this.found(this.isExpression() ? 'expression' : 'command');
  }

  private step(c: string | undefined, i: number): void {
    const innermost = this.opened.at(-1);
    switch (c) {
      case '{':
      case '(':
        this.open(c, i);
        break;
      case '}':
      case ')':
        if (innermost?.bracket === (c === '}' ? '{' : '(')) {
          this.opened.pop();
          // behind a block another command may follow at once; behind a head its block does
          const ends = c === '}' && this.opened.at(-1)?.bracket !== '(';
          this.command = ends ? i + 1 : innermost.command;
        }
        break;
      case ';':
      case '\n':
        if (innermost?.bracket === '(') innermost.part++;
        // j takes the rest of its line, semicolons and all
        if (c === ';' && /^j\s/.test(this.text.slice(this.command).trimStart())) break;
        if (innermost?.bracket !== '(' || FOR.test(this.text.slice(innermost.command).trimStart()))
          this.command = i + 1;
    }
  }

  private open(bracket: '{' | '(', i: number): void {
    const before = this.text.slice(this.command, i + 1).trimStart();
    const inHead = this.opened.at(-1)?.bracket === '(';
    const variable = bracket === '{' && !inHead ? FOREACH.exec(before)?.[1] : undefined;
    this.opened.push({
      bracket,
      command: this.command,
      part: 0,
      ...(variable !== undefined && { variable }),
    });
    // in an expression of dx a brace begins an object (`new { … }`), and parentheses hold lambdas
    if (DX.test(before)) return;
    if (bracket === '{' || FOR.test(before)) this.command = i + 1;
  }

  private isExpression(): boolean {
    const innermost = this.opened.at(-1);
    if (innermost?.bracket !== '(') return false;
    const head = this.text.slice(innermost.command).trimStart();
    return CONDITION.test(head) || (FOR.test(head) && innermost.part === 1);
  }

  private beginsCommand(i: number): boolean {
    return this.text.slice(this.command, i).trim() === '';
  }

  private isComment(i: number): boolean {
    if (this.opened.at(-1)?.bracket === '(') return false;
    return this.text[i] === '*' || /^\$\$(?![<>])/.test(this.text.slice(i, i + 3));
  }

  /** The index of what ends a comment; undefined where the cursor is in it. */
  private endOfComment(from: number): number | undefined {
    const ends = this.text[from] === '*' ? /\n/g : /[;\n]/g;
    ends.lastIndex = from;
    return ends.exec(this.text)?.index;
  }

  /** In quotes that are not closed: commands where the command takes some, else a text. */
  private inQuotes(): CursorPlace {
    const command = this.text.slice(this.command).trimStart();
    const commands = this.depth < MAX_DEPTH ? TAKES_COMMANDS.exec(command) : undefined;
    return commands ? this.lastOf(command.slice(commands[0].length)) : this.found('text');
  }

  private lastOf(commands: string): CursorPlace {
    const inner = new CursorReader(commands.replace(/\\"/g, "'"), this.depth + 1).place();
    return { ...inner, variables: [...this.variables(), ...inner.variables] };
  }

  private found(kind: CursorPlace['kind']): CursorPlace {
    const command = this.text.slice(this.command).trimStart();
    if (kind === 'command' && this.depth < MAX_DEPTH) {
      const commands = TAKES_COMMANDS.exec(command) ?? EACH_THREAD.exec(command);
      if (commands) return this.lastOf(command.slice(commands[0].length));
      const alternative = ALTERNATIVES.exec(command)?.[1];
      if (alternative !== undefined && (command.split("'").length - 1) % 2 === 1)
        return this.lastOf(alternative);
    }
    return { command, kind, variables: this.variables() };
  }

  private variables(): string[] {
    return this.opened.flatMap(({ variable }) => (variable === undefined ? [] : [variable]));
  }
}
