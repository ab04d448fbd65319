/** So long after a key its echo comes first: somebody who types presses the next one within. */
const QUIET_MS = 60;

/** Tells what can wait that somebody is typing: one processor prints, draws and answers keys. */
export class Typing {
  private lastKey = -Infinity;

  constructor(private readonly keys: EventTarget) {
    keys.addEventListener('keydown', this.noted, { capture: true });
  }

  /** Milliseconds that work should wait, which has waited since a time: for a pause of the keys, and so long at most. */
  rest(since: number, atMostMs: number): number {
    const now = performance.now();
    return Math.max(0, Math.min(this.lastKey + QUIET_MS, since + atMostMs) - now);
  }

  stop(): void {
    this.keys.removeEventListener('keydown', this.noted, { capture: true });
  }

  private readonly noted = (): void => {
    this.lastKey = performance.now();
  };
}
