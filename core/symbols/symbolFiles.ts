import type { ByteSource } from '../bytes/index.ts';
import type { Module } from '../target/index.ts';
import type { FileRequest } from './store/index.ts';
import type { SymbolAttempt } from './service.ts';

/** Where files of symbols come from: folders, stores and servers of a symbol path, files dropped on a page. */
export interface SymbolFiles {
  /**
   * Files that may be the wanted one, best place first; the caller takes the first that belongs to the image and asks
   * for no more. Places without one are noted. Throws `AwaitFirst` where a file must be fetched or unpacked.
   */
  candidates(request: FileRequest, search: FileSearch): Iterable<CandidateFile>;
  /** Forgets what was not found, for one module or all: it may be there now. */
  forget?(module?: Module): void;
  /** Forgets what servers sent: the next search with `overwrite` asks them again. */
  forgetFetched?(): void;
}

export interface FileSearch {
  readonly module: Module;
  /** Whether a server may be asked. If not, it is noted as `not asked`. */
  readonly download: boolean;
  /** No server may be asked at all: secure mode. */
  readonly offline?: boolean;
  /** Servers are asked for what their caches hold already. */
  readonly overwrite?: boolean;
  /** Nobody looks beside the image. */
  readonly ignoreImageFolder?: boolean;
  note(attempt: SymbolAttempt): void;
}

export interface CandidateFile {
  /** a path or URL, for people */
  readonly place: string;
  /** Opens it. What it throws is noted. */
  open(): ByteSource;
}
