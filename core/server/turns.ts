import { waitFor } from '../commands/index.ts';

/**
 * Whose turn it is. Commands run one after the other, and before all else: a person waits for them. Models of where the
 * person stands begin when no command runs, and one in a turn of the event loop, so that a command which has been sent
 * meanwhile is heard before the next of them.
 */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();
  /** commands that run or wait */
  private commands = 0;
  private waiting: (() => void)[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private begun = 0;

  /** How many commands have begun: a model that began at another count may be of two places. */
  get commandsBegun(): number {
    return this.begun;
  }

  /** Runs what may change the session. */
  command<T>(work: () => Promise<T>): Promise<T> {
    this.commands++;
    const begin = (): Promise<T> => {
      this.begun++;
      return work();
    };
    const turn = this.last.then(begin, begin).finally(() => {
      this.commands--;
      this.next();
    });
    // a failure is its own request's
    this.last = turn.catch(() => undefined);
    return turn;
  }

  get isQuiet(): boolean {
    return this.commands === 0;
  }

  /**
   * Resolves when no command runs or waits, and nothing else was let go in this turn of the event loop; after `atMostMs`
   * in any case. Rejects with `Cancelled`.
   */
  async quiet(signal: AbortSignal, atMostMs?: number): Promise<void> {
    let go = (): void => undefined;
    const turn = new Promise<void>((resolve) => {
      go = resolve;
    });
    this.waiting.push(go);
    this.next();
    const timer = atMostMs === undefined ? undefined : setTimeout(go, atMostMs);
    try {
      await waitFor(turn, signal);
    } finally {
      clearTimeout(timer);
      this.waiting = this.waiting.filter((w) => w !== go);
    }
  }

  private next(): void {
    if (this.timer !== undefined || this.commands > 0 || this.waiting.length === 0) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.commands === 0) this.waiting.shift()?.();
      this.next();
    }, 0);
  }
}
