import type { ByteSource } from '../bytes/index.ts';
import { messageOf } from '../errors/index.ts';
import { PeImage } from '../pe/index.ts';
import { imageKey, readPdbIdentity, type FileRequest } from '../symbols/index.ts';

/**
 * Why a file that a server sent for a request is another one; undefined where it is the right one. Of a PDB the GUID
 * counts here; the age is compared when it is loaded.
 */
export async function identityMismatch(
  request: FileRequest,
  source: ByteSource,
): Promise<string | undefined> {
  if (request.kind === 'image') return imageMismatch(request, source);
  try {
    const identity = await readPdbIdentity(source);
    const wanted = request.key.slice(0, identity.length);
    return identity === wanted ? undefined : `its GUID is ${identity}, not ${wanted}`;
  } catch (e) {
    return messageOf(e);
  }
}

/** The same of an image: by its timestamp and its size in memory. */
export function imageMismatch(request: FileRequest, source: ByteSource): string | undefined {
  try {
    const { timestamp, sizeOfImage } = PeImage.fromFile(source);
    const key = imageKey(timestamp, sizeOfImage);
    return key.toLowerCase() === request.key.toLowerCase() ? undefined : `it is ${key}, not ${request.key}`;
  } catch (e) {
    return messageOf(e);
  }
}
