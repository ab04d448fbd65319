import { Cancelled } from '../errors/index.ts';
import { waitFor } from './waitFor.ts';

/** How long a command may keep its host from doing anything else, in milliseconds: below what a person notices. */
const SLICE_MS = 25;

export interface Progress {
  readonly done: number;
  readonly total?: number;
  readonly what: string;
}

/**
 * The clock of long work. A loop asks `due` now and then, which costs a clock read, and awaits `rest` when it is:
 * `if (pace.due()) await pace.rest({ done, total, what: 'blocks' })`. `rest` throws `Cancelled` when the person
 * stopped the command.
 */
export class Pace {
  private sliceEnd = performance.now() + SLICE_MS;

  constructor(
    private readonly signal?: AbortSignal,
    private readonly report?: (progress: Progress) => void,
    /** what goes before this work: where there is something, a rest lasts until it is done */
    private readonly held?: () => Promise<void> | undefined,
  ) {}

  due(): boolean {
    return performance.now() >= this.sliceEnd;
  }

  async rest(progress?: Progress): Promise<void> {
    if (progress) this.report?.(progress);
    // a macrotask, so that the host sees signals and input
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    this.throwIfCancelled();
    await this.held?.();
    this.sliceEnd = performance.now() + SLICE_MS;
  }

  /** Waits for what is under way, a download say. Throws `Cancelled` when the person stopped the command. */
  async until(ready: Promise<void>, progress?: Progress): Promise<void> {
    if (progress) this.report?.(progress);
    await waitFor(ready, this.signal);
    this.sliceEnd = performance.now() + SLICE_MS;
  }

  throwIfCancelled(): void {
    if (this.signal?.aborted) throw new Cancelled();
  }
}
