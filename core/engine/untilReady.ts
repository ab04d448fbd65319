import { waitFor, type Progress } from '../commands/index.ts';
import { AwaitFirst } from '../errors/index.ts';

/** How often one command may wait for files and start again: more modules than any process loads. */
const MAX_RESTARTS = 4096;

/**
 * Runs `work`, and again after each wait for a file that it asks for (`AwaitFirst`): it must change and print nothing.
 * Throws `Cancelled` when the person stops a wait. `takeBack` undoes what an attempt assigned before it had to wait.
 */
export async function untilReady<T>(
  work: () => T | Promise<T>,
  listener: { progress?(progress: Progress): void },
  signal?: AbortSignal,
  takeBack?: () => void,
): Promise<T> {
  for (let i = 0; ; i++) {
    try {
      return await work();
    } catch (e) {
      if (!(e instanceof AwaitFirst) || i >= MAX_RESTARTS) throw e;
      takeBack?.();
      listener.progress?.({ done: i, what: e.what });
      await waitFor(e.ready, signal);
    }
  }
}
