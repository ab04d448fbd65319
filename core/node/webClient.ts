import { StillframeError, messageOf } from '../errors/index.ts';

/** How long a server may be silent, in milliseconds: before its answer begins, and within it. */
const SILENCE_MS = 30_000;
const REDIRECTS = 5;

export interface WebClientOptions {
  readonly silenceMs?: number;
  readonly userAgent?: string;
}

/** Asks servers on the web, with a bound on their silence and on redirects. */
export class WebClient {
  constructor(private readonly options: WebClientOptions = {}) {}

  /** A response with a body, or undefined where there is no such file. Follows redirects, but not from HTTPS to HTTP. */
  async get(url: string, signal: AbortSignal): Promise<Response | undefined> {
    let at = new URL(url);
    for (let hops = 0; hops <= REDIRECTS; hops++) {
      const response = await this.withinSilence(signal, (within) =>
        fetch(at, {
          redirect: 'manual',
          signal: within,
          headers: { 'user-agent': this.options.userAgent ?? 'Stillframe Microsoft-Symbol-Server/10' },
        }),
      );
      if (response.status === 200) return response;
      await response.body?.cancel();
      if (response.status === 404 || response.status === 410 || response.status === 403) return undefined;
      const next = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || next === null) {
        throw new StillframeError(
          'not-available',
          `the server answers ${response.status} ${response.statusText}`.trim(),
        );
      }
      const target = new URL(next, at);
      if (target.protocol !== 'https:' && (at.protocol === 'https:' || target.protocol !== 'http:')) {
        throw new StillframeError(
          'not-available',
          `the server redirects to ${target.protocol}//, which is not followed`,
        );
      }
      at = target;
    }
    throw new StillframeError('not-available', `the server redirects more than ${REDIRECTS} times`);
  }

  /** The body of a response up to `limit` bytes, and whether there was more. */
  async bytes(
    response: Response,
    signal: AbortSignal,
    limit: number,
  ): Promise<{ readonly bytes: Uint8Array; readonly cut: boolean }> {
    const reader = response.body?.getReader();
    const parts: Uint8Array[] = [];
    let length = 0;
    try {
      while (length <= limit) {
        const part = await this.withinSilence(signal, () => reader?.read() ?? Promise.resolve(undefined));
        if (!part || part.done) return { bytes: Buffer.concat(parts), cut: false };
        parts.push(part.value);
        length += part.value.length;
      }
    } finally {
      await reader?.cancel().catch(() => undefined);
    }
    return { bytes: Buffer.concat(parts).subarray(0, limit), cut: true };
  }

  /** Runs one step of a transfer; throws when the server is silent for too long, or when the person stops it. */
  async withinSilence<T>(signal: AbortSignal, step: (signal: AbortSignal) => Promise<T>): Promise<T> {
    // it may have been stopped between two steps, when nobody listened
    if (signal.aborted) throw new StillframeError('cancelled', 'stopped');
    const ms = this.options.silenceMs ?? SILENCE_MS;
    const stop = new AbortController();
    const onAbort = (): void => stop.abort(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      stop.signal.addEventListener('abort', () => reject(new StillframeError('cancelled', 'stopped')));
      timer = setTimeout(() => {
        reject(new StillframeError('not-available', `the server was silent for ${ms / 1000} seconds`));
        stop.abort();
      }, ms);
    });
    try {
      return await Promise.race([step(stop.signal), silence]);
    } catch (e) {
      if (e instanceof StillframeError) throw e;
      throw new StillframeError('not-available', networkMessage(e), { cause: e });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }
}

/** fetch says only "fetch failed"; what failed is its cause. */
function networkMessage(thrown: unknown): string {
  const cause: unknown = thrown instanceof Error ? thrown.cause : undefined;
  return cause === undefined ? messageOf(thrown) : `${messageOf(thrown)}: ${messageOf(cause)}`;
}
