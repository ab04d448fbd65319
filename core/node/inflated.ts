import type { TemporaryFile } from './temporaryFile.ts';

/** Tells how far inflating is; bytes. */
export type ReportProgress = (done: number, total: number) => void;

/** What came out of an archive. */
export interface Inflated {
  readonly file: TemporaryFile;
  /** the member's name in its archive: for people, never a path */
  readonly member?: string;
  /** what was wrong and could be lived with */
  readonly warnings: readonly string[];
}
