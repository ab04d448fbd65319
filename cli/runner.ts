import type { Engine, Listener } from '../core/engine/index.ts';
import type { Progress } from '../core/commands/index.ts';
import type { Writer } from './writers.ts';

/** Runs command lines on an engine and prints them; remembers whether one failed. Ctrl+C stops the running one. */
export class Runner {
  failed = false;
  private running: AbortController | undefined;

  constructor(
    readonly engine: Engine,
    private readonly writer: Writer,
    private readonly progress?: (progress: Progress) => void,
  ) {}

  get ended(): boolean {
    return this.engine.session.ended;
  }

  /** Runs one line. `echo` shows prompt and command before the output, for lines that nobody typed. */
  async run(line: string, echo: boolean): Promise<void> {
    this.running = new AbortController();
    const listener: Listener = {
      joins: !echo && this.writer.joins,
      textOnly: this.writer.textOnly,
      begin: (command) => {
        if (echo) this.writer.begin(this.engine.prompt(), command);
      },
      line: (l) => this.writer.line(l),
      end: (result) => {
        if (!result.ok) this.failed = true;
        this.writer.end(result);
      },
      progress: (progress) => {
        this.writer.flush();
        this.progress?.(progress);
      },
    };
    try {
      await this.engine.execute(line, listener, this.running.signal);
    } finally {
      this.writer.flush();
      this.running = undefined;
    }
  }

  /** Stops the running command; false where none runs. */
  stop(): boolean {
    this.running?.abort();
    return this.running !== undefined;
  }
}
