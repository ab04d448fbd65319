import type { ByteSource } from '../../core/bytes/index.ts';
import { StillframeError } from '../../core/errors/index.ts';
import { BlobSource } from './blobSource.ts';
import { RangeSource } from './rangeSource.ts';
import { z } from 'zod';

/** What `open` names in a browser: a file that a person chose, or one that the page's own server holds. */
const opened = z.union([
  z.object({ file: z.instanceof(File) }),
  z.object({ url: z.string().max(4096), name: z.string().max(4096) }),
]);

/** More than this a page should not put on the person's disk, where the browser keeps what is large. Bytes. */
const MAX_INFLATED = 8 * 1024 ** 3;
const GZIP = [0x1f, 0x8b];
/** What is read of a packed file at a time, and how much of the inflated bytes is held before the browser gets it. */
const READ_AT_ONCE = 1024 * 1024;
const HELD = 32 * 1024 * 1024;

export interface OpenedSource {
  readonly source: ByteSource;
  /** what was wrong with a packed file and could be lived with */
  readonly warnings: readonly string[];
}

/** The source that a request names, inflated if it is gzip. Throws a `StillframeError` for the person. */
export async function openSource(what: unknown): Promise<OpenedSource> {
  const parsed = opened.safeParse(what);
  if (!parsed.success) throw new StillframeError('usage', 'neither a file nor an address was given to open');
  const { data } = parsed;
  const source =
    'file' in data
      ? new BlobSource(data.file, data.file.name)
      : RangeSource.open(ownUrl(data.url), data.name);
  const start = source.read(0, 2);
  if (start[0] !== GZIP[0] || start[1] !== GZIP[1]) return { source, warnings: [] };
  const { blob, warnings } = await inflate(source);
  return { source: new BlobSource(blob, source.name.replace(/\.gz$/i, '')), warnings };
}

/** Only the page's own server: a link must not make it read from elsewhere. */
function ownUrl(url: string): string {
  const full = new URL(url, self.location.href);
  if (full.origin !== self.location.origin)
    throw new StillframeError('usage', 'dumps are opened from this page only');
  return full.href;
}

/** Inflates into the browser's store of blobs: this process holds a part of it at a time. */
async function inflate(
  source: ByteSource,
): Promise<{ readonly blob: Blob; readonly warnings: readonly string[] }> {
  const reader = streamOf(source).pipeThrough(new DecompressionStream('gzip')).getReader();
  let blob = new Blob([]);
  let held: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const put = (): void => {
    blob = new Blob([blob, ...held]);
    held = [];
  };
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      held.push(next.value);
      size += next.value.length;
      if (size > MAX_INFLATED)
        throw new StillframeError(
          'not-a-dump',
          `${source.name} inflates to more than 8 GB: inflate it first`,
        );
      if (size - blob.size > HELD) put();
    }
    put();
    return { blob, warnings: [] };
  } catch (e) {
    if (e instanceof StillframeError) throw e;
    put();
    if (blob.size === 0)
      throw new StillframeError('not-a-dump', `${source.name} is a damaged gzip file`, { cause: e });
    return { blob, warnings: ['the gzip data is damaged: what comes before the damage is used'] };
  }
}

function streamOf(source: ByteSource): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      const bytes = source.read(at, READ_AT_ONCE);
      at += bytes.length;
      if (bytes.length > 0) controller.enqueue(new Uint8Array(bytes));
      else controller.close();
    },
  });
}
