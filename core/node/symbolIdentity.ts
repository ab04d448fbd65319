import type { ByteSource } from '../bytes/index.ts';
import { messageOf } from '../errors/index.ts';
import { PeImage } from '../pe/index.ts';
import { imageKey, readPdbIdentity, type FileRequest } from '../symbols/index.ts';

/**
 * Why a file that a server sent for a request is another one; undefined where it is the right one. Of a PDB the GUID
 * counts here; the age is compared when it is loaded.
 */
export function identityMismatch(request: FileRequest, source: ByteSource): string | undefined {
  try {
    if (request.kind === 'image') {
      const { timestamp, sizeOfImage } = PeImage.fromFile(source);
      const key = imageKey(timestamp, sizeOfImage);
      return key.toLowerCase() === request.key.toLowerCase() ? undefined : `it is ${key}, not ${request.key}`;
    }
    const identity = readPdbIdentity(source);
    const wanted = request.key.slice(0, identity.length);
    return identity === wanted ? undefined : `its GUID is ${identity}, not ${wanted}`;
  } catch (e) {
    return messageOf(e);
  }
}
