import type { ByteSource } from '../../core/bytes/index.ts';
import { StillframeError } from '../../core/errors/index.ts';

/** Bytes of a request at least: those of a page take as long to be asked for as four of them to come. */
const WINDOW = 256 * 1024;
/** Windows that are kept: pages that were read lie in a cache above. */
const MAX_WINDOWS = 8;

/**
 * A file of the page's own server, read by ranges (RFC 9110, 14) with synchronous requests, which workers may make.
 * So `npm start -- DUMP` opens a large dump at once too.
 */
export class RangeSource implements ByteSource {
  private readonly windows = new Map<number, Uint8Array>();

  private constructor(
    private readonly url: string,
    readonly name: string,
    readonly size: number,
  ) {}

  /** Asks for the file's beginning, and its size with it. Throws a `StillframeError` where the server does not have it. */
  static open(url: string, name: string): RangeSource {
    const request = requestRange(url, 0, WINDOW);
    const size = Number(/\/(\d+)$/.exec(request.getResponseHeader('Content-Range') ?? '')?.[1]);
    const isEmpty = request.status === 416 && size === 0;
    if ((request.status !== 206 && !isEmpty) || !Number.isSafeInteger(size))
      throw new StillframeError('not-available', `${name}: the server answers ${request.status}`);
    const source = new RangeSource(url, name, size);
    if (!isEmpty) source.windows.set(0, bytesOf(request));
    return source;
  }

  read(offset: number, length: number): Uint8Array {
    if (!(offset >= 0) || !(length > 0) || offset >= this.size) return new Uint8Array(0);
    const end = Math.min(this.size, offset + length);
    const start = Math.floor(offset / WINDOW) * WINDOW;
    if (end > start + WINDOW) return this.ask(offset, end);
    return this.window(start).subarray(offset - start, end - start);
  }

  private window(start: number): Uint8Array {
    const known = this.windows.get(start);
    if (known) return known;
    const bytes = this.ask(start, Math.min(this.size, start + WINDOW));
    this.windows.set(start, bytes);
    for (const oldest of this.windows.keys()) {
      if (this.windows.size <= MAX_WINDOWS) break;
      this.windows.delete(oldest);
    }
    return bytes;
  }

  private ask(start: number, end: number): Uint8Array {
    const request = requestRange(this.url, start, end);
    if (request.status !== 206)
      throw new StillframeError('not-available', `${this.name}: the server answers ${request.status}`);
    return bytesOf(request);
  }
}

function requestRange(url: string, start: number, end: number): XMLHttpRequest {
  const request = new XMLHttpRequest();
  request.open('GET', url, false);
  request.responseType = 'arraybuffer';
  request.setRequestHeader('Range', `bytes=${start}-${end - 1}`);
  request.send();
  return request;
}

function bytesOf(request: XMLHttpRequest): Uint8Array {
  return new Uint8Array(request.response as ArrayBuffer);
}
