import { AwaitFirst, Cancelled, messageOf } from '../errors/index.ts';

/** Files fetched or unpacked at a time. */
const AT_ONCE = 6;

/** How far the making of a file is; bytes. */
export interface FileProgress {
  /** the file's name */
  readonly what: string;
  readonly done: number;
  readonly total?: number;
}

export interface MakingFile {
  readonly signal: AbortSignal;
  report(done: number, total?: number): void;
}

/** What came of it: the file, or why there is none. */
export type MadeFile<T> = { readonly made: T } | { readonly failed: string };

/**
 * Files that take time to get. Who needs one is told to wait (`AwaitFirst`) and asks again; then it is there, or why it
 * is not. Failures are kept, so that a server is asked once, until `forget`.
 */
export class PendingFiles<T> {
  private readonly over = new Map<string, MadeFile<T>>();
  private readonly running = new Map<string, AwaitFirst>();
  private readonly waiting: (() => void)[] = [];
  private active = 0;
  private stop = new AbortController();

  constructor(private readonly onProgress: ((progress: FileProgress) => void) | undefined) {}

  /** The file of a key, made by `make` if it never was. Throws `AwaitFirst` until that is over. */
  get(key: string, what: string, make: (making: MakingFile) => Promise<T>): MadeFile<T> {
    const known = this.over.get(key);
    if (known) return known;
    let wait = this.running.get(key);
    if (!wait) {
      wait = new AwaitFirst(this.run(key, what, make), what);
      this.running.set(key, wait);
    }
    throw wait;
  }

  /** Stops all that is under way: who needs it asks anew. */
  cancel(): void {
    this.stop.abort(new Cancelled());
    this.stop = new AbortController();
  }

  /** Forgets failures: the next question tries again. */
  forget(): void {
    for (const [key, file] of this.over) if ('failed' in file) this.over.delete(key);
  }

  /** Forgets everything that is over: what was had is asked for again too. */
  forgetAll(): void {
    this.over.clear();
  }

  /** Never rejects: what went wrong is kept as the outcome. */
  private async run(key: string, what: string, make: (making: MakingFile) => Promise<T>): Promise<void> {
    const { signal } = this.stop;
    if (this.active >= AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.active++;
    try {
      const report = (done: number, total?: number): void => this.onProgress?.({ what, done, total });
      if (!signal.aborted) this.over.set(key, { made: await make({ signal, report }) });
    } catch (e) {
      if (!signal.aborted) this.over.set(key, { failed: messageOf(e) });
    } finally {
      this.running.delete(key);
      this.active--;
      this.waiting.shift()?.();
    }
  }
}
