import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StillframeError } from '../errors/index.ts';
import type { FileRequest } from '../symbols/index.ts';
import { FileSource } from './fileSource.ts';
import { inflateWithSevenZip } from './sevenZipArchive.ts';
import { identityMismatch } from './symbolIdentity.ts';
import type { TemporaryFile } from './temporaryFile.ts';

/** Bytes copied at a time. */
const CHUNK = 1024 * 1024;
const CABINET = 'MSCF';

/**
 * Puts a file into a symbol store: written beside, checked to be what was asked for, then renamed, so that whoever
 * looks meanwhile sees all of it or nothing. `write` fills it; what is a cabinet then is unpacked. Throws what went
 * wrong.
 */
export async function placeFile(
  target: string,
  request: FileRequest,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const part = join(dirname(target), `${basename(target)}.${process.pid}-${crypto.randomUUID()}.part`);
  try {
    const file = await open(part, 'wx+', 0o644);
    try {
      await write(file);
      if (await isCabinet(file)) await unpackOver(part, file);
    } finally {
      await file.close();
    }
    const source = FileSource.open(part, request.name);
    const mismatch = await identityMismatch(request, source).finally(() => source.close());
    if (mismatch !== undefined) throw new StillframeError('not-available', `it is another file: ${mismatch}`);
    await rename(part, target);
  } catch (e) {
    await rm(part, { force: true });
    throw e;
  }
}

/** The one file in a cabinet that compress.exe or makecab made (LZX, MSZIP). */
export async function unpackCabinet(path: string): Promise<TemporaryFile> {
  const { file, warnings } = await inflateWithSevenZip(
    path,
    'cab',
    () => undefined,
    () => true,
  );
  if (warnings.length === 0) return file;
  file.discard();
  throw new StillframeError('not-available', 'the cabinet is damaged');
}

/** Copies all of a source's bytes. */
export async function copyInto(file: FileHandle, source: FileSource): Promise<void> {
  for (let done = 0; done < source.size;) {
    const bytes = source.read(done, CHUNK);
    if (bytes.length === 0)
      throw source.failure ?? new StillframeError('not-available', 'the file ended early');
    await file.write(bytes, 0, bytes.length, done);
    done += bytes.length;
  }
}

async function isCabinet(file: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
  return buffer.toString('latin1', 0, bytesRead) === CABINET;
}

async function unpackOver(path: string, file: FileHandle): Promise<void> {
  const unpacked = (await unpackCabinet(path)).toSource(path);
  try {
    await file.truncate(0);
    await copyInto(file, unpacked);
  } finally {
    unpacked.close();
  }
}
