import type { FileHandle } from 'node:fs/promises';
import { StillframeError } from '../errors/index.ts';
import { compressedName, parseFilePointer, storeFolders, type FileRequest } from '../symbols/index.ts';
import { WebClient, type WebClientOptions } from './webClient.ts';

/** What a file may weigh, in bytes: more than any PDB. */
const SIZE_LIMIT = 16 * 1024 ** 3;
const POINTER_LIMIT = 4096;

/** A server's answer about one file. */
export type ServerAnswer =
  | { readonly kind: 'received'; readonly url: string; readonly compressed: boolean }
  /** the store has a pointer to where the file lies */
  | { readonly kind: 'pointer'; readonly url: string; readonly path: string }
  | { readonly kind: 'absent'; readonly detail: string };

/** Where a file's bytes go: an empty file, opened for writing. */
export interface Receiver {
  readonly file: FileHandle;
  readonly signal: AbortSignal;
  /** bytes so far, and in all where the server says */
  report(done: number, total: number | undefined): void;
}

/** A symbol store behind HTTPS (or HTTP, where the path says so). */
export class SymbolServer {
  /** whether files lie one level deeper; unknown until the first file is absent */
  private twoTier: boolean | undefined;
  private readonly client: WebClient;

  constructor(
    readonly base: string,
    options: WebClientOptions = {},
  ) {
    this.client = new WebClient(options);
  }

  /**
   * Asks for a file as symsrv does: as it is, compressed (`ntdll.pd_`), by `file.ptr`. Throws where the server fails
   * or falls silent; an answer that there is no such file is an answer.
   */
  async fetch(request: FileRequest, receiver: Receiver): Promise<ServerAnswer> {
    const answer = await this.fetchFrom(request, this.twoTier ?? false, receiver);
    if (answer.kind !== 'absent' || this.twoTier !== undefined) return answer;
    this.twoTier = await this.hasIndex2(receiver.signal);
    return this.twoTier ? this.fetchFrom(request, true, receiver) : answer;
  }

  private async fetchFrom(request: FileRequest, twoTier: boolean, receiver: Receiver): Promise<ServerAnswer> {
    const folder = [this.base, ...storeFolders(request, twoTier).map(encodeURIComponent)].join('/');
    for (const name of [request.name, compressedName(request.name)]) {
      const url = `${folder}/${encodeURIComponent(name)}`;
      const response = await this.client.get(url, receiver.signal);
      if (response === undefined) continue;
      await this.receive(response, receiver);
      return { kind: 'received', url, compressed: name !== request.name };
    }
    const url = `${folder}/file.ptr`;
    const response = await this.client.get(url, receiver.signal);
    if (response === undefined) return { kind: 'absent', detail: 'the server does not have it' };
    const pointer = parseFilePointer(await this.smallText(response, receiver.signal));
    if ('message' in pointer) return { kind: 'absent', detail: `the server says: ${pointer.message}` };
    return this.follow(pointer.path, url, receiver);
  }

  /**
   * A pointer that a server gives may lead to another address on the web. A path would make this machine open a file,
   * or log on to a share, of somebody else's choice: it is not followed.
   */
  private async follow(path: string, from: string, receiver: Receiver): Promise<ServerAnswer> {
    if (!/^https:\/\//i.test(path)) return { kind: 'pointer', url: from, path };
    const response = await this.client.get(path, receiver.signal);
    if (response === undefined)
      return { kind: 'absent', detail: `its file.ptr leads to ${path}, which is absent` };
    await this.receive(response, receiver);
    return { kind: 'received', url: path, compressed: path.endsWith('_') };
  }

  private async hasIndex2(signal: AbortSignal): Promise<boolean> {
    const response = await this.client.get(`${this.base}/index2.txt`, signal);
    await response?.body?.cancel();
    return response !== undefined;
  }

  private async receive(response: Response, { file, signal, report }: Receiver): Promise<void> {
    const length = Number(response.headers.get('content-length') ?? NaN);
    // an encoded body has another length than its header says
    const encoded = response.headers.get('content-encoding') !== null;
    const total = Number.isSafeInteger(length) && !encoded ? length : undefined;
    if ((total ?? 0) > SIZE_LIMIT) throw new StillframeError('not-available', `the file has ${total} bytes`);
    await file.truncate(0);
    let done = 0;
    const reader = response.body?.getReader();
    try {
      for (;;) {
        const part = await this.client.withinSilence(
          signal,
          () => reader?.read() ?? Promise.resolve(undefined),
        );
        if (!part || part.done) break;
        if (done + part.value.length > SIZE_LIMIT)
          throw new StillframeError('not-available', 'the file has no end');
        await file.write(part.value, 0, part.value.length, done);
        done += part.value.length;
        report(done, total);
      }
    } catch (e) {
      await reader?.cancel().catch(() => undefined);
      throw e;
    }
    if (total !== undefined && done !== total) {
      throw new StillframeError('not-available', `the connection ended after ${done} of ${total} bytes`);
    }
  }

  private async smallText(response: Response, signal: AbortSignal): Promise<string> {
    const { bytes } = await this.client.bytes(response, signal, POINTER_LIMIT);
    return new TextDecoder().decode(bytes);
  }
}
