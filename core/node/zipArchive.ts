import type { Entry } from 'yauzl';
import { StillframeError, messageOf } from '../errors/index.ts';
import { isDumpName, noDumpInside, shownName } from './archiveMember.ts';
import type { Inflated, ReportProgress } from './inflated.ts';
import { inflateWithSevenZip } from './sevenZipArchive.ts';
import { TemporaryFile } from './temporaryFile.ts';

/** More than an archive that somebody sends has; a directory this long is not read to its end. */
const MAX_MEMBERS = 100_000;
/** Compression methods that need no other library: stored and deflate. */
const PLAIN_METHODS = new Set([0, 8]);

/** Takes the first dump out of a zip, or the first member that is wanted. */
export async function inflateZip(
  path: string,
  report: ReportProgress,
  isWanted: (name: string) => boolean = isDumpName,
): Promise<Inflated> {
  // loaded when the first zip is opened: start-up pays nothing for it
  const { getFileNameLowLevel, openPromise } = await import('yauzl');
  // names stay bytes here: yauzl would refuse the whole archive for one name that climbs out of a folder, which
  // matters only to who makes paths of names
  const zip = await openPromise(path, { decodeStrings: false, autoClose: false }).catch((e: unknown) => {
    throw new StillframeError('not-a-dump', `a damaged zip archive (${messageOf(e)})`, { cause: e });
  });
  let file: TemporaryFile | undefined;
  let member: string | undefined;
  try {
    const names: string[] = [];
    let found: Entry | undefined;
    for await (const entry of zip.eachEntry()) {
      const name = getFileNameLowLevel(
        entry.generalPurposeBitFlag,
        entry.fileNameRaw,
        entry.extraFields,
        false,
      );
      if (name.endsWith('/')) continue;
      names.push(name);
      if (isWanted(name)) found = entry;
      if (found || names.length >= MAX_MEMBERS) break;
    }
    member = names.at(-1);
    if (!found || member === undefined) throw noDumpInside('zip archive', names);
    if (found.isEncrypted()) {
      throw new StillframeError('not-available', `a zip archive whose ${shownName(member)} is encrypted`);
    }
    // Explorer uses Deflate64 for large files, other packers LZMA or Zstandard
    if (!PLAIN_METHODS.has(found.compressionMethod))
      return await inflateWithSevenZip(path, 'zip', report, isWanted);
    file = new TemporaryFile();
    for await (const chunk of await zip.openReadStreamPromise(found)) {
      file.write(chunk as Uint8Array);
      report(file.size, found.uncompressedSize);
    }
    return { file, member, warnings: [] };
  } catch (e) {
    if (file && file.size > 0 && !(e instanceof StillframeError)) {
      return {
        file,
        member,
        warnings: [`the zip archive is damaged (${messageOf(e)}): what comes before the damage is used`],
      };
    }
    file?.discard();
    if (e instanceof StillframeError) throw e;
    throw new StillframeError('not-a-dump', `a damaged zip archive (${messageOf(e)})`, { cause: e });
  } finally {
    zip.close();
  }
}
