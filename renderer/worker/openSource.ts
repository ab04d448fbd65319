import type { ByteSource } from '../../core/bytes/index.ts';
import { BufferSource } from '../../core/bytes/index.ts';
import { StillframeError } from '../../core/errors/index.ts';
import { BlobSource } from './blobSource.ts';
import { RangeSource } from './rangeSource.ts';
import { z } from 'zod';

/** What `open` names in a browser: a file that a person chose, or one that the page's own server holds. */
const opened = z.union([
  z.object({ file: z.instanceof(File) }),
  z.object({ url: z.string().max(4096), name: z.string().max(4096) }),
]);

/** Inflated, a dump has to fit in memory: more than this a page should not take. */
const MAX_INFLATED = 2 * 1024 ** 3;
const GZIP = [0x1f, 0x8b];

/** The source that a request names, inflated if it is gzip. Throws a `StillframeError` for the person. */
export async function openSource(what: unknown): Promise<ByteSource> {
  const parsed = opened.safeParse(what);
  if (!parsed.success) throw new StillframeError('usage', 'neither a file nor an address was given to open');
  const { data } = parsed;
  const source =
    'file' in data
      ? new BlobSource(data.file, data.file.name)
      : RangeSource.open(ownUrl(data.url), data.name);
  const start = source.read(0, 2);
  if (start[0] !== GZIP[0] || start[1] !== GZIP[1]) return source;
  return new BufferSource(await inflate(source), source.name.replace(/\.gz$/i, ''));
}

/** Only the page's own server: a link must not make it read from elsewhere. */
function ownUrl(url: string): string {
  const full = new URL(url, self.location.href);
  if (full.origin !== self.location.origin)
    throw new StillframeError('usage', 'dumps are opened from this page only');
  return full.href;
}

async function inflate(source: ByteSource): Promise<Uint8Array> {
  const whole = source.read(0, source.size);
  const stream = new Blob([whole as BlobPart]).stream().pipeThrough(new DecompressionStream('gzip'));
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length;
      if (length > MAX_INFLATED)
        throw new StillframeError(
          'not-a-dump',
          `${source.name} inflates to more than 2 GB: inflate it first`,
        );
      parts.push(next.value);
    }
  } catch (e) {
    if (e instanceof StillframeError) throw e;
    throw new StillframeError('not-a-dump', `${source.name} is a damaged gzip file`, { cause: e });
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
