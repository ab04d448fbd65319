import { serverMessage, type EngineEvent } from './messages.ts';
import type { PackedLines } from './packedLines.ts';
import type { Method, Params } from './params.ts';
import type { Port } from './port.ts';
import type { Result } from './results.ts';

/** A request's failure, as the engine told it. `code` is one of the JSON output's codes. */
export class RequestFailed extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'RequestFailed';
  }
}

/** What a caller may hear while its request runs. */
export interface RequestListener {
  /** The engine sends more when they are taken: at once, or when the promise resolves. */
  lines?(lines: PackedLines): void | Promise<void>;
  progress?(progress: { readonly done: number; readonly total?: number; readonly what: string }): void;
}

interface Pending extends RequestListener {
  resolve(result: unknown): void;
  reject(reason: Error): void;
}

/** The near end of a port to an `EngineServer`: requests as promises. */
export class EngineClient {
  private readonly pending = new Map<number, Pending>();
  private readonly listeners = new Set<(event: EngineEvent) => void>();
  private nextId = 1;
  private closed: string | undefined;

  constructor(private readonly port: Port) {
    port.listen((message) => this.hear(message));
  }

  /** Asks the engine. Rejects with `RequestFailed`; `signal` cancels, which fails with code `cancelled`. */
  request<M extends Method>(
    method: M,
    params: Params<M>,
    listener: RequestListener = {},
    signal?: AbortSignal,
  ): Promise<Result<M>> {
    if (this.closed !== undefined) return Promise.reject(new RequestFailed('internal', this.closed));
    if (signal?.aborted) return Promise.reject(new RequestFailed('cancelled', 'stopped'));
    const id = this.nextId++;
    const onAbort = (): void => this.port.send({ kind: 'cancel', id });
    signal?.addEventListener('abort', onAbort, { once: true });
    const answer = new Promise<unknown>((resolve, reject) => {
      this.pending.set(id, { ...listener, resolve, reject });
    });
    this.port.send({ kind: 'request', id, method, params });
    // the engine's end computes each method's result by the same table of types
    return answer.finally(() => signal?.removeEventListener('abort', onAbort)) as Promise<Result<M>>;
  }

  /** Hears events until the returned function is called. */
  onEvent(listener: (event: EngineEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Fails all that runs, now and later, and gives the port up: the engine is gone. */
  fail(reason: string): void {
    if (this.closed !== undefined) return;
    this.closed = reason;
    for (const { reject } of this.pending.values()) reject(new RequestFailed('internal', reason));
    this.pending.clear();
    this.listeners.clear();
    this.port.close();
  }

  close(): void {
    this.fail('the dump was closed');
  }

  private hear(message: unknown): void {
    if (this.closed !== undefined) return;
    const parsed = serverMessage.safeParse(message);
    if (!parsed.success) return;
    const { data } = parsed;
    if (data.kind === 'event') {
      for (const listener of this.listeners) listener(data.event);
      return;
    }
    const request = this.pending.get(data.id);
    if (data.kind === 'lines') {
      const { id, lines } = data;
      const taken = (): void => this.port.send({ kind: 'taken', id, lines: lines.count });
      // those of a request that nobody waits for any more make room too
      void Promise.resolve(request?.lines?.(lines)).finally(taken);
      return;
    }
    if (!request) return;
    switch (data.kind) {
      case 'progress':
        request.progress?.(data.progress);
        break;
      case 'reply':
        this.pending.delete(data.id);
        request.resolve(data.result);
        break;
      case 'failure':
        this.pending.delete(data.id);
        request.reject(new RequestFailed(data.error.code, data.error.message));
        break;
    }
  }
}
