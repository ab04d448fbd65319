import { NotAvailable } from '../errors/index.ts';
import type { Session } from './session.ts';
import { settingsOf, SYMOPT } from './settings.ts';

/** A file that is being written. Every method throws a `StillframeError` where the system refuses. */
export interface OutputFile {
  /** the whole path, for messages */
  readonly path: string;
  /** Adds bytes at the end. */
  write(bytes: Uint8Array): void;
  /** Writes bytes at an offset; what lies between is zero. */
  writeAt(offset: number, bytes: Uint8Array): void;
  /** Completes the file. */
  close(): void;
  /** Gives the file up: nothing of it stays. */
  discard(): void;
}

/** What a host with a file system lends to commands that write files. */
export interface OutputFiles {
  /**
   * A file that appears under its name, whole, when it is closed. Without `overwrite` an existing one stays and
   * `UsageError` is thrown.
   */
  create(path: string, options: { readonly overwrite: boolean }): OutputFile;
  /** A file that can be read while it grows: a log. Without `append` it begins empty. */
  open(path: string, options: { readonly append: boolean }): OutputFile;
}

/** The host's files; throws `NotAvailable` where it has none (a page in a browser). */
export function outputFilesOf(session: Session): OutputFiles {
  if (settingsOf(session).symbolOptions & SYMOPT.secure)
    throw new NotAvailable('No file is written in secure mode (.symopt+ 0x40000)');
  if (session.outputFiles) return session.outputFiles;
  throw new NotAvailable('This host writes no files: use the command line or the desktop app');
}

/** The file name at the start of a text, in quotes or up to a blank, and what follows it. */
export function readFileName(text: string): { readonly fileName: string; readonly rest: string } {
  const found = /^(?:"([^"]*)"|(\S+))\s*/.exec(text);
  return { fileName: found?.[1] ?? found?.[2] ?? '', rest: text.slice(found?.[0].length ?? 0) };
}
