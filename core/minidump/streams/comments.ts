import { decodeLatin1z, decodeUtf16z } from '../../bytes/index.ts';
import type { DirectoryEntry, DumpFile } from '../dumpFile.ts';

/** What a person or a tool wrote into the dump: `.dump /c`, procdump's command line. */
export interface Comments {
  /** CommentStreamA, one character a byte: its code page is not recorded */
  readonly ansi?: string;
  /** CommentStreamW */
  readonly unicode?: string;
}

/** More than anybody reads. Bytes. */
const MAX_COMMENT = 1 << 20;

/** Both comment streams; a text ends at its NUL or with its stream. */
export function readComments(
  file: DumpFile,
  ansi: DirectoryEntry | undefined,
  unicode: DirectoryEntry | undefined,
): Comments {
  const bytes = (entry: DirectoryEntry): Uint8Array =>
    file.bytes(entry.rva, Math.min(file.available(entry), MAX_COMMENT));
  return { ansi: ansi && decodeLatin1z(bytes(ansi)), unicode: unicode && decodeUtf16z(bytes(unicode)) };
}
