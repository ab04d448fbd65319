import type { SourceLine } from '../model.ts';
import { agreesWith } from './sourceChecksum.ts';
import type { SourceCandidate, SourceFiles } from './sourceFiles.ts';
import { sourceLines } from './sourceLines.ts';

/** A source file that was found. */
export interface FoundSource {
  readonly place: string;
  /** the first is line 1 */
  readonly lines: readonly string[];
  /** whether it is the file that was compiled; `unknown` where the symbols have no checksum of it */
  readonly checksum: 'agrees' | 'differs' | 'unknown';
}

/** One place that was looked into: what `.srcnoisy` tells. */
export interface SourceAttempt {
  readonly place: string;
  readonly outcome: 'taken' | 'not found' | 'another version';
  /** what a server said instead */
  readonly detail?: string;
}

export interface SourceSearch {
  readonly found?: FoundSource;
  readonly attempts: readonly SourceAttempt[];
}

/**
 * The text of a source file: the first whose checksum agrees; without a checksum, or where none agrees, the likeliest
 * by its name, and then that is said. `servers` are asked last. Throws `AwaitFirst` while one sends a file.
 */
export function findSource(
  files: SourceFiles,
  wanted: Pick<SourceLine, 'file' | 'checksum'>,
  folders: readonly string[],
  servers: readonly SourceCandidate[] = [],
): SourceSearch {
  const attempts: SourceAttempt[] = [];
  let second: FoundSource | undefined;
  for (const candidate of inOrder(files.candidates(wanted.file, folders), servers)) {
    const { place } = candidate;
    const bytes = candidate.read();
    if (!bytes) {
      const { failure } = candidate;
      attempts.push({ place, outcome: 'not found', ...(failure === undefined ? {} : { detail: failure }) });
      continue;
    }
    const checksum = verdictOn(candidate, bytes, wanted);
    if (checksum === undefined) {
      attempts.push({ place, outcome: 'another version' });
    } else if (checksum === 'differs') {
      attempts.push({ place, outcome: 'another version' });
      second ??= { place, lines: sourceLines(bytes), checksum };
    } else {
      attempts.push({ place, outcome: 'taken' });
      return { found: { place, lines: sourceLines(bytes), checksum }, attempts };
    }
  }
  return { found: second, attempts };
}

/** What lies on this machine, then what servers have: they are asked only where nothing here agrees. */
function* inOrder(
  here: Iterable<SourceCandidate>,
  servers: readonly SourceCandidate[],
): Generator<SourceCandidate> {
  yield* here;
  yield* servers;
}

/** Undefined for a file that must not be shown. */
function verdictOn(
  { recorded }: SourceCandidate,
  bytes: Uint8Array,
  { checksum }: Pick<SourceLine, 'checksum'>,
): FoundSource['checksum'] | undefined {
  if (!checksum) return recorded ? undefined : 'unknown';
  if (agreesWith(bytes, checksum)) return 'agrees';
  return recorded ? undefined : 'differs';
}
