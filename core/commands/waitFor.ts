import { Cancelled } from '../errors/index.ts';

/** Waits for a promise, or for the person to stop the command: then throws `Cancelled`. */
export async function waitFor(ready: Promise<void>, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) throw new Cancelled();
  let stop: (() => void) | undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(new Cancelled());
    signal?.addEventListener('abort', stop, { once: true });
  });
  try {
    await Promise.race([ready, stopped]);
  } finally {
    if (stop) signal?.removeEventListener('abort', stop);
  }
}
