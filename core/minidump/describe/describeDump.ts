import type { DirectoryEntry } from '../dumpFile.ts';
import type { MinidumpHeader } from '../header.ts';
import type { Minidump } from '../minidump.ts';
import type { Problem } from '../problems.ts';
import { dumpFlags, type DumpFlag } from './names.ts';
import { streamDetail, type StreamDetail } from './streamDetail.ts';

export interface StreamDescription {
  readonly entry: DirectoryEntry;
  /** absent for unused entries, for a second stream of a type, and for what we cannot take apart */
  readonly detail?: StreamDetail;
}

/** A dump file as a file: what `.dumpdebug` shows. */
export interface DumpDescription {
  readonly header: MinidumpHeader;
  readonly flags: readonly DumpFlag[];
  readonly streams: readonly StreamDescription[];
  /** what was found wrong while all of it was read */
  readonly problems: readonly Problem[];
}

/** More rows than anybody reads of one stream. */
const MAX_ROWS = 1000;

/** Reads every stream and says what is in it; of long lists the first `most` records. */
export function describeDump(dump: Minidump, most = MAX_ROWS): DumpDescription {
  const streams = dump.directory.map((entry): StreamDescription => {
    const isRead = dump.stream(entry.type) === entry;
    return { entry, detail: isRead ? streamDetail(dump, entry.type, most) : undefined };
  });
  return { header: dump.header, flags: dumpFlags(dump.header.flags), streams, problems: dump.problems };
}
