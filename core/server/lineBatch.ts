import type { Line } from '../output/index.ts';

/** Lines that are sent together at most: some tens of kilobytes. */
const MAX_LINES = 512;
/** Lines that may be on their way: what the other end takes in between two keys. */
const MAX_SENT = 4 * MAX_LINES;
/** After this many milliseconds without a message the next line goes at once: what streams is seen to stream. */
const INTERVAL_MS = 30;

/**
 * Gathers lines that a command prints, so that a long listing is thousands of messages and not a million, and keeps back
 * what the other end has no room for yet: it says how many lines it has taken.
 */
export class LineBatch {
  private pending: Line[] = [];
  /** how many of the pending ones have been sent */
  private done = 0;
  private sent = 0;
  private lastSent = 0;
  private waiting: (() => void)[] = [];

  /** `signal` stops the command: lines that have not been sent by then are dropped, which is said. */
  constructor(
    private readonly send: (lines: Line[]) => void,
    signal: AbortSignal,
  ) {
    signal.addEventListener('abort', () => this.drop(), { once: true });
  }

  add(line: Line): void {
    this.pending.push(line);
    const count = this.pending.length - this.done;
    if (count >= MAX_LINES || performance.now() - this.lastSent >= INTERVAL_MS) this.flush();
  }

  /** The other end has taken lines. */
  taken(count: number): void {
    this.sent = Math.max(0, this.sent - count);
    this.flush();
  }

  /** Resolves when what is printed next can be sent; undefined where it can be now. */
  room(): Promise<void> | undefined {
    // what is gathered without being kept back goes with the next lines
    return this.sent < MAX_SENT ? undefined : this.emptied();
  }

  /** Sends the rest; resolves when it is on its way. */
  async end(): Promise<void> {
    this.flush();
    if (this.done < this.pending.length) await this.emptied();
  }

  private drop(): void {
    const count = this.pending.length - this.done;
    this.pending =
      count === 0 ? [] : [[{ text: `stopped: ${count} lines more are not shown`, kind: 'warning' }]];
    this.done = 0;
    this.flush();
  }

  private flush(): void {
    while (this.done < this.pending.length && this.sent < MAX_SENT) {
      const lines = this.pending.slice(this.done, this.done + MAX_LINES);
      this.done += lines.length;
      this.sent += lines.length;
      this.lastSent = performance.now();
      this.send(lines);
    }
    if (this.done < this.pending.length) return;
    this.pending = [];
    this.done = 0;
    this.wake();
  }

  private emptied(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
