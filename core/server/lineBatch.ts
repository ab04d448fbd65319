import type { Line } from '../output/index.ts';

/** Lines that are sent together at most: a message of this size is copied in a few milliseconds. */
const MAX_LINES = 500;
/** After this many milliseconds without a message the next line goes at once: what streams is seen to stream. */
const INTERVAL_MS = 30;

/** Gathers lines that a command prints, so that a long listing is hundreds of messages and not a million. */
export class LineBatch {
  private pending: Line[] = [];
  private lastSent = 0;

  constructor(private readonly send: (lines: Span[][]) => void) {}

  add(line: Line): void {
    this.pending.push(line);
    if (this.pending.length >= MAX_LINES || performance.now() - this.lastSent >= INTERVAL_MS) this.flush();
  }

  flush(): void {
    if (this.pending.length === 0) return;
    const lines = this.pending.map((line) => [...line]);
    this.pending = [];
    this.lastSent = performance.now();
    this.send(lines);
  }
}

type Span = Line[number];
