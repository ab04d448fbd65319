import { span, type Line } from '../../output/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import type { Address } from '../../target/index.ts';
import type { Session } from '../session.ts';
import { settingsOf, showsLines, SOURCE_OPTION } from '../settings.ts';
import { sourceAt } from './currentSource.ts';
import { listingLines } from './sourceListing.ts';

/** What `l+l` and `l+s` show where the thread is, and whether `l+o` leaves out the rest. */
export interface PromptSource {
  readonly lines: readonly Line[];
  readonly only: boolean;
}

/** The source at an address, as far as the source options ask for it. */
export function promptSource(session: Session, address: Address): PromptSource {
  const { sourceOptions, promptLines } = settingsOf(session);
  const listsCode = (sourceOptions & SOURCE_OPTION.s) !== 0;
  if (!showsLines(session) || !(sourceOptions & (SOURCE_OPTION.l | SOURCE_OPTION.s)))
    return { lines: [], only: false };
  try {
    const point = sourceAt(session, address);
    if (!listsCode || !point.text)
      return { lines: [[span(`${point.file}(${point.line})`, 'file')]], only: false };
    const first = Math.max(1, point.line - promptLines.before);
    const listed = { point, first, count: Math.max(1, promptLines.total), marked: point.line };
    return { lines: listingLines(session, listed), only: (sourceOptions & SOURCE_OPTION.o) !== 0 };
  } catch (e) {
    // code without lines: the instruction is all there is
    if (e instanceof NotAvailable) return { lines: [], only: false };
    throw e;
  }
}
