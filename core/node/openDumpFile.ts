import { statSync } from 'node:fs';
import type { ByteSource } from '../bytes/index.ts';
import { StillframeError } from '../errors/index.ts';
import { shownName } from './archiveMember.ts';
import { FileSource } from './fileSource.ts';
import type { Inflated } from './inflated.ts';
import { systemReason } from './systemReason.ts';

export interface OpenedDumpFile {
  readonly source: ByteSource;
  /** the archive's member that the source is, as its archive names it */
  readonly member?: string;
  /** what was wrong with an archive and could be lived with */
  readonly warnings: readonly string[];
  /** Closes the source and removes what was inflated; a second call does nothing. */
  cleanup(): void;
}

/** Bytes done and in all. */
export interface OpenProgress {
  readonly done: number;
  readonly total?: number;
  readonly what: string;
}

type Inflate = (
  path: string,
  size: number,
  report: (done: number, total: number) => void,
  /** which member is to be taken; absent: the first dump */
  isWanted?: (name: string) => boolean,
) => Promise<Inflated>;

const inflateGzip: Inflate = async (path, size, report) =>
  (await import('./gzipArchive.ts')).inflateGzip(path, size, report);
const inflateZip: Inflate = async (path, _size, report, isWanted) =>
  (await import('./zipArchive.ts')).inflateZip(path, report, isWanted);
const inflateWithSevenZip =
  (kind: 'cab' | '7z'): Inflate =>
  async (path, _size, report, isWanted) =>
    (await import('./sevenZipArchive.ts')).inflateWithSevenZip(path, kind, report, isWanted);

/** How a file begins, and what takes a dump out of it. */
const ARCHIVES: readonly { readonly magic: string; readonly inflate: Inflate }[] = [
  { magic: '\x1f\x8b', inflate: inflateGzip },
  { magic: 'PK\x03\x04', inflate: inflateZip },
  { magic: 'PK\x05\x06', inflate: inflateZip },
  { magic: 'MSCF', inflate: inflateWithSevenZip('cab') },
  { magic: '7z\xbc\xaf\x27\x1c', inflate: inflateWithSevenZip('7z') },
];
const LONGEST_MAGIC = 8;
/** Between two reports of progress, in bytes done: often enough for a percent of a large dump. */
const REPORT_EVERY = 4 * 1024 * 1024;

/**
 * Opens a dump for reading. A .gz, .zip, .cab or .7z, known by its content, is inflated to a temporary file first; of
 * several members the first *.dmp, *.mdmp or *.hdmp is taken, or the one called `member`. Throws a `StillframeError` whose message is the reason
 * in one line, without the path: `not-available` where the system refuses, `not-a-dump` where there is none.
 */
export async function openDumpFile(
  path: string,
  progress?: (progress: OpenProgress) => void,
  member?: string,
): Promise<OpenedDumpFile> {
  const plain = openPlain(path);
  const head = String.fromCharCode(...plain.read(0, LONGEST_MAGIC));
  if (plain.failure) {
    plain.close();
    throw unavailable(plain.failure);
  }
  const archive = ARCHIVES.find(({ magic }) => head.startsWith(magic));
  if (!archive) return { source: plain, warnings: [], cleanup: () => plain.close() };
  plain.close();

  let reported = 0;
  const report = (done: number, total: number): void => {
    if (done - reported < REPORT_EVERY && done < total) return;
    reported = done;
    progress?.({ done, total, what: 'inflating' });
  };
  const isWanted =
    member === undefined ? undefined : (name: string) => name.toLowerCase() === member.toLowerCase();
  const inflated = await archive.inflate(path, plain.size, report, isWanted).catch((e: unknown) => {
    throw e instanceof StillframeError ? e : unavailable(e);
  });
  const { file, warnings } = inflated;
  const source = file.toSource(
    inflated.member === undefined ? path : `${path} (${shownName(inflated.member)})`,
  );
  return { source, member: inflated.member, warnings, cleanup: () => source.close() };
}

/** The file itself. What is no regular file is refused before it is opened: a pipe would wait for its writer. */
function openPlain(path: string): FileSource {
  let source: FileSource;
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) throw new StillframeError('not-a-dump', 'a folder, not a dump file');
    if (!stats.isFile()) throw new StillframeError('not-a-dump', 'not a regular file');
    source = FileSource.open(path);
  } catch (e) {
    throw e instanceof StillframeError ? e : unavailable(e);
  }
  if (source.size > 0) return source;
  source.close();
  throw new StillframeError('not-a-dump', 'the file is empty');
}

function unavailable(e: unknown): StillframeError {
  return new StillframeError('not-available', systemReason(e), { cause: e });
}
