import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { StillframeError, messageOf } from '../errors/index.ts';
import type { Inflated, ReportProgress } from './inflated.ts';
import { TemporaryFile } from './temporaryFile.ts';

/** Inflates a .gz. One that was cut off gives what is there, and a warning. */
export async function inflateGzip(path: string, size: number, report: ReportProgress): Promise<Inflated> {
  const file = new TemporaryFile();
  const input = createReadStream(path);
  const output = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      try {
        file.write(chunk);
        report(input.bytesRead, size);
        done();
      } catch (e) {
        done(e instanceof Error ? e : new Error(String(e)));
      }
    },
  });
  try {
    await pipeline(input, createGunzip(), output);
    return { file, warnings: [] };
  } catch (e) {
    if (isZlibError(e) && file.size > 0) {
      return {
        file,
        warnings: [`the gzip data is damaged (${messageOf(e)}): what comes before the damage is used`],
      };
    }
    file.discard();
    if (isZlibError(e))
      throw new StillframeError('not-a-dump', `damaged gzip data (${messageOf(e)})`, { cause: e });
    throw e;
  }
}

function isZlibError(e: unknown): boolean {
  return e instanceof Error && 'code' in e && String(e.code).startsWith('Z_');
}
