import type { ByteSource } from '../../core/bytes/index.ts';
import { StillframeError } from '../../core/errors/index.ts';

/**
 * A file of the page's own server, read by ranges (RFC 9110, 14) with synchronous requests, which workers may make.
 * So `npm start -- DUMP` opens a large dump at once too.
 */
export class RangeSource implements ByteSource {
  private constructor(
    private readonly url: string,
    readonly name: string,
    readonly size: number,
  ) {}

  /** Asks for the file's size. Throws a `StillframeError` where the server does not have it. */
  static open(url: string, name: string): RangeSource {
    const request = new XMLHttpRequest();
    request.open('HEAD', url, false);
    request.send();
    const size = Number(request.getResponseHeader('Content-Length'));
    if (request.status !== 200 || !Number.isSafeInteger(size) || size < 0)
      throw new StillframeError('not-available', `${name}: the server answers ${request.status}`);
    return new RangeSource(url, name, size);
  }

  read(offset: number, length: number): Uint8Array {
    if (!(offset >= 0) || !(length > 0) || offset >= this.size) return new Uint8Array(0);
    const end = Math.min(this.size, offset + length);
    const request = new XMLHttpRequest();
    request.open('GET', this.url, false);
    request.responseType = 'arraybuffer';
    request.setRequestHeader('Range', `bytes=${offset}-${end - 1}`);
    request.send();
    if (request.status !== 206)
      throw new StillframeError('not-available', `${this.name}: the server answers ${request.status}`);
    return new Uint8Array(request.response as ArrayBuffer);
  }
}
