import { plain, type Line, type SpanKind } from '../core/output/index.ts';
import type { CommandResult } from '../core/engine/index.ts';
import { commandLine } from './jsonLines.ts';
import type { OutputBuffer } from './outputBuffer.ts';

/** Where a run of commands prints: as text for people, or as JSON lines for programs. */
export interface Writer {
  /** whether the commands of one line write one text: `.printf` without a newline is continued */
  readonly joins: boolean;
  /** whether the data of results goes nowhere */
  readonly textOnly: boolean;
  /** Shows a prompt with a command of a batch, as cdb does. */
  begin(prompt: string, command: string): void;
  line(line: Line): void;
  end(result: CommandResult): void;
  /** Shows what is not shown yet: something else is about to be, or to take time. */
  flush(): void;
}

/** SGR codes by kind; what has no entry keeps the terminal's own colour. */
const COLOURS: Partial<Record<SpanKind, string>> = {
  address: '36',
  symbol: '33',
  module: '33',
  type: '35',
  file: '32',
  heading: '1',
  error: '31',
  warning: '31',
  missing: '90',
};

export class TextWriter implements Writer {
  readonly joins = true;
  readonly textOnly = true;

  constructor(
    private readonly out: OutputBuffer,
    private readonly colour: boolean,
  ) {}

  begin(prompt: string, command: string): void {
    this.out.write(`${prompt} ${command}\n`);
  }

  line(line: Line): void {
    this.out.write(`${this.colour ? ansi(line) : plain(line)}\n`);
  }

  end(): void {
    this.flush();
  }

  flush(): void {
    this.out.flush();
  }
}

export class JsonWriter implements Writer {
  readonly joins = false;
  readonly textOnly = false;
  private lines: string[] = [];

  constructor(private readonly out: OutputBuffer) {}

  begin(): void {
    this.lines = [];
  }

  line(line: Line): void {
    this.lines.push(plain(line));
  }

  end(result: CommandResult): void {
    this.out.write(`${JSON.stringify(commandLine(result, this.lines.join('\n')))}\n`);
    this.lines = [];
    this.flush();
  }

  flush(): void {
    this.out.flush();
  }
}

function ansi(line: Line): string {
  let text = '';
  for (const s of line) {
    const code = s.kind && COLOURS[s.kind];
    text += code ? `\u001b[${code}m${s.text}\u001b[0m` : s.text;
  }
  return text;
}
